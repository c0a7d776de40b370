/**
 * What has been promised (contract.md, the five durability guarantees): per guarantee and sector the latest submit of a
 * write that must be visible there. A completed promise covers a prefix of a list (direct writes by submit or by
 * completion, a file's buffered writes by completion), so each write is promised once per guarantee.
 */
import { type History, KIND, STATUS } from '../../base/history.ts';
import { GUARANTEE } from '../../contract/guarantees.ts';
import type { Program } from '../../guest/program.ts';
import { IntList } from '../../stack/journal.ts';
import { SectorRows } from './rows.ts';

/** The durability guarantees, in the order of the rows of `latest`. */
export const DURABILITIES: readonly number[] = [
  GUARANTEE.barrierDurability,
  GUARANTEE.emptyBarrierDurability,
  GUARANTEE.flushDurability,
  GUARANTEE.fsyncDurability,
  GUARANTEE.fuaDurability,
];
const ROW = { barrier: 0, empty: 1, flush: 2, fsync: 3, fua: 4 } as const;

/** Entries of a sector's row: twice the latest submit of all promises and of each, and a bit for each one broken. */
const MAX = 5;
const BROKEN = 6;
const WIDTH = 8;

/** The least key of the versions that a sector may be left with. */
export interface Keys {
  keyNow(sector: number): number;
}

export class Promises {
  private readonly rows: SectorRows = new SectorRows(WIDTH);
  /** Sectors that break each row. */
  private readonly brokenCount: Int32Array = new Int32Array(DURABILITIES.length);
  /** Direct writes in the order of submission, and those completed ok in the order of completion. */
  private readonly directSubmitted: IntList = new IntList();
  private readonly directCompleted: IntList = new IntList();
  /** Buffered writes of a file in the order of completion. */
  private files: IntList[] = [];
  private readonly failedFsyncs: IntList = new IntList();
  /** How far each list has been promised, by row; the files' own. */
  private readonly done: Int32Array = new Int32Array(DURABILITIES.length);
  private fileDone: Int32Array = new Int32Array(0);
  private history!: History;
  private readonly keys: Keys;
  private readonly violated: Uint8Array;

  /** @param violated what is violated is kept there, by guarantee. */
  constructor(keys: Keys, violated: Uint8Array) {
    this.keys = keys;
    this.violated = violated;
  }

  begin(history: History, program: Program): void {
    this.history = history;
    this.rows.begin(program);
    this.brokenCount.fill(0);
    while (this.files.length < program.fileCount) this.files.push(new IntList());
    if (this.fileDone.length < program.fileCount) this.fileDone = new Int32Array(program.fileCount);
    for (const file of this.files) file.clear();
    this.fileDone.fill(0);
    this.done.fill(0);
    this.directSubmitted.clear();
    this.directCompleted.clear();
    this.failedFsyncs.clear();
  }

  submitted(op: number): void {
    const { kind, count } = this.history;
    if (kind[op] <= KIND.barrier && count[op] > 0) this.directSubmitted.push(op);
  }

  /** An operation has completed: what it covers is promised from now on. */
  completed(op: number): void {
    const { kind, count, status, file } = this.history;
    const own = kind[op];
    const isFsync = own === KIND.fsync || own === KIND.fdatasync;
    if (status[op] !== STATUS.ok) {
      if (isFsync) this.failedFsyncs.push(op);
      return;
    }
    if (own <= KIND.barrier && count[op] > 0) this.directCompleted.push(op);
    if (own === KIND.bufwrite) this.files[file[op]].push(op);
    else if (own === KIND.fua) this.promise(ROW.fua, op);
    else if (own === KIND.flush) this.promiseCompleted(op);
    else if (own === KIND.barrier) this.promiseSubmitted(op, count[op] > 0 ? ROW.barrier : ROW.empty);
    else if (isFsync) this.promiseFile(op);
  }

  /** A flush covers the direct writes that had completed ok when it was submitted. */
  private promiseCompleted(op: number): void {
    const { complete, submit } = this.history;
    const { items, count } = this.directCompleted;
    let at = this.done[ROW.flush];
    for (; at < count && complete[items[at]] < submit[op]; at++) this.promise(ROW.flush, items[at]);
    this.done[ROW.flush] = at;
  }

  /** A barrier covers its payload and the unfailed direct writes submitted before it. */
  private promiseSubmitted(op: number, row: number): void {
    const { submit, status } = this.history;
    const { items, count } = this.directSubmitted;
    let at = this.done[row];
    for (; at < count && submit[items[at]] <= submit[op]; at++)
      if (status[items[at]] <= STATUS.ok) this.promise(row, items[at]);
    this.done[row] = at;
  }

  /** An fsync covers what had completed when it was submitted, but for what an earlier failed one has answered for. */
  private promiseFile(op: number): void {
    const { complete, submit, file } = this.history;
    const { items, count } = this.files[file[op]];
    const excused = this.excusedBefore(op);
    // With an excuse about, an earlier fsync may still cover what this one does not: look at all of them.
    let at = excused > 0 ? 0 : this.fileDone[file[op]];
    for (; at < count && complete[items[at]] < submit[op]; at++)
      if (submit[items[at]] >= excused) this.promise(ROW.fsync, items[at]);
    if (excused === 0) this.fileDone[file[op]] = at;
  }

  private excusedBefore(op: number): number {
    const { complete, submit, file } = this.history;
    let excused = 0;
    for (let at = 0; at < this.failedFsyncs.count; at++) {
      const failed = this.failedFsyncs.items[at];
      const earlier = file[failed] === file[op] && complete[failed] < submit[op] && submit[failed] < submit[op];
      if (earlier) excused = Math.max(excused, submit[failed]);
    }
    return excused;
  }

  private promise(row: number, op: number): void {
    const { sector, count, submit } = this.history;
    const { items } = this.rows;
    const due = 2 * submit[op];
    const end = sector[op] + count[op];
    for (let x = sector[op]; x < end; x++) {
      const at = x * WIDTH;
      if (items[at + row] >= due) continue;
      items[at + row] = due;
      if (items[at + MAX] < due) items[at + MAX] = due;
      this.check(x, this.keys.keyNow(x));
    }
  }

  /** The least key at the sector is this one now, or something has been promised there. */
  check(sector: number, key: number): void {
    const { items } = this.rows;
    const at = sector * WIDTH;
    if (key > items[at + MAX] ? items[at + BROKEN] !== 0 : items[at + MAX] > 0) this.mark(at, key);
  }

  /** Whether a version of this key at the sector breaks a row. */
  isBroken(row: number, sector: number, key: number): boolean {
    const due = this.rows.items[sector * WIDTH + row];
    return due > 0 && key <= due;
  }

  private mark(at: number, key: number): void {
    const { items } = this.rows;
    const before = items[at + BROKEN];
    let broken = 0;
    for (let row = 0; row < DURABILITIES.length; row++) {
      const is = items[at + row] > 0 && key <= items[at + row] ? 1 : 0;
      broken |= is << row;
      const by = is - ((before >> row) & 1);
      if (by !== 0) this.count(row, by);
    }
    items[at + BROKEN] = broken;
  }

  private count(row: number, by: number): void {
    this.brokenCount[row] += by;
    this.violated[DURABILITIES[row]] = this.brokenCount[row] > 0 ? 1 : 0;
  }
}
