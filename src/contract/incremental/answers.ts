/**
 * What a version at a sector means to the contract, asked once per history: an answer is a row of columns, found again by
 * sector and version. Versions at one sector are few, so its answers are a chain.
 */
import type { History } from '../../base/history.ts';
import { VERSION } from '../../base/history.ts';
import { Discards } from '../discards.ts';
import { GUARANTEE } from '../guarantees.ts';
import { Precedence } from '../precedes.ts';
import { GROUP, hasFailed, NEVER, type Rows } from '../rows.ts';
import { PromisedWrites } from './promises.ts';

const NIL = -1;

export class Answers {
  /** Bit g: guarantee g is broken by what the version loses, or by the version itself. */
  broken: Int32Array = new Int32Array(64);
  /** Earliest submit of an unfailed direct write that is not visible; NEVER: none. */
  lost: Int32Array = new Int32Array(64);
  /** Submit of the write that stands, and of it as the payload of an unfailed barrier; 0: none. */
  stood: Int32Array = new Int32Array(64);
  stoodBarrier: Int32Array = new Int32Array(64);
  private version: Int32Array = new Int32Array(64);
  private next: Int32Array = new Int32Array(64);
  private count = 0;
  /** First answer of a sector. */
  private head: Int32Array = new Int32Array(0);
  /** Writes that matter by sector: writes[start[x]] .. writes[start[x + 1] - 1]. */
  private start: Int32Array = new Int32Array(0);
  private writes: Int32Array = new Int32Array(0);
  private readonly rows: Rows;
  private readonly precedence: Precedence;
  private readonly discards: Discards;
  private readonly promised: PromisedWrites;

  constructor(rows: Rows) {
    this.rows = rows;
    this.precedence = new Precedence(rows);
    this.discards = new Discards(rows, this.precedence);
    this.promised = new PromisedWrites(rows);
  }

  /** Forgets every answer; the rows have been prepared. */
  prepare(history: History): void {
    this.precedence.prepare(history);
    this.discards.prepare(history);
    this.promised.prepare(history);
    if (this.head.length < history.sectorCount) {
      this.head = new Int32Array(history.sectorCount);
      this.start = new Int32Array(history.sectorCount + 1);
    }
    this.head.fill(NIL, 0, history.sectorCount);
    this.count = 0;
    this.listWrites(history);
  }

  /** The row of the answer. */
  of(history: History, x: number, version: number): number {
    let at = this.head[x];
    while (at !== NIL && this.version[at] !== version) at = this.next[at];
    return at === NIL ? this.ask(history, x, version) : at;
  }

  /** Unfailed direct writes, and promised buffered ones. */
  private listWrites(history: History): void {
    const { row, start: group } = this.rows;
    const { start } = this;
    start.fill(0, 0, history.sectorCount + 1);
    for (let i = group[GROUP.barrier]; i < group[GROUP.bufwrite + 1]; i++)
      if (this.matters(history, row[i])) this.countSectors(history, row[i]);
    for (let x = 0; x < history.sectorCount; x++) start[x + 1] += start[x];
    const total = start[history.sectorCount];
    if (this.writes.length < total) this.writes = new Int32Array(2 * total);
    // Filled from behind: a start then is where its list ends, moved down write by write to where it begins.
    for (let i = group[GROUP.bufwrite + 1] - 1; i >= group[GROUP.barrier]; i--)
      if (this.matters(history, row[i])) this.fillSectors(history, row[i]);
  }

  private matters(history: History, op: number): boolean {
    return this.promised.mask[op] !== 0 || (this.rows.group[op] !== GROUP.bufwrite && !hasFailed(history, op));
  }

  private countSectors(history: History, op: number): void {
    const end = history.sector[op] + history.count[op];
    for (let x = history.sector[op]; x < end; x++) this.start[x]++;
  }

  private fillSectors(history: History, op: number): void {
    const end = history.sector[op] + history.count[op];
    for (let x = history.sector[op]; x < end; x++) this.writes[--this.start[x]] = op;
  }

  private ask(history: History, x: number, version: number): number {
    const at = this.add(x, version);
    const { group } = this.rows;
    const isWrite = this.rows.wrote(history, version, x);
    let broken = isWrite || version === VERSION.initial ? 0 : 1 << GUARANTEE.integrity;
    let lost = NEVER;
    for (let i = this.start[x]; i < this.start[x + 1]; i++) {
      const op = this.writes[i];
      if (this.isVisible(history, op, x, version, isWrite)) continue;
      broken |= this.promised.mask[op];
      if (group[op] !== GROUP.bufwrite && history.submit[op] < lost) lost = history.submit[op];
    }
    const isBarrier = isWrite && group[version] === GROUP.barrier && !hasFailed(history, version);
    this.broken[at] = broken;
    this.lost[at] = lost;
    this.stood[at] = isWrite ? history.submit[version] : 0;
    this.stoodBarrier[at] = isBarrier ? history.submit[version] : 0;
    return at;
  }

  private isVisible(history: History, op: number, x: number, version: number, isWrite: boolean): boolean {
    if (version === op) return true;
    if (isWrite) return !this.precedence.precedes(history, version, op);
    return version === VERSION.initial && this.discards.mayFollow(history, x, op);
  }

  private add(x: number, version: number): number {
    if (this.count === this.version.length) this.grow();
    const at = this.count++;
    this.version[at] = version;
    this.next[at] = this.head[x];
    this.head[x] = at;
    return at;
  }

  private grow(): void {
    this.broken = doubled(this.broken);
    this.lost = doubled(this.lost);
    this.stood = doubled(this.stood);
    this.stoodBarrier = doubled(this.stoodBarrier);
    this.version = doubled(this.version);
    this.next = doubled(this.next);
  }
}

function doubled(column: Int32Array): Int32Array {
  const larger = new Int32Array(2 * column.length);
  larger.set(column);
  return larger;
}
