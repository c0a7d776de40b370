/**
 * The flush machine of 2.6.37 on (facts.md §14 "2.6.37+ core", modes.md rule 7): one flush sequence at a time,
 * PREFLUSH, then data with FUA, or data then POSTFLUSH where the device has no FUA. Nothing drains; other
 * requests pass. Left out: the merging of several waiting flushes into one, which later kernels do.
 */
import { STATUS } from '../../base/history.ts';
import type { KeyBytes } from '../key/bytes.ts';
import type { RequestKey } from '../key/requests.ts';
import type { Planted } from '../mutants.ts';
import { NIL } from './bios.ts';
import { POST, PRE, REQ, RequestList, REQ_AT } from './requests.ts';
import { HOLD, type QueueState } from './state.ts';

export class FlushMachine {
  /** The device takes FUA writes. */
  hasFua = false;
  /** The device takes flushes. Looked at as a bio is submitted: what is under way keeps its steps. */
  hasFlush = true;
  private current = NIL;
  private error: number = STATUS.ok;
  private readonly pending: RequestList;
  private readonly state: QueueState;
  private readonly planted: Planted;
  /** B35: PREFLUSH and data go out together, and the data's end is the request's. */
  private readonly unordered: boolean;
  /** B35: a PREFLUSH is out whose data doesn't wait for it. */
  private flushIsOut = false;

  constructor(state: QueueState, planted: Planted) {
    this.state = state;
    this.planted = planted;
    this.unordered = planted.is('B35');
    this.pending = new RequestList(state.requests);
  }

  reset(hasFua: boolean, hasFlush: boolean): void {
    this.hasFua = hasFua;
    this.hasFlush = hasFlush;
    this.current = NIL;
    this.error = STATUS.ok;
    this.pending.clear();
    this.flushIsOut = false;
  }

  writeKey(key: KeyBytes, names: RequestKey): void {
    key.putFlags(this.hasFlush);
    key.put(this.error);
    names.put(this.current);
    names.putList(this.pending.head);
    if (this.unordered) key.putFlags(this.flushIsOut);
  }

  /** Takes a request with FLUSH or FUA. A FUA write needs no sequence where the device does it. */
  insert(rq: number): void {
    const flags = this.state.requests.rows[rq + REQ_AT.flags];
    if ((flags & REQ.flush) === 0 && this.hasFua) {
      this.state.fifo.pushBack(rq);
      return;
    }
    this.pending.pushBack(rq);
    if (this.current === NIL && !this.flushIsOut) this.next();
  }

  /** Whether the completion of this row is the machine's. */
  owns(rq: number): boolean {
    return rq === PRE || rq === POST || (rq === this.current && rq !== NIL);
  }

  /** A step of the sequence has completed. */
  stepCompleted(rq: number, status: number): void {
    if (status !== STATUS.ok && this.error === STATUS.ok) this.error = status;
    if (this.flushIsOut) return this.unorderedCompleted(rq);
    const { rows } = this.state.requests;
    if (rq === PRE && this.state.requests.rows[this.current + REQ_AT.count] > 0) this.pushData();
    else if (rq === this.current && (rows[rq + REQ_AT.flags] & REQ.fua) !== 0 && !this.hasFua) this.pushFlush(POST);
    else this.end();
    this.state.hold &= ~HOLD.seen;
  }

  /** B35: the first of the two to complete; the other one ends the sequence. */
  private unorderedCompleted(rq: number): void {
    const { state } = this;
    state.hold &= ~HOLD.seen;
    if (rq === this.current) {
      this.current = NIL;
      state.endRequest(rq, this.error);
      return;
    }
    this.flushIsOut = false;
    if (this.current === NIL) this.next();
  }

  private next(): void {
    this.current = this.pending.head;
    if (this.current === NIL) return;
    this.pending.remove(this.current);
    this.error = STATUS.ok;
    const { rows } = this.state.requests;
    const flushes = (rows[this.current + REQ_AT.flags] & REQ.flush) !== 0;
    if (flushes) this.pushFlush(PRE);
    this.flushIsOut = flushes && this.unordered && rows[this.current + REQ_AT.count] > 0 && this.planted.reach();
    if (!flushes || this.flushIsOut) this.pushData();
    this.state.hold &= ~HOLD.seen;
  }

  private pushFlush(row: number): void {
    const { requests, fifo } = this.state;
    requests.init(row, REQ.fs | REQ.write | REQ.flush | REQ.softBarrier);
    requests.rows[row + REQ_AT.op] = requests.rows[this.current + REQ_AT.op];
    fifo.pushFront(row);
  }

  private pushData(): void {
    this.state.requests.rows[this.current + REQ_AT.flags] |= REQ.softBarrier;
    this.state.fifo.pushFront(this.current);
  }

  private end(): void {
    const ended = this.current;
    this.current = NIL;
    this.state.endRequest(ended, this.error);
    this.next();
  }
}
