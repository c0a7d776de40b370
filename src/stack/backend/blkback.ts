/**
 * blkback of the pv_ops dom0 (facts.md §12, row JF; modes.md rule 4): every request becomes bios in ring order, a
 * WRITE_BARRIER barrier bios; ordering is entirely the host queue's work. One kernel thread.
 * Left out: B04 (a mutant), the limit of 64 pending requests, which one ring of 32 never reaches.
 */
import { BIO, type Bios } from '../block/bios.ts';
import type { Features } from '../config.ts';
import type { Planted } from '../mutants.ts';
import { type Ring, RING_OP } from '../ring/ring.ts';
import type { Tracer } from '../trace.ts';
import { BioBackend } from './bioBackend.ts';

export class Blkback extends BioBackend {
  /** B04: the payload of every barrier goes to sector 0. */
  private readonly misplaces: boolean;
  /** B06: an empty barrier is answered without work, a payload is a plain write. */
  private readonly ignoresBarriers: boolean;
  /** B09: a barrier is nothing but a marker: its payload is dropped. */
  private readonly dropsPayload: boolean;

  constructor(ring: Ring, bios: Bios, tracer: Tracer, abilities: Features, planted: Planted) {
    super(ring, bios, tracer, abilities, planted);
    this.misplaces = planted.is('B04');
    this.ignoresBarriers = planted.is('B06');
    this.dropsPayload = planted.is('B09');
  }

  writeKey(): void {}

  get canTake(): boolean {
    return this.awake;
  }

  get canStep(): boolean {
    return false;
  }

  step(): void {}

  protected serve(row: number): void {
    const { planted, pending } = this;
    if (pending.op[row] !== RING_OP.writeBarrier) this.submitData(row, this.plainFlags(row));
    else if (this.ignoresBarriers && planted.reach()) this.serveWithoutOrder(row);
    else if (this.dropsPayload && pending.count[row] > 0 && planted.reach()) this.submitEmpty(row, BIO.barrier);
    else {
      const shift = this.misplaces && pending.sector[row] > 0 && planted.reach() ? pending.sector[row] : 0;
      this.submitData(row, BIO.write | BIO.barrier, shift);
    }
  }

  private serveWithoutOrder(row: number): void {
    if (this.pending.count[row] === 0) this.pending.finish(row);
    else this.submitData(row, BIO.write);
  }
}
