/**
 * The noop scheduler (facts.md §7): one FIFO, back merges, and the elevator order that a forced drain
 * still brings in through the sorted dispatch.
 */
import type { KeyBytes } from '../key/bytes.ts';
import type { RequestKey } from '../key/requests.ts';
import { NIL } from './bios.ts';
import { REQ, RequestList, REQ_AT } from './requests.ts';
import type { IoScheduler } from './scheduler.ts';
import type { QueueState } from './state.ts';

export class Noop implements IoScheduler {
  private readonly list: RequestList;
  private readonly state: QueueState;

  constructor(state: QueueState) {
    this.state = state;
    this.list = new RequestList(state.requests);
  }

  reset(): void {
    this.list.clear();
  }

  writeKey(_key: KeyBytes, names: RequestKey): void {
    names.putList(this.list.head);
  }

  add(rq: number): void {
    this.list.pushBack(rq);
  }

  dispatch(force: boolean): boolean {
    if (this.list.head === NIL) return false;
    do {
      const rq = this.list.head;
      this.list.remove(rq);
      this.state.dispatchSorted(rq);
    } while (force && this.list.head !== NIL);
    return true;
  }

  frontMerge(): number {
    return NIL;
  }

  backMerge(sector: number): number {
    const { requests } = this.state;
    let rq = this.list.tail;
    while (rq !== NIL && (requests.end(rq) !== sector || (requests.rows[rq + REQ_AT.flags] & REQ.noMerge) !== 0))
      rq = requests.rows[rq + REQ_AT.prev];
    return rq;
  }

  latter(rq: number): number {
    return this.state.requests.rows[rq + REQ_AT.next];
  }

  former(rq: number): number {
    return this.state.requests.rows[rq + REQ_AT.prev];
  }

  frontMerged(): void {}

  absorbed(_rq: number, gone: number): void {
    this.list.remove(gone);
  }

  mayExpire(): boolean {
    return false;
  }

  expire(): void {}
}
