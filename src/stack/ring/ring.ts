/**
 * The shared ring of the Xen blkif protocol (facts.md §10.1–§10.3): free-running u32 indices, a slot that carries
 * a request and later some response, event thresholds that tell when to notify, the final check that closes the
 * lost-wakeup window. Both ends are here, since both only ever touch the shared page and their private indices.
 * Left out: grant references, the byte layout, memory barriers (a step of the schedule is atomic).
 */
import { assert } from '../../base/assert.ts';
import { STATUS } from '../../base/history.ts';
import type { RingConfig } from '../config.ts';
import type { KeyBytes } from '../key/bytes.ts';
import { type Planted, UNPLANTED } from '../mutants.ts';

/** Operations of the protocol. */
export const RING_OP = { read: 0, write: 1, writeBarrier: 2, flushDiskcache: 3, discard: 5 } as const;

export class Ring {
  readonly slotCount: number;
  /** What its ids are called in a trace: several rings have the same ones. */
  readonly traceIdFirst: number;
  private readonly mask: number;
  private readonly start: number;
  /** The shared page: requests by slot. A response overwrites id, op and status of its slot. */
  readonly op: Int32Array;
  readonly id: Int32Array;
  readonly sector: Int32Array;
  readonly count: Int32Array;
  readonly segments: Int32Array;
  /** First bio of the request's data; stands for the granted pages. */
  readonly bioHead: Int32Array;
  readonly status: Int32Array;
  /** The guest operation a request is there for. Not of the protocol: for traces only. */
  readonly cause: Int32Array;
  private requestProd = 0;
  private requestEvent = 0;
  private responseProd = 0;
  private responseEvent = 0;
  /** The frontend's private indices. */
  private requestProdPrivate = 0;
  private responseCons = 0;
  /** The backend's private indices. */
  private requestCons = 0;
  private responseProdPrivate = 0;
  /** Invariants of facts.md §17 found broken: I6. */
  breachCount = 0;
  private readonly planted: Planted;
  /** G01: only a push that ends exactly at the event index notifies. */
  private readonly notifiesExactly: boolean;
  /** G02: before it goes to sleep the backend believes what it saw at its last request. */
  private readonly skipsSecondTest: boolean;
  private sawNone = false;
  /** G03: the ring's room is counted without wrap-around. */
  private readonly countsPlainly: boolean;
  /** G04: a response goes into the slot of its request. */
  private readonly answersInPlace: boolean;
  /** G06: one request more than there are slots. */
  private readonly overfills: boolean;

  /** @param number of the ring, where its frontend has several. */
  constructor(config: RingConfig, planted: Planted = UNPLANTED, number: number = 0) {
    this.planted = planted;
    this.traceIdFirst = number * config.slots;
    this.notifiesExactly = planted.is('G01');
    this.skipsSecondTest = planted.is('G02');
    this.countsPlainly = planted.is('G03');
    this.answersInPlace = planted.is('G04');
    this.overfills = planted.is('G06');
    assert((config.slots & (config.slots - 1)) === 0, 'ring slots are a power of two');
    this.slotCount = config.slots;
    this.mask = config.slots - 1;
    this.start = config.start >>> 0;
    this.op = new Int32Array(config.slots);
    this.id = new Int32Array(config.slots);
    this.sector = new Int32Array(config.slots);
    this.count = new Int32Array(config.slots);
    this.segments = new Int32Array(config.slots);
    this.bioHead = new Int32Array(config.slots);
    this.status = new Int32Array(config.slots);
    this.cause = new Int32Array(config.slots);
  }

  reset(): void {
    this.breachCount = 0;
    this.renew();
  }

  /** A new ring, with nothing on it. */
  renew(): void {
    const { start } = this;
    this.requestProd = this.responseProd = start;
    this.requestEvent = this.responseEvent = (start + 1) >>> 0;
    this.requestProdPrivate = this.responseCons = start;
    this.requestCons = this.responseProdPrivate = start;
    this.sawNone = false;
    if (this.planted.id === null) return;
    // A response in the wrong place shows what the slot held before.
    this.id.fill(0);
    this.status.fill(STATUS.ok);
  }

  /** The requests not taken and the responses not handled, and how far ahead the event indices lie. */
  writeKey(key: KeyBytes, putId: (id: number) => void): void {
    key.put((this.requestProdPrivate - this.requestProd) >>> 0);
    for (let at = this.requestCons; at !== this.requestProdPrivate; at = (at + 1) >>> 0) putId(this.id[at & this.mask]);
    key.put(-1);
    for (let at = this.responseCons; at !== this.responseProd; at = (at + 1) >>> 0) {
      putId(this.id[at & this.mask]);
      key.put(this.status[at & this.mask]);
    }
    key.put(-1);
    // An index passed already brings no notification, however long ago it was passed.
    key.put(Math.max(0, (this.requestEvent - this.requestProd) | 0));
    key.put(Math.max(0, (this.responseEvent - this.responseProd) | 0));
    key.put(this.breachCount > 0 ? 1 : 0);
    if (this.planted.id === null) return;
    key.putFlags(this.sawNone);
    if (!this.answersInPlace && !this.planted.is('G07')) return;
    key.put(this.responseProd & this.mask);
    for (let slot = 0; slot < this.slotCount; slot++) key.put(this.id[slot] * 4 + this.status[slot]);
  }

