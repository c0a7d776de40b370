/**
 * blkback of the pv_ops dom0 (facts.md §12, row JF; modes.md rule 4): every request becomes bios in ring order, a
 * WRITE_BARRIER barrier bios; ordering is entirely the host queue's work. One kernel thread.
 * Left out: B04 (a mutant), the limit of 64 pending requests, which one ring of 32 never reaches.
 */
import { STATUS } from '../../base/history.ts';
import { PAGE_SECTORS } from '../../base/units.ts';
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

  /** G09: sector numbers are taken for numbers of 4096 bytes; beyond the device there is nothing. */
  private readonly scales: boolean;
  private readonly sectorCount: number;

  constructor(ring: Ring, bios: Bios, tracer: Tracer, abilities: Features, planted: Planted, sectorCount: number = 0) {
    super(ring, bios, tracer, abilities, planted);
    this.sectorCount = sectorCount;
    this.scales = planted.is('G09');
    this.misplaces = planted.is('B04');
    this.ignoresBarriers = planted.is('B06');
    this.dropsPayload = planted.is('B09');
  }

  writeKey(): void {}

  get canTake(): boolean {
    return this.awake === true;
  }

  get canStep(): boolean {
    return false;
  }

  step(): void {}

  protected serve(row: number): void {
    const { planted, pending } = this;
    if (this.scales && pending.sector[row] > 0 && planted.reach()) this.serveScaled(row);
    else if (pending.op[row] !== RING_OP.writeBarrier) this.submitData(row, this.plainFlags(row));
    else if (this.ignoresBarriers && planted.reach()) this.serveWithoutOrder(row);
    else if (this.dropsPayload && pending.count[row] > 0 && planted.reach()) this.submitEmpty(row, BIO.barrier);
    else {
      const shift = this.misplaces && pending.sector[row] > 0 && planted.reach() ? pending.sector[row] : 0;
      this.submitData(row, BIO.write | BIO.barrier, shift);
    }
  }

  private serveScaled(row: number): void {
    const { pending } = this;
    const sector = pending.sector[row] * PAGE_SECTORS;
    if (sector + pending.count[row] > this.sectorCount) {
      pending.status[row] = STATUS.eio;
      pending.finish(row);
      return;
    }
    const barrier = pending.op[row] === RING_OP.writeBarrier ? BIO.write | BIO.barrier : this.plainFlags(row);
    this.submitData(row, barrier, pending.sector[row] - sector);
  }

  private serveWithoutOrder(row: number): void {
    if (this.pending.count[row] === 0) this.pending.finish(row);
    else this.submitData(row, BIO.write);
  }
}
