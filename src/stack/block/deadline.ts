/**
 * The deadline scheduler (facts.md §7): per direction a FIFO and an order by sector, batches of 16, reads before
 * writes but not more than twice in a row, front merges. There is no clock: that the oldest request of a
 * direction has expired is an action of the schedule (modes.md rule 12).
 */
import type { KeyBytes } from '../key/bytes.ts';
import type { RequestKey } from '../key/requests.ts';
import { NIL } from './bios.ts';
import { REQ, RequestList } from './requests.ts';
import type { IoScheduler } from './scheduler.ts';
import type { QueueState } from './state.ts';

const FIFO_BATCH = 16;
const WRITES_STARVED_MAX = 2;
const READ = 0;
const WRITE = 1;

export class Deadline implements IoScheduler {
  private readonly fifo: RequestList[];
  /** First request by sector, per direction. */
  private readonly sorted: Int32Array = new Int32Array(2);
  private readonly nextInBatch: Int32Array = new Int32Array(2);
  private readonly expired: Uint8Array = new Uint8Array(2);
  private batched = 0;
  private starved = 0;
  private readonly state: QueueState;

  constructor(state: QueueState) {
    this.state = state;
    this.fifo = [new RequestList(state.requests), new RequestList(state.requests)];
  }

  reset(): void {
    for (const list of this.fifo) list.clear();
    this.sorted.fill(NIL);
    this.nextInBatch.fill(NIL);
    this.expired.fill(0);
    this.batched = 0;
    this.starved = 0;
  }

  writeKey(key: KeyBytes, names: RequestKey): void {
    const { next, sortNext } = this.state.requests;
    key.put(this.batched);
    key.put(this.starved);
    for (const direction of [READ, WRITE]) {
      names.putList(this.fifo[direction].head, next);
      names.putList(this.sorted[direction], sortNext);
      names.put(this.nextInBatch[direction]);
      key.put(this.expired[direction]);
    }
  }

  add(rq: number): void {
    this.sortIn(rq);
    this.fifo[this.direction(rq)].pushBack(rq);
  }

  dispatch(force: boolean): boolean {
    if (!this.dispatchOne()) return false;
    while (force && this.dispatchOne());
    return true;
  }

  frontMerge(endSector: number, flags: number): number {
    const { requests } = this.state;
    let rq = this.sorted[(flags & REQ.write) === 0 ? READ : WRITE];
    while (rq !== NIL && requests.sector[rq] < endSector) rq = requests.sortNext[rq];
    return rq !== NIL && requests.sector[rq] === endSector ? rq : NIL;
  }

  backMerge(sector: number): number {
    const { requests } = this.state;
    for (let direction = WRITE; direction >= READ; direction--) {
      let rq = this.fifo[direction].tail;
      while (rq !== NIL && (requests.end(rq) !== sector || (requests.flags[rq] & REQ.noMerge) !== 0))
        rq = requests.prev[rq];
      if (rq !== NIL) return rq;
    }
    return NIL;
  }

  latter(rq: number): number {
    return this.state.requests.sortNext[rq];
  }

  former(rq: number): number {
    return this.state.requests.sortPrev[rq];
  }

  frontMerged(rq: number): void {
    this.sortOut(rq);
    this.sortIn(rq);
  }

  /** The older place in the FIFO is the one kept: both entered in order, so the earlier stays where it is. */
  absorbed(rq: number, gone: number): void {
    const list = this.fifo[this.direction(rq)];
    if (this.comesBefore(gone, rq)) {
      const place = this.state.requests.prev[gone];
      list.remove(rq);
      list.insertAfter(place, rq);
    }
    this.take(gone);
  }

  mayExpire(direction: number): boolean {
    return this.fifo[direction].head !== NIL && this.expired[direction] === 0;
  }

  expire(direction: number): void {
    this.expired[direction] = 1;
  }

  private dispatchOne(): boolean {
    const batch = this.nextInBatch[WRITE] !== NIL ? this.nextInBatch[WRITE] : this.nextInBatch[READ];
    if (batch !== NIL && this.batched < FIFO_BATCH) {
      this.batched++;
      this.move(batch);
      return true;
    }
    const reads = this.fifo[READ].head !== NIL;
    const writes = this.fifo[WRITE].head !== NIL;
    if (!reads && !writes) return false;
    const write = !reads || (writes && this.starved++ >= WRITES_STARVED_MAX);
    if (write) this.starved = 0;
    const direction = write ? WRITE : READ;
    const next = this.nextInBatch[direction];
    this.batched = 1;
    this.move(this.expired[direction] !== 0 || next === NIL ? this.fifo[direction].head : next);
    return true;
  }

  private move(rq: number): void {
    const direction = this.direction(rq);
    this.nextInBatch.fill(NIL);
    this.nextInBatch[direction] = this.state.requests.sortNext[rq];
    if (this.fifo[direction].head === rq) this.expired[direction] = 0;
    this.take(rq);
    this.state.dispatchTail(rq);
  }

  private take(rq: number): void {
    const direction = this.direction(rq);
    if (this.nextInBatch[direction] === rq) this.nextInBatch[direction] = this.state.requests.sortNext[rq];
    this.sortOut(rq);
    this.fifo[direction].remove(rq);
  }

  private direction(rq: number): number {
    return (this.state.requests.flags[rq] & REQ.write) === 0 ? READ : WRITE;
  }

  private comesBefore(first: number, second: number): boolean {
    const { next } = this.state.requests;
    let rq = first;
    while (rq !== NIL && rq !== second) rq = next[rq];
    return rq === second;
  }

  private sortIn(rq: number): void {
    const { requests } = this.state;
    const { sector, sortNext, sortPrev } = requests;
    const direction = this.direction(rq);
    let before = NIL;
    let behind = this.sorted[direction];
    while (behind !== NIL && sector[behind] <= sector[rq]) {
      before = behind;
      behind = sortNext[behind];
    }
    // A request that starts at the same sector is dispatched before the newcomer goes in.
    if (before !== NIL && sector[before] === sector[rq]) {
      const alias = before;
      before = sortPrev[alias];
      this.move(alias);
    }
    sortPrev[rq] = before;
    sortNext[rq] = behind;
    if (before === NIL) this.sorted[direction] = rq;
    else sortNext[before] = rq;
    if (behind !== NIL) sortPrev[behind] = rq;
  }

  private sortOut(rq: number): void {
    const { sortNext, sortPrev } = this.state.requests;
    const before = sortPrev[rq];
    const behind = sortNext[rq];
    if (before === NIL) this.sorted[this.direction(rq)] = behind;
    else sortNext[before] = behind;
    if (behind !== NIL) sortPrev[behind] = before;
  }
}
