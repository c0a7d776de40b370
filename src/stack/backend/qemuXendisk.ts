/**
 * xen_disk of qemu, 2011 (facts.md §14): asynchronous I/O, and for a WRITE_BARRIER the main loop flushes the host's cache,
 * submits the payload, and flushes again at once. Neither flush waits for I/O in flight, of earlier requests or the payload.
 * While a flush lasts the main loop takes nothing; the answer comes when the payload and both flushes have ended.
 * Left out: its images' write-through default, which hides this; discards (the guest gets EOPNOTSUPP), its request limit.
 */
import { BIO, NIL, BIO_AT } from '../block/bios.ts';
import type { KeyBytes } from '../key/bytes.ts';
import { RING_OP } from '../ring/ring.ts';
import { BioBackend } from './bioBackend.ts';

/** Owner of a flush that the main loop waits for; every other owner is a ring request. */
const OWNER_MAIN_LOOP = -1;

export class QemuXendisk extends BioBackend {
  /** The barrier whose flush the main loop waits for. */
  private barrier: number = NIL;
  /** The payload has been submitted: the flush is the second. */
  private submitted = false;
  private flushEnded = false;

  override reset(): void {
    super.reset();
    this.barrier = NIL;
    this.submitted = false;
    this.flushEnded = false;
  }

  writeKey(key: KeyBytes, nameOf: (id: number) => number): void {
    key.put(nameOf(this.barrier));
    key.putFlags(this.submitted, this.flushEnded);
  }

  get canTake(): boolean {
    return this.awake && this.barrier === NIL;
  }

  get canStep(): boolean {
    return this.barrier !== NIL && this.flushEnded;
  }

  step(): void {
    const row = this.barrier;
    if (!this.submitted && this.pending.count[row] > 0) {
      this.submitted = true;
      this.submitData(row, BIO.write | BIO.sync);
      this.flush(row);
      return;
    }
    this.barrier = NIL;
    this.submitted = false;
    this.flushEnded = false;
    if (this.pending.bioCount[row] === 0) this.pending.finish(row);
  }

  override bioEnded(bio: number, status: number): void {
    if (this.bios.rows[bio + BIO_AT.owner] === OWNER_MAIN_LOOP) this.flushEnded = true;
    else super.bioEnded(bio, status);
  }

  protected serve(row: number): void {
    if (this.pending.op[row] === RING_OP.writeBarrier) {
      this.barrier = row;
      this.flush(row);
    } else this.submitData(row, this.plainFlags(row));
  }

  /** A barrier's payload may end while the main loop still waits for the flush. */
  protected override served(row: number): void {
    if (row !== this.barrier) super.served(row);
  }

  private flush(row: number): void {
    this.flushEnded = false;
    this.host.submit(this.bios.alloc(BIO.flush, 0, 0, 0, OWNER_MAIN_LOOP, this.pending.cause[row]));
  }
}
