/**
 * Which durability guarantees speak of a write (contract.md): those that an image breaks as soon as the write is not
 * visible at one of its sectors. That is settled by the operations alone, so it is found once per history.
 */
import type { History } from '../../base/history.ts';
import { STATUS } from '../../base/history.ts';
import { GUARANTEE } from '../guarantees.ts';
import { completedOk, GROUP, hasFailed, NEVER, type Rows } from '../rows.ts';
import { Timeline } from '../timeline.ts';

export class PromisedWrites {
  /** Bit g per row: guarantee g speaks of the write. */
  mask: Uint8Array = new Uint8Array(0);
  private readonly rows: Rows;
  /** What happens to files: bufwrites and failed fsyncs at completion, the others at submission. */
  private readonly timeline = new Timeline();
  /** By place in the timeline, for an fsync: bufwrites submitted up to this time were reported lost before it. */
  private excusedUntil: Int32Array = new Int32Array(0);
  /** By file, while the timeline is walked. */
  private until: Int32Array = new Int32Array(0);

  constructor(rows: Rows) {
    this.rows = rows;
  }

  prepare(history: History): void {
    if (this.mask.length < history.opCount) this.mask = new Uint8Array(history.opCount);
    this.mask.fill(0, 0, history.opCount);
    this.promiseDirect(history);
    this.promiseBuffered(history);
  }

  /** Barriers and flushes cover what lies before them: of each sort only the last that completed with ok matters. */
  private promiseDirect(history: History): void {
    const { row, start } = this.rows;
    const barrier = this.latestOk(history, GROUP.barrier);
    const empty = this.latestOk(history, GROUP.emptyBarrier);
    const flush = this.latestOk(history, GROUP.flush);
    for (let i = start[GROUP.barrier]; i < start[GROUP.fua + 1]; i++) {
      const op = row[i];
      if (hasFailed(history, op)) continue;
      const done = completedOk(history, op);
      let mask = 0;
      if (history.submit[op] <= barrier) mask |= 1 << GUARANTEE.barrierDurability;
      if (history.submit[op] < empty) mask |= 1 << GUARANTEE.emptyBarrierDurability;
      if (done && history.complete[op] < flush) mask |= 1 << GUARANTEE.flushDurability;
      if (done && i >= start[GROUP.fua]) mask |= 1 << GUARANTEE.fuaDurability;
      this.mask[op] = mask;
    }
  }

  /** Submit time of the last operation of a group that completed with ok; 0: none did. */
  private latestOk(history: History, group: number): number {
    const { row, start } = this.rows;
    let latest = 0;
    for (let i = start[group]; i < start[group + 1]; i++)
      if (completedOk(history, row[i])) latest = Math.max(latest, history.submit[row[i]]);
    return latest;
  }

  /**
   * A bufwrite is covered by every ok fsync of its file submitted after it returned, unless it was reported lost
   * before. The later the fsync, the more was reported: the first one decides.
   */
  private promiseBuffered(history: History): void {
    const { rows, timeline } = this;
    if (rows.start[GROUP.sync] === rows.start[GROUP.sync + 1]) return;
    this.collect(history);
    if (this.excusedUntil.length < timeline.length) this.excusedUntil = new Int32Array(2 * timeline.length);
    this.clearFiles(history, 0);
    for (let i = 0; i < timeline.length; i++) {
      const op = timeline.item[i];
      if (rows.group[op] !== GROUP.sync) continue;
      const file = history.file[op];
      if (history.status[op] === STATUS.ok) this.excusedUntil[i] = this.until[file];
      else this.until[file] = Math.max(this.until[file], history.submit[op]);
    }
    this.clearFiles(history, NEVER);
    for (let i = timeline.length - 1; i >= 0; i--) {
      const op = timeline.item[i];
      const file = history.file[op];
      if (rows.group[op] === GROUP.bufwrite) {
        if (history.submit[op] > this.until[file]) this.mask[op] = 1 << GUARANTEE.fsyncDurability;
      } else if (history.status[op] === STATUS.ok) this.until[file] = this.excusedUntil[i];
    }
  }

  private collect(history: History): void {
    const { timeline } = this;
    const { row, start } = this.rows;
    timeline.clear();
    for (let i = start[GROUP.bufwrite]; i < start[GROUP.bufwrite + 1]; i++)
      if (completedOk(history, row[i])) timeline.push(history.complete[row[i]], row[i]);
    for (let i = start[GROUP.sync]; i < start[GROUP.sync + 1]; i++) {
      const op = row[i];
      if (history.complete[op] === 0) continue;
      timeline.push(history.status[op] === STATUS.ok ? history.submit[op] : history.complete[op], op);
    }
    timeline.sort();
  }

  private clearFiles(history: History, value: number): void {
    let count = 0;
    for (let i = 0; i < this.timeline.length; i++) count = Math.max(count, history.file[this.timeline.item[i]] + 1);
    if (this.until.length < count) this.until = new Int32Array(2 * count);
    this.until.fill(value, 0, count);
  }
}
