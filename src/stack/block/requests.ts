/**
 * The requests of one block layer queue and its dispatch FIFO (facts.md §3, §7, §8), as rows of one array, each on a
 * cache line of its own; a request is told by where its row begins.
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
  /** G15: has been handed back by the driver. */
  requeued: 4096,
} as const;

/** Where in a row each field is. */
export const REQ_AT = {
  flags: 0,
  sector: 1,
  count: 2,
  segments: 3,
  bioHead: 4,
  bioTail: 5,
  /** The guest operation it is there for; for pictures and traces only. */
  op: 6,
  /** Links of the list the request is on: dispatch FIFO, a scheduler's list, the pending flushes, the free list. */
  next: 7,
  prev: 8,
  /** Links of a scheduler's order by sector. */
  sortNext: 9,
  sortPrev: 10,
} as const;
const WIDTH = 16;

export const PRE = 0;
export const BAR: number = WIDTH;
export const POST: number = 2 * WIDTH;
const SINGLETONS_END = 3 * WIDTH;

export class Requests {
  rows: Int32Array = new Int32Array(64 * WIDTH);
  /** Rows allocated by direction (read, write), as nr_requests counts them. */
  readonly allocated: Int32Array = new Int32Array(2);
  /** Rows given back, the last one first. */
  private free: number = NIL;
  /** From here on no row has been used since the reset. */
  private unused = SINGLETONS_END;

  reset(): void {
    this.free = NIL;
    this.unused = SINGLETONS_END;
    this.allocated[0] = 0;
    this.allocated[1] = 0;
  }

  alloc(flags: number): number {
    let rq = this.free;
    if (rq !== NIL) this.free = this.rows[rq + REQ_AT.next];
    else {
      rq = this.unused;
      this.unused = rq + WIDTH;
      if (rq === this.rows.length) this.rows = resized(this.rows, 2 * rq);
    }
    this.init(rq, flags);
    this.allocated[flags & REQ.write]++;
    return rq;
  }

  /** Clears a row, a singleton's before each use. */
  init(rq: number, flags: number): void {
    const { rows } = this;
    rows[rq + REQ_AT.flags] = flags;
    rows[rq + REQ_AT.sector] = 0;
    rows[rq + REQ_AT.count] = 0;
    rows[rq + REQ_AT.segments] = 0;
    rows[rq + REQ_AT.bioHead] = NIL;
    rows[rq + REQ_AT.bioTail] = NIL;
    rows[rq + REQ_AT.op] = NIL;
    rows[rq + REQ_AT.next] = NIL;
    rows[rq + REQ_AT.prev] = NIL;
  }

  release(rq: number): void {
    assert(rq >= SINGLETONS_END, 'singletons are never released');
    const { rows } = this;
    this.allocated[rows[rq + REQ_AT.flags] & REQ.write]--;
    rows[rq + REQ_AT.next] = this.free;
    this.free = rq;
  }

  end(rq: number): number {
    const { rows } = this;
    return rows[rq + REQ_AT.sector] + rows[rq + REQ_AT.count];
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
    const { rows } = this.requests;
    const behind = place === NIL ? this.head : rows[place + REQ_AT.next];
    rows[rq + REQ_AT.prev] = place;
    rows[rq + REQ_AT.next] = behind;
    if (place === NIL) this.head = rq;
    else rows[place + REQ_AT.next] = rq;
    if (behind === NIL) this.tail = rq;
    else rows[behind + REQ_AT.prev] = rq;
  }

  remove(rq: number): void {
    const { rows } = this.requests;
    const before = rows[rq + REQ_AT.prev];
    const behind = rows[rq + REQ_AT.next];
    if (before === NIL) this.head = behind;
    else rows[before + REQ_AT.next] = behind;
    if (behind === NIL) this.tail = before;
    else rows[behind + REQ_AT.prev] = before;
    rows[rq + REQ_AT.next] = NIL;
    rows[rq + REQ_AT.prev] = NIL;
  }
}
