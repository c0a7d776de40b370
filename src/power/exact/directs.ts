/**
 * Direct writes by sector in the order of submission, and per sector the first of them that may be lost. Since a write
 * is lost under a version iff key(version) ≤ 2 · submit, those that may be are the ones from some submit on.
 */
import { type History, KIND, STATUS } from '../../base/history.ts';
import { IntList } from '../../stack/journal.ts';
import { NEVER } from './precedence.ts';

const NIL = -1;

export class Directs {
  private head: Int32Array = new Int32Array(0);
  private tail: Int32Array = new Int32Array(0);
  /** The first entry of a sector that may be lost, as of the last look. */
  private place: Int32Array = new Int32Array(0);
  private readonly op: IntList = new IntList();
  private readonly next: IntList = new IntList();
  private readonly prev: IntList = new IntList();
  private history!: History;

  begin(history: History): void {
    this.history = history;
    if (this.head.length < history.sectorCount) {
      this.head = new Int32Array(history.sectorCount);
      this.tail = new Int32Array(history.sectorCount);
      this.place = new Int32Array(history.sectorCount);
    }
    this.head.fill(NIL);
    this.tail.fill(NIL);
    this.place.fill(NIL);
    this.op.clear();
    this.next.clear();
    this.prev.clear();
  }

  /** Adds a direct write; false for any other operation. */
  submitted(op: number): boolean {
    const { kind, sector, count } = this.history;
    if (kind[op] > KIND.barrier || count[op] === 0) return false;
    for (let x = sector[op]; x < sector[op] + count[op]; x++) this.append(x, op);
    return true;
  }

  /** The earliest submit of an unfailed direct write that a version of this key loses at the sector; NEVER: none. */
  lostUnder(sector: number, key: number): number {
    let entry = this.head[sector];
    while (entry !== NIL && !this.isLost(entry, key)) entry = this.next.items[entry];
    return this.submitOf(entry);
  }

  /** The same, found from where the last look ended: keys mostly grow. */
  lostUnderNext(sector: number, key: number): number {
    const { next, prev } = this;
    let entry = this.place[sector];
    let before = entry === NIL ? this.tail[sector] : prev.items[entry];
    while (before !== NIL && 2 * this.history.submit[this.op.items[before]] >= key) {
      entry = before;
      before = prev.items[before];
    }
    while (entry !== NIL && !this.isLost(entry, key)) entry = next.items[entry];
    this.place[sector] = entry;
    return this.submitOf(entry);
  }

  private isLost(entry: number, key: number): boolean {
    const op = this.op.items[entry];
    return 2 * this.history.submit[op] >= key && this.history.status[op] <= STATUS.ok;
  }

  private submitOf(entry: number): number {
    return entry === NIL ? NEVER : this.history.submit[this.op.items[entry]];
  }

  private append(sector: number, op: number): void {
    const entry = this.op.count;
    const tail = this.tail[sector];
    this.op.push(op);
    this.next.push(NIL);
    this.prev.push(tail);
    if (tail === NIL) this.head[sector] = entry;
    else this.next.items[tail] = entry;
    this.tail[sector] = entry;
  }
}
