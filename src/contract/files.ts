/** The promises about files: fsync-durability, and the half of error-honesty that an fsync answers for. Fed in order of time. */
import type { History } from '../base/history.ts';
import { GUARANTEE } from './guarantees.ts';
import type { Verdict } from './verdict.ts';
import type { Visibility } from './visible.ts';

/**
 * An fsync covers the bufwrites of its file that returned before it, less those submitted before an fsync that reported
 * an error. So what it covers begins at a time, and the latest bufwrite of each sort decides. Rows per file, or -1.
 */
export class FilePromises {
  private readonly visibility: Visibility;
  private readonly verdict: Verdict;
  /** Submit time of the latest fsync known to have reported an error; what was submitted before it is excused. */
  private excusedBefore: Int32Array = new Int32Array(0);
  private latestDone: Int32Array = new Int32Array(0);
  private latestLost: Int32Array = new Int32Array(0);
  private latestRefused: Int32Array = new Int32Array(0);

  constructor(visibility: Visibility, verdict: Verdict) {
    this.visibility = visibility;
    this.verdict = verdict;
  }

  prepare(fileCount: number): void {
    if (this.excusedBefore.length < fileCount) {
      this.excusedBefore = new Int32Array(fileCount);
      this.latestDone = new Int32Array(fileCount);
      this.latestLost = new Int32Array(fileCount);
      this.latestRefused = new Int32Array(fileCount);
    }
    this.excusedBefore.fill(0, 0, fileCount);
    this.latestDone.fill(-1, 0, fileCount);
    this.latestLost.fill(-1, 0, fileCount);
    this.latestRefused.fill(-1, 0, fileCount);
  }

  /** A bufwrite returned ok; `refusedAt` is a sector of it that could not be stored, or -1. */
  written(history: History, op: number, refusedAt: number): void {
    const file = history.file[op];
    keepLater(this.latestDone, file, op, history.submit);
    if (this.visibility.lostAt[op] >= 0) keepLater(this.latestLost, file, op, history.submit);
    if (refusedAt >= 0) keepLater(this.latestRefused, file, op, history.submit);
  }

  /** An fsync completed with an error. */
  reported(history: History, op: number): void {
    const file = history.file[op];
    if (history.submit[op] > this.excusedBefore[file]) this.excusedBefore[file] = history.submit[op];
  }

  /** An fsync that returns ok was submitted; `refusedAt` per row as above. */
  synced(history: History, op: number, refusedAt: Int32Array): void {
    const file = history.file[op];
    const submit = history.submit[op];
    if (this.isCovered(history, file, this.latestDone[file])) this.verdict.applies(GUARANTEE.fsyncDurability);
    const lost = this.latestLost[file];
    if (this.isCovered(history, file, lost))
      this.verdict.violate(GUARANTEE.fsyncDurability, submit, op, lost, this.visibility.lostAt[lost]);
    const refused = this.latestRefused[file];
    if (this.isCovered(history, file, refused))
      this.verdict.violate(GUARANTEE.errorHonesty, submit, op, refused, refusedAt[refused]);
  }

  private isCovered(history: History, file: number, op: number): boolean {
    return op >= 0 && history.submit[op] > this.excusedBefore[file];
  }
}

function keepLater(latest: Int32Array, file: number, op: number, submit: Int32Array): void {
  if (latest[file] < 0 || submit[op] > submit[latest[file]]) latest[file] = op;
}
