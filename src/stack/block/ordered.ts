/**
 * The ordered state machine of 2.6.33–2.6.36: rules R4–R9 of facts.md §3, with the quirk of §6 Q1 under
 * kernel 2.6.36 (flush singletons are FS type and hard barriers, so BY_TAG blocks them as "another barrier").
 * First error wins; the sequence is not aborted (§6). Left out: the stale disk pointer of the merge window (§6 Q2).
 */
import { assert } from '../../base/assert.ts';
import { STATUS } from '../../base/history.ts';
import type { KeyBytes } from '../key/bytes.ts';
import type { RequestKey } from '../key/requests.ts';
import type { Planted } from '../mutants.ts';
import { NIL } from './bios.ts';
import { currentStep, ORDERED, STEP } from './modes.ts';
import { BAR, POST, PRE, REQ, REQ_AT } from './requests.ts';
import { HOLD, type QueueState } from './state.ts';

/** What the machine says of the request at the head of the FIFO, besides handing one out (R3). */
export const BLOCKED = -1;
export const VANISHED = -2;

export class OrderedMachine {
  /** The configured ("next") mode. */
  nextMode = 0;
  /** Kernel 2.6.36: flush singletons are FS type. */
  flushIsFs = false;
  /** The active mode, of the sequence under way. */
  private mode = 0;
  /** Finished steps; 0 when no sequence is active. */
  private finished = 0;
  private error: number = STATUS.ok;
  private original = NIL;
  private readonly state: QueueState;
  private readonly planted: Planted;
  /** B41: what is not FS type comes after the sequence. */
  private readonly holdsNonFs: boolean;
  /** G14: an empty barrier has no PREFLUSH either. */
  private readonly skipsPreflush: boolean;
  /** G18: POSTFLUSH doesn't wait for BAR. */
  private readonly flushesEarly: boolean;
  /** G16: what the last step came to is what the sequence came to. */
  private readonly lastErrorWins: boolean;

  constructor(state: QueueState, planted: Planted) {
    this.state = state;
    this.planted = planted;
    this.holdsNonFs = planted.is('B41');
    this.skipsPreflush = planted.is('G14');
    this.flushesEarly = planted.is('G18');
    this.lastErrorWins = planted.is('G16');
  }

  reset(nextMode: number, flushIsFs: boolean): void {
    this.nextMode = nextMode;
    this.flushIsFs = flushIsFs;
    this.mode = 0;
    this.finished = 0;
    this.error = STATUS.ok;
    this.original = NIL;
  }

  writeKey(key: KeyBytes, names: RequestKey): void {
    key.put(this.nextMode);
    key.put(this.mode);
    key.put(this.finished);
    key.put(this.error);
    names.put(this.original);
  }

  /** Ordering is given up, for the sequence under way too (§6 Q3). */
  downgrade(): void {
    this.nextMode = 0;
    this.mode = 0;
  }

  get active(): boolean {
    return this.finished !== 0;
  }

  /** Whether commands of this queue that carry the barrier flag travel as ORDERED ones. */
  get byTag(): boolean {
    return (this.mode & ORDERED.byTag) !== 0;
  }

  /** R3–R6 for the head of the FIFO: a request to hand out, BLOCKED, or VANISHED. */
  consider(rq: number): number {
    const barrier = (this.state.requests.rows[rq + REQ_AT.flags] & REQ.hardBarrier) !== 0;
    if (this.finished === 0) {
      if (!barrier) return rq;
      return this.nextMode === 0 ? this.refuse(rq) : this.begin(rq);
    }
    return this.isHeldBack(rq) ? BLOCKED : rq;
  }

  /** R6: whether the active sequence holds this request back. */
  private isHeldBack(rq: number): boolean {
    const flags = this.state.requests.rows[rq + REQ_AT.flags];
    const singleton = rq === PRE || rq === POST;
    if ((flags & REQ.fs) === 0 && !singleton) return false;
    if ((this.mode & ORDERED.byTag) !== 0)
      return (flags & REQ.fs) !== 0 && (flags & REQ.hardBarrier) !== 0 && rq !== BAR;
    const held = this.stepOf(rq) > currentStep(this.finished);
    return held && !(this.flushesEarly && rq === POST && this.planted.reach());
  }

  /** The step a request belongs to while a draining sequence is active. */
  stepOf(rq: number): number {
    const { rows } = this.state.requests;
    const flags = rows[rq + REQ_AT.flags];
    if (this.holdsNonFs && (flags & REQ.fs) === 0 && this.planted.reach()) return STEP.done;
    if (rq === PRE) return STEP.preflush;
    if (rq === BAR) return STEP.bar;
    if (rq === POST) return STEP.postflush;
    if ((flags & REQ.fs) === 0) return STEP.drain;
    return ((flags ^ rows[this.original + REQ_AT.flags]) & REQ.colour) === 0 ? STEP.drain : STEP.done;
  }

  /** R4: a barrier on a queue without ordering. */
  private refuse(rq: number): number {
    this.state.fifo.remove(rq);
    this.state.endRequest(rq, STATUS.eopnotsupp);
    return VANISHED;
  }

