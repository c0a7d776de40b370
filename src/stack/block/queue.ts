/**
 * A block layer queue (facts.md §3, §7): takes bios, merges and schedules them, orders barriers by the mode it
 * was given, hands requests to a driver one at a time and hears of their completion. The guest's queue and the
 * host's are both this one.
 * Left out: request allocation that sleeps (the submitter asks `isCongested` first), io contexts, timeouts.
 */
import { assert } from '../../base/assert.ts';
import { STATUS } from '../../base/history.ts';
import { BIO, type Bios, NIL, BIO_AT } from './bios.ts';
import { Deadline } from './deadline.ts';
import { FlushMachine } from './flush.ts';
import { tryMerge } from './merge.ts';
import { ORDERED_MODE } from './modes.ts';
import { Noop } from './noop.ts';
import { BLOCKED, OrderedMachine, VANISHED } from './ordered.ts';
import { POST, REQ, REQ_AT } from './requests.ts';
import type { IoScheduler } from './scheduler.ts';
import type { QueueSettings } from './settings.ts';
import { type BioClient, ENDED_BOUNDARY, HOLD, QueueState, REQUESTS_MAX } from './state.ts';
import type { KeyBytes } from '../key/bytes.ts';
import type { RequestKey } from '../key/requests.ts';
import { type Planted, UNPLANTED } from '../mutants.ts';

/** Requests waiting that unplug a queue (facts.md §7). */
const UNPLUG_THRESHOLD = 4;

export class Queue {
  readonly state: QueueState;
  readonly ordered: OrderedMachine;
  private readonly flush: FlushMachine;
  private readonly scheduler: IoScheduler;
  private readonly settings: QueueSettings;
  private readonly flushFua: boolean;
  /** The scheduler has deadlines that can pass. */
  readonly hasDeadlines: boolean;
  private readonly planted: Planted;
  /** G11: the colour flips before the barrier is stamped; G12: the scheduler isn't emptied; G13: nor is the merge cache. */
  private readonly flipsFirst: boolean;
  private readonly leavesBehind: boolean;
  private readonly keepsMergeCache: boolean;
  private readonly forgetsRequeued: boolean;

  constructor(bios: Bios, client: BioClient, settings: QueueSettings) {
    const { planted = UNPLANTED } = settings;
    this.planted = planted;
    this.flipsFirst = planted.is('G11');
    this.leavesBehind = planted.is('G12');
    this.keepsMergeCache = planted.is('G13');
    this.forgetsRequeued = planted.is('G15');
    this.state = new QueueState(bios);
    this.state.client = client;
    this.state.limits = settings.limits;
    this.settings = settings;
    this.flushFua = settings.mode === 'flush-fua';
    this.hasDeadlines = settings.scheduler !== 'noop';
    this.ordered = new OrderedMachine(this.state, planted);
    this.flush = new FlushMachine(this.state, planted);
    this.scheduler = settings.scheduler === 'noop' ? new Noop(this.state) : new Deadline(this.state);
  }

  reset(): void {
    const { mode, flushIsFs, hasFua, hasFlush } = this.settings;
    this.state.reset();
    this.ordered.reset(mode === 'flush-fua' ? 0 : ORDERED_MODE[mode], flushIsFs);
    this.flush.reset(hasFua, hasFlush);
    this.scheduler.reset();
  }

  /** The driver has found out that the device takes no barriers, or no flushes: none are sent from now on. */
  downgrade(): void {
    if (this.flushFua) this.flush.hasFlush = false;
    else this.ordered.downgrade();
  }

  /** Whether the next operation of a submitter has to wait for a request (nr_requests, per direction). */
  isCongested(): boolean {
    const { allocated } = this.state.requests;
    return allocated[0] >= REQUESTS_MAX || allocated[REQ.write] >= REQUESTS_MAX;
  }

  /** R1: takes a bio. Its end is told to the client, at once if the queue refuses it. */
  submit(bio: number): void {
    const { state } = this;
    const flags = state.bios.rows[bio + BIO_AT.flags];
    const isFlush = this.flushFua && (flags & (BIO.flush | BIO.fua)) !== 0;
    if ((flags & BIO.barrier) !== 0) this.submitBarrier(bio);
    else if (isFlush && this.flush.hasFlush) this.submitFlush(bio);
    else if (isFlush && state.bios.rows[bio + BIO_AT.count] === 0) state.endBio(bio, STATUS.ok);
    else {
      if (isFlush) state.bios.rows[bio + BIO_AT.flags] = flags & ~(BIO.flush | BIO.fua);
      if (!tryMerge(state, this.scheduler, bio)) this.insertSorted(bio);
    }
    if ((flags & (BIO.sync | BIO.barrier | BIO.flush)) !== 0) this.unplug();
  }

  /** The plug is pulled: by its timer, or by somebody who waits. */
  unplug(): void {
    this.state.hold = 0;
  }

  /** Whether the driver would find out something new by looking. */
  get isRunnable(): boolean {
    return this.state.hold === 0;
  }

  /** Whether the oldest request of a direction (0 read, 1 write) may expire. */
  mayExpire(direction: number): boolean {
    return this.scheduler.mayExpire(direction);
  }

  expire(direction: number): void {
    this.scheduler.expire(direction);
  }

