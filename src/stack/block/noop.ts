/**
 * The noop scheduler (facts.md §7): one FIFO, back merges, and the elevator order that a forced drain
 * still brings in through the sorted dispatch.
 */
import type { KeyBytes } from '../key/bytes.ts';
import type { RequestKey } from '../key/requests.ts';
import { NIL } from './bios.ts';
import { REQ, RequestList } from './requests.ts';
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
    names.putList(this.list.head, this.state.requests.next);
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
    while (rq !== NIL && (requests.end(rq) !== sector || (requests.flags[rq] & REQ.noMerge) !== 0))
      rq = requests.prev[rq];
    return rq;
  }

  latter(rq: number): number {
    return this.state.requests.next[rq];
  }

  former(rq: number): number {
    return this.state.requests.prev[rq];
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
