/**
 * Direct writes by sector in the order of submission. Since a write is lost under a version iff
 * key(version) ≤ 2 · submit, those of a sector that may be lost are the ones from some submit on.
 */
import { type History, KIND, STATUS } from '../../base/history.ts';
import type { Program } from '../../guest/program.ts';
import { resized } from '../../stack/block/bios.ts';
import { NEVER } from './precedence.ts';
import { SectorRows } from './rows.ts';

/** Entry 0 is none. */
const NIL = 0;
/** Entries of a sector's row. */
const HEAD = 0;
const TAIL = 1;
/** Fields of an entry: twice the submit of the write, the write, its neighbours. */
const DUE = 0;
const OP = 1;
const NEXT = 2;
const PREV = 3;
const WIDTH = 4;

export class Directs {
  private readonly rows: SectorRows = new SectorRows(2);
  private entries: Int32Array = new Int32Array(1024);
  private entryCount = 1;
  private history!: History;

  begin(history: History, program: Program): void {
    this.history = history;
    this.rows.begin(program);
    this.entryCount = 1;
  }

  /** Whether the operation is a direct write that others may be held against. */
  isDirect(op: number): boolean {
    const { kind, count, status } = this.history;
    return kind[op] <= KIND.barrier && count[op] > 0 && status[op] <= STATUS.ok;
  }

  /** Adds a direct write at one of its sectors. */
  append(sector: number, op: number): void {
    const entry = this.entryCount++;
    if ((entry + 1) * WIDTH > this.entries.length) this.entries = resized(this.entries, 2 * this.entries.length);
    const { entries } = this;
    const { items } = this.rows;
    const tail = items[2 * sector + TAIL];
    const at = entry * WIDTH;
    entries[at + DUE] = 2 * this.history.submit[op];
    entries[at + OP] = op;
    entries[at + NEXT] = NIL;
    entries[at + PREV] = tail;
    if (tail === NIL) items[2 * sector + HEAD] = entry;
    else entries[tail * WIDTH + NEXT] = entry;
    items[2 * sector + TAIL] = entry;
  }

  /** The first unfailed entry of the sector that a version of this key loses; 0: none. */
  first(sector: number, key: number): number {
    return key === NEVER ? NIL : this.skip(this.rows.items[2 * sector + HEAD], key);
  }

  /** The same, found from an earlier answer: keys mostly grow. */
  firstFrom(sector: number, answer: number, key: number): number {
    if (key === NEVER) return NIL;
    const { entries } = this;
    let entry = answer;
    let before = entry === NIL ? this.rows.items[2 * sector + TAIL] : entries[entry * WIDTH + PREV];
    while (before !== NIL && entries[before * WIDTH + DUE] >= key) {
      entry = before;
      before = entries[entry * WIDTH + PREV];
    }
    return this.skip(entry, key);
  }

  /** The write of an entry. */
  opOf(entry: number): number {
    return this.entries[entry * WIDTH + OP];
  }

  private skip(from: number, key: number): number {
    const { entries } = this;
    const { status } = this.history;
    let entry = from;
    while (entry !== NIL && (entries[entry * WIDTH + DUE] < key || status[entries[entry * WIDTH + OP]] > STATUS.ok))
      entry = entries[entry * WIDTH + NEXT];
    return entry;
  }
}
