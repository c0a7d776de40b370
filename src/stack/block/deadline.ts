/**
 * The deadline scheduler (facts.md §7): per direction a FIFO and an order by sector, batches of 16, reads before
 * writes but not more than twice in a row, front merges. There is no clock: that the oldest request of a
 * direction has expired is an action of the schedule (modes.md rule 12).
 */
import type { KeyBytes } from '../key/bytes.ts';
import type { RequestKey } from '../key/requests.ts';
import { NIL } from './bios.ts';
import { REQ, RequestList, REQ_AT } from './requests.ts';
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
    key.put(this.batched);
    key.put(this.starved);
    for (const direction of [READ, WRITE]) {
      names.putList(this.fifo[direction].head);
      names.putList(this.sorted[direction], REQ_AT.sortNext);
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
    while (rq !== NIL && requests.rows[rq + REQ_AT.sector] < endSector) rq = requests.rows[rq + REQ_AT.sortNext];
    return rq !== NIL && requests.rows[rq + REQ_AT.sector] === endSector ? rq : NIL;
  }

  backMerge(sector: number): number {
    const { requests } = this.state;
    for (let direction = WRITE; direction >= READ; direction--) {
      let rq = this.fifo[direction].tail;
      while (rq !== NIL && (requests.end(rq) !== sector || (requests.rows[rq + REQ_AT.flags] & REQ.noMerge) !== 0))
        rq = requests.rows[rq + REQ_AT.prev];
      if (rq !== NIL) return rq;
    }
    return NIL;
  }

  latter(rq: number): number {
    return this.state.requests.rows[rq + REQ_AT.sortNext];
  }

  former(rq: number): number {
    return this.state.requests.rows[rq + REQ_AT.sortPrev];
  }

  frontMerged(rq: number): void {
    this.sortOut(rq);
    this.sortIn(rq);
  }

  /** The older place in the FIFO is the one kept: both entered in order, so the earlier stays where it is. */
  absorbed(rq: number, gone: number): void {
    const list = this.fifo[this.direction(rq)];
    if (this.comesBefore(gone, rq)) {
      const place = this.state.requests.rows[gone + REQ_AT.prev];
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
    this.nextInBatch[direction] = this.state.requests.rows[rq + REQ_AT.sortNext];
    if (this.fifo[direction].head === rq) this.expired[direction] = 0;
    this.take(rq);
    this.state.dispatchTail(rq);
  }

  private take(rq: number): void {
    const direction = this.direction(rq);
    if (this.nextInBatch[direction] === rq)
      this.nextInBatch[direction] = this.state.requests.rows[rq + REQ_AT.sortNext];
    this.sortOut(rq);
    this.fifo[direction].remove(rq);
  }

  private direction(rq: number): number {
    return (this.state.requests.rows[rq + REQ_AT.flags] & REQ.write) === 0 ? READ : WRITE;
  }

  private comesBefore(first: number, second: number): boolean {
    const { rows } = this.state.requests;
    let rq = first;
    while (rq !== NIL && rq !== second) rq = rows[rq + REQ_AT.next];
    return rq === second;
  }

  private sortIn(rq: number): void {
    const { requests } = this.state;
    const { rows } = requests;
    const direction = this.direction(rq);
    const sector = rows[rq + REQ_AT.sector];
    let before = NIL;
    let behind = this.sorted[direction];
    while (behind !== NIL && rows[behind + REQ_AT.sector] <= sector) {
      before = behind;
      behind = rows[behind + REQ_AT.sortNext];
    }
    // A request that starts at the same sector is dispatched before the newcomer goes in.
    if (before !== NIL && rows[before + REQ_AT.sector] === sector) {
      const alias = before;
      before = rows[alias + REQ_AT.sortPrev];
      this.move(alias);
    }
    rows[rq + REQ_AT.sortPrev] = before;
    rows[rq + REQ_AT.sortNext] = behind;
    if (before === NIL) this.sorted[direction] = rq;
    else rows[before + REQ_AT.sortNext] = rq;
    if (behind !== NIL) rows[behind + REQ_AT.sortPrev] = rq;
  }

  private sortOut(rq: number): void {
    const { rows } = this.state.requests;
    const before = rows[rq + REQ_AT.sortPrev];
    const behind = rows[rq + REQ_AT.sortNext];
    if (before === NIL) this.sorted[this.direction(rq)] = behind;
    else rows[before + REQ_AT.sortNext] = behind;
    if (behind !== NIL) rows[behind + REQ_AT.sortPrev] = before;
  }
}
