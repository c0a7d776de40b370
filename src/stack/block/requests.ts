/**
 * The requests of one block layer queue and its dispatch FIFO (facts.md §3, §7, §8), as columns.
 * The first three rows are the queue's embedded singletons: pre-flush, bar proxy, post-flush.
 */
import { assert } from '../../base/assert.ts';
import { NIL, resized } from './bios.ts';

export const REQ = {
  write: 1,
  discard: 2,
  hardBarrier: 4,
  softBarrier: 8,
  started: 16,
  fua: 32,
  /** A flush command: no sectors, no data. */
  flush: 64,
  noMerge: 128,
  /** FS type: counted in flight, and looked at by the ordered machine. */
  fs: 256,
  /** The queue's colour when the request was inserted. */
  colour: 512,
  /** Held by the scheduler. */
  sorted: 1024,
  /** Has been dispatched to the driver. */
  inFlight: 2048,
} as const;

export const PRE = 0;
export const BAR = 1;
export const POST = 2;
const SINGLETONS = 3;

export class Requests {
  flags: Int32Array = new Int32Array(0);
  sector: Int32Array = new Int32Array(0);
  count: Int32Array = new Int32Array(0);
  segments: Int32Array = new Int32Array(0);
  bioHead: Int32Array = new Int32Array(0);
  bioTail: Int32Array = new Int32Array(0);
  /** The guest operation it is there for; for pictures and traces only. */
  op: Int32Array = new Int32Array(0);
  /** Links of the list the request is on: dispatch FIFO, a scheduler's list, the pending flushes, the free list. */
  next: Int32Array = new Int32Array(0);
  prev: Int32Array = new Int32Array(0);
  /** Links of a scheduler's order by sector. */
  sortNext: Int32Array = new Int32Array(0);
  sortPrev: Int32Array = new Int32Array(0);
  /** Rows allocated by direction (read, write), as nr_requests counts them. */
  readonly allocated: Int32Array = new Int32Array(2);
  private free = NIL;

  reset(): void {
    this.free = NIL;
    this.allocated.fill(0);
    for (let row = this.flags.length - 1; row >= SINGLETONS; row--) this.link(row);
    if (this.flags.length === 0) this.grow();
  }

  alloc(flags: number): number {
    if (this.free === NIL) this.grow();
    const rq = this.free;
    this.free = this.next[rq];
    this.init(rq, flags);
    this.allocated[flags & REQ.write]++;
    return rq;
  }

  /** Clears a row, a singleton's before each use. */
  init(rq: number, flags: number): void {
    this.flags[rq] = flags;
    this.sector[rq] = 0;
    this.count[rq] = 0;
    this.segments[rq] = 0;
    this.bioHead[rq] = NIL;
    this.bioTail[rq] = NIL;
    this.op[rq] = NIL;
    this.next[rq] = NIL;
    this.prev[rq] = NIL;
  }

  release(rq: number): void {
    assert(rq >= SINGLETONS, 'singletons are never released');
    this.allocated[this.flags[rq] & REQ.write]--;
    this.link(rq);
  }

  end(rq: number): number {
    return this.sector[rq] + this.count[rq];
  }

  private link(rq: number): void {
    this.next[rq] = this.free;
    this.free = rq;
  }

  private grow(): void {
    const from = this.flags.length;
    const to = Math.max(SINGLETONS + 64, 2 * from);
    this.flags = resized(this.flags, to);
    this.sector = resized(this.sector, to);
    this.count = resized(this.count, to);
    this.segments = resized(this.segments, to);
    this.bioHead = resized(this.bioHead, to);
    this.bioTail = resized(this.bioTail, to);
    this.op = resized(this.op, to);
    this.next = resized(this.next, to);
    this.prev = resized(this.prev, to);
    this.sortNext = resized(this.sortNext, to);
    this.sortPrev = resized(this.sortPrev, to);
    for (let row = to - 1; row >= Math.max(from, SINGLETONS); row--) this.link(row);
  }
}

/** A doubly linked list of requests through next and prev: the dispatch FIFO, and a scheduler's FIFO. */
export class RequestList {
  head: number = NIL;
  tail: number = NIL;
  private readonly requests: Requests;

  constructor(requests: Requests) {
    this.requests = requests;
  }

  clear(): void {
    this.head = NIL;
    this.tail = NIL;
  }

  pushFront(rq: number): void {
    this.insertAfter(NIL, rq);
  }

  pushBack(rq: number): void {
    this.insertAfter(this.tail, rq);
  }

  /** Puts `rq` behind `place`, or first when `place` is NIL. */
  insertAfter(place: number, rq: number): void {
    const { next, prev } = this.requests;
    const behind = place === NIL ? this.head : next[place];
    prev[rq] = place;
    next[rq] = behind;
    if (place === NIL) this.head = rq;
    else next[place] = rq;
    if (behind === NIL) this.tail = rq;
    else prev[behind] = rq;
  }

  remove(rq: number): void {
    const { next, prev } = this.requests;
    const before = prev[rq];
    const behind = next[rq];
    if (before === NIL) this.head = behind;
    else next[before] = behind;
    if (behind === NIL) this.tail = before;
    else prev[behind] = before;
    next[rq] = NIL;
    prev[rq] = NIL;
  }
}
