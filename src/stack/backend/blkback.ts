/**
 * blkback of the pv_ops dom0 (facts.md §12, row JF; modes.md rule 4): every request becomes bios in ring order, a
 * WRITE_BARRIER barrier bios; ordering is entirely the host queue's work. One kernel thread.
 * Left out: B04 (a mutant), the limit of 64 pending requests, which one ring of 32 never reaches.
 */
import { BIO } from '../block/bios.ts';
import { RING_OP } from '../ring/ring.ts';
import { BioBackend } from './bioBackend.ts';

export class Blkback extends BioBackend {
  writeKey(): void {}

  get canTake(): boolean {
    return this.awake;
  }

  get canStep(): boolean {
    return false;
  }

  step(): void {}

  protected serve(row: number): void {
    const barrier = this.pending.op[row] === RING_OP.writeBarrier;
    this.submitData(row, barrier ? BIO.write | BIO.barrier : this.plainFlags(row));
  }
}
