/**
 * Requests that a backend has taken from the ring and not answered (facts.md §10.3, §12): a private copy, since a
 * response may overwrite the slot. A row's number is the id of the ring request, which is unique while it is open.
 */
import { STATUS } from '../../base/history.ts';
import { Bag } from '../bag.ts';
import { NIL } from '../block/bios.ts';
import type { KeyBytes } from '../key/bytes.ts';
import type { Planted } from '../mutants.ts';
import type { Ring } from '../ring/ring.ts';

export class PendingRequests {
  readonly op: Int32Array;
  readonly sector: Int32Array;
  readonly count: Int32Array;
  readonly bioHead: Int32Array;
  readonly status: Int32Array;
  /** The guest operation the request is there for; for traces only. */
  readonly cause: Int32Array;
  /** The slot it came in. */
  private readonly slot: Int32Array;
  /** B14: what fails early comes to stand in the place of the next request; the id that an answer names. */
  readonly overwritesNext: boolean;
  early: number = NIL;
  private readonly answersAs: Int32Array;
  /** Bios not ended. */
  readonly bioCount: Int32Array;
  /** Rows that can be answered. */
  readonly done: Bag;
  /** Rows taken and neither done nor answered. */
  workingCount = 0;
  private readonly ring: Ring;
  private readonly planted: Planted;
  /** G07: the id is read from the shared slot once more. */
  private readonly echoesSlot: boolean;

  constructor(ring: Ring, planted: Planted) {
    this.ring = ring;
    this.planted = planted;
    this.echoesSlot = planted.is('G07');
    this.overwritesNext = planted.is('B14');
    this.slot = new Int32Array(ring.slotCount);
    this.answersAs = new Int32Array(ring.slotCount);
    this.op = new Int32Array(ring.slotCount);
    this.sector = new Int32Array(ring.slotCount);
    this.count = new Int32Array(ring.slotCount);
    this.bioHead = new Int32Array(ring.slotCount);
    this.status = new Int32Array(ring.slotCount);
    this.cause = new Int32Array(ring.slotCount);
    this.bioCount = new Int32Array(ring.slotCount);
    this.done = new Bag(ring.slotCount);
  }

  reset(): void {
    this.done.clear();
    this.workingCount = 0;
    this.early = NIL;
  }

  /** What has become of a row; what was asked for is the request's own. */
  writeKey(key: KeyBytes, row: number): void {
    key.put(this.status[row]);
    key.put(this.done.has(row) ? -1 : this.bioCount[row]);
    if (this.planted.id === null) return;
    key.put(this.slot[row]);
    key.put(this.answersAs[row]);
  }

  /** Copies the next request of the ring; returns its row. */
  take(): number {
    const { ring } = this;
    const slot = ring.consumeRequest();
    const row = ring.id[slot];
    this.slot[row] = slot;
    this.answersAs[row] = row;
    this.op[row] = ring.op[slot];
    this.sector[row] = ring.sector[slot];
    this.count[row] = ring.count[slot];
    this.bioHead[row] = ring.bioHead[slot];
    this.status[row] = STATUS.ok;
    this.cause[row] = ring.cause[slot];
    this.bioCount[row] = 0;
    this.workingCount++;
    return row;
  }

  /** A bio of the request has ended; the first error wins. True when it was the last. */
  bioEnded(row: number, status: number): boolean {
    if (status !== STATUS.ok && this.status[row] === STATUS.ok) this.status[row] = status;
    return --this.bioCount[row] === 0;
  }

  /** The request can be answered. */
  finish(row: number): void {
    this.done.add(row);
    this.workingCount--;
  }

  /** Writes the response; true when the frontend is to be notified. */
  respond(row: number): boolean {
    this.done.remove(row);
    const slot = this.slot[row];
    const shared = this.ring.id[slot];
    const id = this.echoesSlot && shared !== row && this.planted.reach() ? shared : this.answersAs[row];
    return this.ring.respond(id, this.op[row], this.status[row], slot);
  }

  /** The request has failed before anything was done for it. */
  failedEarly(row: number): void {
    if (this.overwritesNext) this.early = row;
  }

  /** B14: whether the request that has failed stands in the place of this one, which is answered in its name. */
  isOverwritten(row: number): boolean {
    if (this.early === NIL || !this.planted.reach()) return false;
    this.answersAs[row] = this.early;
    this.early = NIL;
    return true;
  }
}
