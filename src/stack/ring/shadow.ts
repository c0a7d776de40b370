/**
 * The frontend's shadow table (facts.md §10.3): a request's id is the index of its entry; free entries form a
 * LIFO list threaded through the id field.
 * Left out: the copy of the ring request and the page frames: on resume both are made anew from the queue's request.
 */
import { assert } from '../../base/assert.ts';
import { NIL } from '../block/bios.ts';
import type { KeyBytes } from '../key/bytes.ts';

/** What the link of an entry in use holds at least; what it holds more says how many were taken before it. */
const IN_USE = 0x0fffffee;

export class Shadow {
  /** The queue's request of an id. */
  readonly request: Int32Array;
  private readonly link: Int32Array;
  private free: number = NIL;
  private takenCount = 0;
  /** Invariants of facts.md §17 found broken: I7. */
  breachCount = 0;

  constructor(slotCount: number) {
    this.request = new Int32Array(slotCount);
    this.link = new Int32Array(slotCount);
  }

  reset(): void {
    const last = this.link.length - 1;
    for (let id = 0; id <= last; id++) this.link[id] = id === last ? NIL : id + 1;
    this.free = 0;
    this.takenCount = 0;
    this.breachCount = 0;
  }

  /** The queue's requests that wait for a response: in the order in which they were taken, or of their entries. */
  outstanding(bySlot: boolean): number[] {
    const ids = [...this.link.keys()].filter((id) => this.isInUse(id));
    if (!bySlot) ids.sort((a, b) => this.link[a] - this.link[b]);
    return ids.map((id) => this.request[id]);
  }

  /** Every entry is free again, in the order of the beginning. */
  renew(): void {
    const { breachCount } = this;
    this.reset();
    this.breachCount = breachCount;
  }

  /** What a resume makes of the entries; `nameOf` puts a request. */
  writeOrder(key: KeyBytes, bySlot: boolean, put: (rq: number) => void): void {
    for (const rq of this.outstanding(bySlot)) put(rq);
    key.put(NIL);
    if (!bySlot) return;
    for (let id = this.free; id !== NIL; id = this.link[id]) key.put(id);
    key.put(NIL);
  }

  /** There is an id for as long as the ring has room; if not, I6 or I7 is broken. */
  get hasFree(): boolean {
    return this.free !== NIL;
  }

  take(rq: number): number {
    const id = this.free;
    assert(id !== NIL, 'an id is free as long as the ring has room');
    this.free = this.link[id];
    this.link[id] = IN_USE + this.takenCount++;
    this.request[id] = rq;
    return id;
  }

  /** Whether a response with this id answers a request; anything else is a broken ring. */
  isInUse(id: number): boolean {
    return id >= 0 && id < this.link.length && this.link[id] >= IN_USE;
  }

  release(id: number): void {
    this.link[id] = this.free;
    this.free = id;
  }
}