  /** R5. */
  private begin(rq: number): number {
    const { state } = this;
    this.error = STATUS.ok;
    this.mode = state.requests.rows[rq + REQ_AT.count] === 0 ? this.emptyBarrierMode() : this.nextMode;
    this.finished = STEP.started;
    state.fifo.remove(rq);
    this.original = rq;
    let skipped = 0;
    let first = NIL;
    if ((this.mode & ORDERED.doPostflush) !== 0) first = this.pushFlush(POST);
    else skipped |= STEP.postflush;
    if ((this.mode & ORDERED.doBar) !== 0) first = this.pushBar();
    else skipped |= STEP.bar;
    if ((this.mode & ORDERED.doPreflush) !== 0) first = this.pushFlush(PRE);
    else skipped |= STEP.preflush;
    if ((this.mode & ORDERED.byDrain) !== 0 && state.inFlight > 0) {
      first = BLOCKED;
      state.drainCount++;
    } else skipped |= STEP.drain;
    return this.finish(skipped, STATUS.ok) ? VANISHED : first;
  }

  private emptyBarrierMode(): number {
    const skips = this.skipsPreflush && this.planted.reach();
    return emptyBarrierMode(skips ? this.nextMode & ~ORDERED.doPreflush : this.nextMode);
  }

  private pushFlush(row: number): number {
    const { requests, fifo } = this.state;
    const type = this.flushIsFs ? REQ.fs : 0;
    requests.init(row, REQ.write | REQ.flush | REQ.hardBarrier | REQ.softBarrier | type);
    requests.rows[row + REQ_AT.op] = requests.rows[this.original + REQ_AT.op];
    fifo.pushFront(row);
    return row;
  }

  private pushBar(): number {
    const { requests, fifo } = this.state;
    const fua = (this.mode & ORDERED.doFua) !== 0 ? REQ.fua : 0;
    requests.init(BAR, REQ.fs | REQ.write | REQ.hardBarrier | REQ.softBarrier | fua);
    const { rows } = requests;
    const { original } = this;
    rows[BAR + REQ_AT.sector] = rows[original + REQ_AT.sector];
    rows[BAR + REQ_AT.count] = rows[original + REQ_AT.count];
    rows[BAR + REQ_AT.segments] = rows[original + REQ_AT.segments];
    rows[BAR + REQ_AT.bioHead] = rows[original + REQ_AT.bioHead];
    rows[BAR + REQ_AT.bioTail] = rows[original + REQ_AT.bioTail];
    rows[BAR + REQ_AT.op] = rows[original + REQ_AT.op];
    fifo.pushFront(BAR);
    return BAR;
  }

  /** R7, after a request's in-flight count went down: the drain may be over. */
  requestCompleted(): void {
    const { state } = this;
    if (this.finished === 0 || state.inFlight > 0) return;
    if (currentStep(this.finished) !== STEP.drain) return;
    const head = state.fifo.head;
    if (head !== NIL && this.stepOf(head) <= STEP.drain) return;
    this.finish(STEP.drain, STATUS.ok);
    state.hold &= ~HOLD.seen;
  }

  /** R8: a member of the sequence has completed. */
  memberCompleted(row: number, status: number): void {
    this.requestCompleted();
    this.finish(row === PRE ? STEP.preflush : row === BAR ? STEP.bar : STEP.postflush, status);
  }

  /** Marks steps finished; true when that ended the sequence, and with it the original barrier. */
  private finish(steps: number, status: number): boolean {
    if (status !== STATUS.ok && this.error === STATUS.ok) this.error = status;
    if (this.lastErrorWins && this.error !== status && this.planted.reach()) this.error = status;
    assert((this.finished & steps) === 0, 'a step of a sequence finishes once');
    this.finished |= steps;
    if (currentStep(this.finished) !== STEP.done) return false;
    this.finished = 0;
    const original = this.original;
    this.original = NIL;
    this.state.endRequest(original, this.error);
    return true;
  }

  /** R9: where a requeued request goes while a sequence is active: before the first of its own step or later. */
  requeuePlace(rq: number): number {
    const { fifo, requests } = this.state;
    if (this.finished === 0) return NIL;
    const step = this.stepOf(rq);
    let place = NIL;
    for (let other = fifo.head; other !== NIL && this.stepOf(other) < step; other = requests.rows[other + REQ_AT.next])
      place = other;
    return place;
  }

  /** I12 (facts.md §17): whether handing `rq` to the driver now breaks "one barrier at the driver". */
  breaksOneBarrier(rq: number): boolean {
    const flags = this.state.requests.rows[rq + REQ_AT.flags];
    if (rq <= POST) return false;
    if ((flags & REQ.hardBarrier) !== 0) return true;
    const draining = this.finished !== 0 && (this.mode & ORDERED.byDrain) !== 0 && (flags & REQ.fs) !== 0;
    return draining && (this.finished & STEP.drain) !== 0;
  }
}

/** The mode of a sequence for an empty barrier: no data to order, so a tag without a flush becomes a drain (R5). */
function emptyBarrierMode(mode: number): number {
  const bare = mode & ~(ORDERED.doBar | ORDERED.doPostflush);
  if ((bare & ORDERED.byTag) === 0 || (bare & ORDERED.doPreflush) !== 0) return bare;
  return (bare & ~ORDERED.byTag) | ORDERED.byDrain;
}