  /** R3: the request the driver should start next; NIL when there is none, or none it may have now. */
  peek(): number {
    const { state } = this;
    for (;;) {
      let rq = state.fifo.head;
      while (rq !== NIL) {
        const given = this.flushFua ? rq : this.ordered.consider(rq);
        if (given === BLOCKED) break;
        if (given !== VANISHED) return this.peeked(given);
        rq = state.fifo.head;
      }
      if (rq !== NIL || !this.scheduler.dispatch(false)) {
        state.hold |= HOLD.seen;
        return NIL;
      }
    }
  }

  /** The driver starts the request it has just been given. */
  start(rq: number): void {
    const { state } = this;
    assert(!this.isAtDriver(rq), 'a request is started once');
    if (!this.flushFua && this.ordered.breaksOneBarrier(rq)) state.breachCount++;
    state.fifo.remove(rq);
    state.requests.rows[rq + REQ_AT.flags] |= REQ.inFlight;
    if (state.isAccounted(rq)) state.inFlight++;
  }

  /** Whether the driver has the request, so that it may complete. */
  isAtDriver(rq: number): boolean {
    return (this.state.requests.rows[rq + REQ_AT.flags] & REQ.inFlight) !== 0;
  }

  /** R7, R8: the driver has completed a request. */
  complete(rq: number, status: number): void {
    const { state } = this;
    const accounted = state.isAccounted(rq) ? 1 : 0;
    assert(this.isAtDriver(rq), 'only a request at the driver completes');
    state.requests.rows[rq + REQ_AT.flags] &= ~REQ.inFlight;
    state.hold &= ~HOLD.seen;
    if (this.flushFua && this.flush.owns(rq)) {
      state.inFlight -= accounted;
      this.flush.stepCompleted(rq, status);
    } else if (rq <= POST) {
      state.inFlight -= accounted;
      this.ordered.memberCompleted(rq, status);
    } else {
      state.endRequest(rq, status);
      state.inFlight -= accounted;
      this.ordered.requestCompleted();
    }
  }

  /** R9, R10: the driver could not take a request it had started. */
  requeue(rq: number): void {
    const { state } = this;
    if (state.isAccounted(rq)) state.inFlight--;
    state.requests.rows[rq + REQ_AT.flags] &= ~(REQ.started | REQ.inFlight);
    state.requests.rows[rq + REQ_AT.flags] |= REQ.softBarrier;
    if (this.forgetsRequeued && this.planted.reach()) state.requests.rows[rq + REQ_AT.flags] |= REQ.requeued;
    state.fifo.insertAfter(this.ordered.requeuePlace(rq), rq);
    state.hold &= ~HOLD.seen;
  }

  writeKey(key: KeyBytes, names: RequestKey): void {
    const { state } = this;
    const { requests } = state;
    names.begin(key, requests, state.colour);
    key.putFlags((state.hold & HOLD.plugged) !== 0, (state.hold & HOLD.seen) === 0, state.breachCount > 0);
    key.put(state.inFlight);
    key.put(requests.allocated[0]);
    key.put(requests.allocated[REQ.write]);
    key.put(state.endSector);
    names.putList(state.fifo.head);
    this.scheduler.writeKey(key, names);
    this.ordered.writeKey(key, names);
    this.flush.writeKey(key, names);
    names.put(state.lastMerge);
    if (state.boundary !== ENDED_BOUNDARY) names.put(state.boundary);
    else key.put(ENDED_BOUNDARY);
  }

  private peeked(rq: number): number {
    const { state } = this;
    const { rows } = state.requests;
    if ((rows[rq + REQ_AT.flags] & REQ.started) !== 0) return rq;
    rows[rq + REQ_AT.flags] |= REQ.started;
    if (state.boundary === NIL || state.boundary === rq) {
      state.endSector = state.requests.end(rq);
      state.boundary = NIL;
    }
    return rq;
  }

  /** R2 for a barrier: stamp the colour, then flip it; empty the scheduler; go behind everything. */
  private submitBarrier(bio: number): void {
    const { state } = this;
    if (this.ordered.nextMode === 0) {
      state.endBio(bio, STATUS.eopnotsupp);
      return;
    }
    const early = this.flipsFirst && this.planted.reach() ? REQ.colour : 0;
    const rq = state.requestOf(bio, (state.colour ^ early) | REQ.softBarrier);
    state.colour ^= REQ.colour;
    state.endSector = state.requests.end(rq);
    state.boundary = rq;
    const { lastMerge, sortedCount } = state;
    if (!this.leavesBehind || sortedCount === 0 || !this.planted.reach()) this.scheduler.dispatch(true);
    if (this.keepsMergeCache && lastMerge !== NIL && this.planted.reach()) state.lastMerge = lastMerge;
    state.fifo.pushBack(rq);
  }

  private submitFlush(bio: number): void {
    const { state } = this;
    const flush = (state.bios.rows[bio + BIO_AT.flags] & BIO.flush) !== 0 ? REQ.flush : 0;
    this.flush.insert(state.requestOf(bio, state.colour | REQ.noMerge | flush));
    state.hold &= ~HOLD.seen;
  }

  private insertSorted(bio: number): void {
    const { state } = this;
    const { requests } = state;
    if (state.fifo.head === NIL && state.sortedCount === 0) state.hold |= HOLD.plugged;
    const rq = state.requestOf(bio, state.colour | REQ.sorted);
    state.sortedCount++;
    if (state.lastMerge === NIL) state.lastMerge = rq;
    this.scheduler.add(rq);
    const waiting = requests.allocated[0] + requests.allocated[REQ.write] - state.inFlight;
    if ((state.hold & HOLD.plugged) === 0 || waiting >= UNPLUG_THRESHOLD) this.unplug();
  }
}
