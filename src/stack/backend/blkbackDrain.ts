/**
 * blkback of Linux 3.2 and later (facts.md §12): for a WRITE_BARRIER the thread waits until all it has taken is done,
 * then sends the bios with FLUSH: the cache is flushed, then the payload is an ordinary write (D11: neither FUA nor a
 * second flush, so it stays in the cache). The thread goes on without waiting for it. FLUSH_DISKCACHE is a flush.
 * Left out: the drain that gives up when the thread is told to stop, and its timer of a second.
 */
import { BIO, NIL } from '../block/bios.ts';
import type { KeyBytes } from '../key/bytes.ts';
import { RING_OP } from '../ring/ring.ts';
import { BioBackend } from './bioBackend.ts';

export class BlkbackDrain extends BioBackend {
  /** D12: the drain is given up, as if the thread were told to stop. */
  private readonly givesUp: boolean = this.planted.is('D12');
  /** The barrier that waits for the requests before it. */
  private barrier: number = NIL;

  override reset(): void {
    super.reset();
    this.barrier = NIL;
  }

  writeKey(key: KeyBytes, nameOf: (id: number) => number): void {
    key.put(nameOf(this.barrier));
  }

  get canTake(): boolean {
    return this.awake && this.barrier === NIL;
  }

  get canStep(): boolean {
    if (this.barrier === NIL) return false;
    return this.pending.workingCount === 1 || (this.givesUp && this.planted.reach());
  }

  step(): void {
    const row = this.barrier;
    this.barrier = NIL;
    this.submitData(row, BIO.write | BIO.flush);
  }

  protected serve(row: number): void {
    const op = this.pending.op[row];
    if (op === RING_OP.writeBarrier) {
      this.barrier = row;
      if (this.pending.workingCount > 1) this.price.drains++;
    } else if (op === RING_OP.flushDiskcache) this.submitEmpty(row, BIO.flush);
    else this.submitData(row, this.plainFlags(row));
  }
}
