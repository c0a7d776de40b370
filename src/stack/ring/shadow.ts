/**
 * The frontend's shadow table (facts.md §10.3): a request's id is the index of its entry; free entries form a
 * LIFO list threaded through the id field.
 * Left out: the copy of the ring request and the page frames, which only a resume needs.
 */
import { assert } from '../../base/assert.ts';
import { NIL } from '../block/bios.ts';

/** What the link of an entry in use holds. */
const IN_USE = 0x0fffffee;

export class Shadow {
  /** The queue's request of an id. */
  readonly request: Int32Array;
  private readonly link: Int32Array;
  private free: number = NIL;
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
    this.breachCount = 0;
  }

  /** There is an id for as long as the ring has room; if not, I6 or I7 is broken. */
  get hasFree(): boolean {
    return this.free !== NIL;
  }

  take(rq: number): number {
    const id = this.free;
    assert(id !== NIL, 'an id is free as long as the ring has room');
    this.free = this.link[id];
    this.link[id] = IN_USE;
    this.request[id] = rq;
    return id;
  }

  /** Whether a response with this id answers a request; anything else is a broken ring. */
  isInUse(id: number): boolean {
    return id >= 0 && id < this.link.length && this.link[id] === IN_USE;
  }

  release(id: number): void {
    this.link[id] = this.free;
    this.free = id;
  }
}
