/**
 * Before and after (contract.md). Each rule of "V precedes W" compares W.submit with times of V alone, so
 * one number per V decides it for every W: V precedes W exactly when W.submit has reached the time at which
 * V is *settled*. That time differs for buffered and other W, because rules 2 and 3 ask for the kind of both.
 */
import type { History } from '../base/history.ts';
import type { Rows } from './rows.ts';
import { GROUP, hasFailed, NEVER } from './rows.ts';
import { Timeline } from './timeline.ts';

export class Precedence {
  /** From when on a direct write (or a discard) submitted comes after the write or discard of this row; NEVER: none does. */
  settledDirect: Int32Array = new Int32Array(0);
  /** From when on a bufwrite submitted comes after it. */
  settledBuffered: Int32Array = new Int32Array(0);
  private readonly rows: Rows;
  /** Submit times of the barriers that did not fail, completed or not, with or without payload. */
  private readonly barriers = new Timeline();

  constructor(rows: Rows) {
    this.rows = rows;
  }

  prepare(history: History): void {
    if (this.settledDirect.length < history.opCount) {
      this.settledDirect = new Int32Array(history.opCount);
      this.settledBuffered = new Int32Array(history.opCount);
    }
    const { row, start } = this.rows;
    this.collectBarriers(history);
    for (let i = start[GROUP.barrier]; i < start[GROUP.bufwrite]; i++) this.settle(history, row[i]);
    for (let i = start[GROUP.discard]; i < start[GROUP.discard + 1]; i++) this.settle(history, row[i]);
    for (let i = start[GROUP.bufwrite]; i < start[GROUP.bufwrite + 1]; i++) this.settleBuffered(history, row[i]);
  }

  /** Whether the guest is entitled to see `after` win over `before`: two writes, or a discard and a write, of one sector. */
  precedes(history: History, before: number, after: number): boolean {
    const buffered = this.rows.group[after] === GROUP.bufwrite;
    return (buffered ? this.settledBuffered[before] : this.settledDirect[before]) <= history.submit[after];
  }

  private collectBarriers(history: History): void {
    const { row, start } = this.rows;
    this.barriers.clear();
    for (let i = start[GROUP.emptyBarrier]; i < start[GROUP.barrier + 1]; i++) {
      if (!hasFailed(history, row[i])) this.barriers.push(history.submit[row[i]], row[i]);
    }
    this.barriers.sort();
  }

  /** Rule 1 against bufwrites; against the others rule 3 too, from the first barrier at or after the operation on. */
  private settle(history: History, op: number): void {
    const complete = history.complete[op] === 0 ? NEVER : history.complete[op];
    this.settledBuffered[op] = complete;
    this.settledDirect[op] = Math.min(complete, this.barrierFrom(history.submit[op]));
  }

  /** Rule 1 against direct writes; between bufwrites rule 2 too. */
  private settleBuffered(history: History, op: number): void {
    const complete = history.complete[op] === 0 ? NEVER : history.complete[op];
    this.settledDirect[op] = complete;
    this.settledBuffered[op] = Math.min(complete, history.submit[op]);
  }

  /** Submit time of the first barrier at or after `time`, or NEVER. A binary search without branches to mispredict. */
  private barrierFrom(time: number): number {
    const times = this.barriers.time;
    let first = 0;
    let left = this.barriers.length;
    while (left > 0) {
      const half = (left + 1) >>> 1;
      // The sign of the difference is a mask: all ones where the barrier lies before `time`.
      first += half & ((times[first + half - 1] - time) >> 31);
      left -= half;
    }
    return first < this.barriers.length ? times[first] : NEVER;
  }
}