  // The frontend's end.

  get isFull(): boolean {
    const open = this.requestProdPrivate - this.responseCons;
    if (this.countsPlainly && open < 0 && this.planted.reach()) return false;
    const left = this.slotCount - (open >>> 0);
    return left <= 0 && !(this.overfills && left === 0 && this.planted.reach());
  }

  /** The slot for the next request, private until pushed. */
  produceRequest(): number {
    assert(!this.isFull, 'a full ring takes no request');
    const slot = this.requestProdPrivate & this.mask;
    this.requestProdPrivate = (this.requestProdPrivate + 1) >>> 0;
    return slot;
  }

  get hasUnpushedRequests(): boolean {
    return this.requestProdPrivate !== this.requestProd;
  }

  /** Requests that the backend has not taken, those not published included. */
  get untakenCount(): number {
    return (this.requestProdPrivate - this.requestCons) >>> 0;
  }

  /** Requests produced whose responses the frontend has not handled. */
  get outstandingCount(): number {
    return (this.requestProdPrivate - this.responseCons) >>> 0;
  }

  /** Publishes the private requests; true when the backend wants to be notified. */
  pushRequests(): boolean {
    const old = this.requestProd;
    this.requestProd = this.requestProdPrivate;
    if ((this.requestProd - this.responseProd) >>> 0 > this.slotCount) this.breachCount++;
    return this.notifies(old, this.requestProd, this.requestEvent);
  }

  get hasResponses(): boolean {
    return this.responseCons !== this.responseProd;
  }

  consumeResponse(): number {
    const slot = this.responseCons & this.mask;
    this.responseCons = (this.responseCons + 1) >>> 0;
    return slot;
  }

  /** True when responses came in between; otherwise the next one brings a notification. */
  finalCheckForResponses(): boolean {
    if (this.hasResponses) return true;
    this.responseEvent = (this.responseCons + 1) >>> 0;
    return this.hasResponses;
  }

  // The backend's end.

  /** Requests published and not taken. */
  get waitingCount(): number {
    return (this.requestProd - this.requestCons) >>> 0;
  }

  /** Whether there is a request to take, and room to answer it. */
  get hasRequests(): boolean {
    const room = this.slotCount - ((this.requestCons - this.responseProdPrivate) >>> 0);
    const has = this.requestProd !== this.requestCons && room > 0;
    return has && !(this.sawNone && this.planted.reach());
  }

  /** Where the next request stands. */
  get nextSlot(): number {
    return this.requestCons & this.mask;
  }

  consumeRequest(): number {
    if ((this.requestCons - this.responseProdPrivate) >>> 0 >= this.slotCount) this.breachCount++;
    const slot = this.requestCons & this.mask;
    this.requestCons = (this.requestCons + 1) >>> 0;
    if (this.skipsSecondTest) this.sawNone = !this.hasRequests;
    return slot;
  }

  finalCheckForRequests(): boolean {
    if (this.hasRequests) return true;
    this.requestEvent = (this.requestCons + 1) >>> 0;
    this.sawNone = false;
    return !this.skipsSecondTest && this.hasRequests;
  }

  /**
   * Writes a response and publishes it; true when the frontend wants to be notified.
   * @param requestSlot where the request stood.
   */
  respond(id: number, op: number, status: number, requestSlot?: number): boolean {
    const own = this.responseProdPrivate & this.mask;
    const misses = this.answersInPlace && requestSlot !== undefined && requestSlot !== own;
    const slot = misses && this.planted.reach() ? requestSlot : own;
    this.responseProdPrivate = (this.responseProdPrivate + 1) >>> 0;
    this.id[slot] = id;
    this.op[slot] = op;
    this.status[slot] = status;
    const old = this.responseProd;
    this.responseProd = this.responseProdPrivate;
    return this.notifies(old, this.responseProd, this.responseEvent);
  }

  private notifies(old: number, now: number, event: number): boolean {
    const wanted = passes(old, now, event);
    return wanted && !(this.notifiesExactly && now !== event && this.planted.reach());
  }
}

/** Whether the peer's event index lies in (old, now], in u32 arithmetic. */
function passes(old: number, now: number, event: number): boolean {
  return (now - event) >>> 0 < (now - old) >>> 0;
}
