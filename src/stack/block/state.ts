/**
 * What the parts of one block layer queue share (facts.md §3, "State per queue"): requests, dispatch FIFO,
 * colour, in-flight count, scheduling boundary, plug. The parts are the ordered machine, the flush machine,
 * merging and the schedulers; queue.ts puts them together.
 * Left out: the split of the in-flight count into sync and async, which no rule looks at.
 */
import { BIO, type Bios, NIL, BIO_AT } from './bios.ts';
import { REQ, RequestList, Requests, REQ_AT } from './requests.ts';

/** Who handed the bios in, and hears of their end. The bio is released right after. */
export interface BioClient {
  bioEnded(bio: number, status: number): void;
}

/** What a request may hold at most (facts.md §7). */
export interface QueueLimits {
  readonly sectorsMax: number;
  readonly segmentsMax: number;
}

/** Limits of a queue over the ring: 11 segments of 4 KiB. */
export const RING_LIMITS: QueueLimits = { sectorsMax: 512, segmentsMax: 11 };
/** Limits of a queue over a disk: BLK_DEF_MAX_SECTORS and BLK_MAX_SEGMENTS. */
export const DISK_LIMITS: QueueLimits = { sectorsMax: 1024, segmentsMax: 128 };
/** Requests that may be allocated per direction before the next submitter has to wait (nr_requests). */
export const REQUESTS_MAX = 128;
/** A boundary whose request has ended: no request is it, yet it is not lifted. */
export const ENDED_BOUNDARY = -2;

/** What keeps a driver from looking at its queue. */
export const HOLD = {
  plugged: 1,
  /** Nothing has happened since it last found nothing to do. */
  seen: 2,
} as const;

export class QueueState {
  readonly bios: Bios;
  readonly requests: Requests = new Requests();
  readonly fifo: RequestList = new RequestList(this.requests);
  limits: QueueLimits = DISK_LIMITS;
  client: BioClient | null = null;
  /** 0 or REQ.colour: stamped on every request inserted, flipped by each hard barrier. */
  colour = 0;
  inFlight = 0;
  endSector = 0;
  /** The request the scheduler may not dispatch past, by sector order. */
  boundary: number = NIL;
  lastMerge: number = NIL;
  sortedCount = 0;
  /** Why the driver need not look (HOLD); 0: it may find something. One number: the agenda asks at every action. */
  hold: number = HOLD.seen;
  /** Invariants of facts.md §17 found broken: I12. */
  breachCount = 0;
  /** How often a barrier has stopped the queue until what was in flight had ended. */
  drainCount = 0;

  constructor(bios: Bios) {
    this.bios = bios;
  }

  reset(): void {
    this.requests.reset();
    this.fifo.clear();
    this.colour = 0;
    this.inFlight = 0;
    this.endSector = 0;
    this.boundary = NIL;
    this.lastMerge = NIL;
    this.sortedCount = 0;
    this.hold = HOLD.seen;
    this.breachCount = 0;
    this.drainCount = 0;
  }

  /** A request for one bio. */
  requestOf(bio: number, flags: number): number {
    const { bios, requests } = this;
    const from = bios.rows;
    const rq = requests.alloc(flags | requestFlags(from[bio + BIO_AT.flags]));
    const { rows } = requests;
    rows[rq + REQ_AT.sector] = from[bio + BIO_AT.sector];
    rows[rq + REQ_AT.count] = from[bio + BIO_AT.count];
    rows[rq + REQ_AT.segments] = bios.segments(bio);
    rows[rq + REQ_AT.bioHead] = bio;
    rows[rq + REQ_AT.bioTail] = bio;
    rows[rq + REQ_AT.op] = from[bio + BIO_AT.op];
    return rq;
  }

  /** Ends a bio that became no request. */
  endBio(bio: number, status: number): void {
    this.client!.bioEnded(bio, status);
    this.bios.release(bio);
  }

  /** Ends the bios of a request and gives the row back. */
  endRequest(rq: number, status: number): void {
    const { bios, requests } = this;
    let bio = requests.rows[rq + REQ_AT.bioHead];
    if (this.boundary === rq) this.boundary = ENDED_BOUNDARY;
    requests.release(rq);
    while (bio !== NIL) {
      const next = bios.rows[bio + BIO_AT.next];
      this.client!.bioEnded(bio, status);
      bios.release(bio);
      bio = next;
    }
  }

  /** FS type (discards are). */
  isFs(rq: number): boolean {
    return (this.requests.rows[rq + REQ_AT.flags] & REQ.fs) !== 0;
  }

  /** Counted in flight, once dispatched: FS type; G15: but no request that was handed back. Without the mutant none is marked. */
  isAccounted(rq: number): boolean {
    return (this.requests.rows[rq + REQ_AT.flags] & (REQ.fs | REQ.requeued)) === REQ.fs;
  }

  /** Takes a request that the scheduler held out of what can still be merged with. */
  unsort(rq: number): void {
    if (this.lastMerge === rq) this.lastMerge = NIL;
    this.requests.rows[rq + REQ_AT.flags] &= ~REQ.sorted;
    this.sortedCount--;
  }

  /** Moves a request from the scheduler to the end of the dispatch FIFO as it is (deadline). */
  dispatchTail(rq: number): void {
    this.unsort(rq);
    this.endSector = this.requests.end(rq);
    this.boundary = rq;
    this.fifo.pushBack(rq);
  }

  /** Moves a request from the scheduler into the dispatch FIFO in one-way elevator order (noop; facts.md §7). */
  dispatchSorted(rq: number): void {
    this.unsort(rq);
    const { rows } = this.requests;
    const sector = rows[rq + REQ_AT.sector];
    const flags = rows[rq + REQ_AT.flags];
    const direction = REQ.write | REQ.discard;
    const stop = REQ.softBarrier | REQ.hardBarrier | REQ.started;
    const beyond = sector >= this.endSector;
    let place = this.fifo.tail;
    for (; place !== NIL; place = rows[place + REQ_AT.prev]) {
      const other = rows[place + REQ_AT.sector];
      if (((rows[place + REQ_AT.flags] ^ flags) & direction) !== 0) break;
      if ((rows[place + REQ_AT.flags] & stop) !== 0) break;
      if (beyond && other < this.endSector) continue;
      if (!beyond && other >= this.endSector) break;
      if (sector >= other) break;
    }
    this.fifo.insertAfter(place, rq);
  }
}

/** The flags a request takes from its bio (facts.md §8). */
export function requestFlags(bioFlags: number): number {
  let flags: number = REQ.fs;
  // Barriers and flushes travel as writes even when they are empty.
  if ((bioFlags & (BIO.write | BIO.barrier | BIO.flush)) !== 0) flags |= REQ.write;
  if ((bioFlags & BIO.discard) !== 0) flags |= REQ.write | REQ.discard;
  if ((bioFlags & BIO.barrier) !== 0) flags |= REQ.hardBarrier;
  if ((bioFlags & BIO.fua) !== 0) flags |= REQ.fua;
  return flags;
}
