/**
 * The oracle: one history in, one verdict out, by the rules of contract.md and nothing else. It knows neither
 * the stack nor the image set. Linear in operations, sectors and covered sectors; nothing is allocated once the
 * columns have grown to the size of the histories they see.
 */
import type { History } from '../base/history.ts';
import { STATUS } from '../base/history.ts';
import { DirectPromises } from './direct.ts';
import { Discards } from './discards.ts';
import { FilePromises } from './files.ts';
import { GUARANTEE } from './guarantees.ts';
import { Precedence } from './precedes.ts';
import { ReadPromises } from './reads.ts';
import { completedOk, covers, GROUP, Rows } from './rows.ts';
import { Timeline } from './timeline.ts';
import { Verdict } from './verdict.ts';
import { Visibility } from './visible.ts';

/** What an event of the timeline is: the low bit of its item. */
const COMPLETED = 0;
const SUBMITTED = 1;

export class Oracle {
  private readonly verdict = new Verdict();
  private readonly rows = new Rows();
  private readonly precedence = new Precedence(this.rows);
  private readonly discards = new Discards(this.rows, this.precedence);
  private readonly visibility = new Visibility(this.rows, this.precedence, this.discards);
  private readonly direct = new DirectPromises(this.rows, this.visibility, this.verdict);
  private readonly files = new FilePromises(this.visibility, this.verdict);
  private readonly reads = new ReadPromises(this.rows, this.precedence, this.discards, this.verdict);
  private readonly timeline = new Timeline();
  /** Per row the first of its sectors that a lower layer failed to store, or -1. */
  private refusedAt: Int32Array = new Int32Array(0);

  /** Judges the columns as they are. The verdict belongs to the oracle and is overwritten by the next judgement; `protocol` stays n/a. */
  judge(history: History): Verdict {
    const { verdict, visibility } = this;
    verdict.clear();
    this.rows.prepare(history);
    this.precedence.prepare(history);
    this.discards.prepare(history);
    visibility.prepare(history);
    this.direct.judge(history);
    verdict.applies(GUARANTEE.integrity);
    if (visibility.foreignAt >= 0) verdict.violate(GUARANTEE.integrity, 0, -1, -1, visibility.foreignAt);
    this.judgeLiveness(history);
    this.judgeRefused(history);
    this.judgeInTime(history);
    return verdict;
  }

  /** Never n/a: an operation open at the end of a run without power loss, or one that completed twice. */
  private judgeLiveness(history: History): void {
    const { verdict, rows } = this;
    verdict.applies(GUARANTEE.liveness);
    for (let i = 0; i < history.twiceCount; i++) {
      const op = history.twice[i];
      verdict.violate(GUARANTEE.liveness, history.submit[op], op, -1, -1);
    }
    if (history.crashAt !== 0) return;
    for (let i = 0; i < rows.start[GROUP.absent]; i++) {
      const op = rows.row[i];
      if (history.complete[op] === 0) verdict.violate(GUARANTEE.liveness, history.submit[op], op, -1, -1);
    }
  }

  /** error-honesty, but for bufwrites: those return before anything is stored, so an fsync answers for them. */
  private judgeRefused(history: History): void {
    const { refusedAt, verdict } = this;
    if (refusedAt.length < history.opCount) this.refusedAt = new Int32Array(history.opCount).fill(-1);
    else refusedAt.fill(-1, 0, history.opCount);
    for (let i = 0; i < history.refusedCount; i++) {
      const op = history.refused[2 * i];
      const sector = history.refused[2 * i + 1];
      verdict.applies(GUARANTEE.errorHonesty);
      if (this.rows.group[op] === GROUP.absent || !covers(history, op, sector)) continue;
      if (this.refusedAt[op] < 0 || sector < this.refusedAt[op]) this.refusedAt[op] = sector;
    }
    for (let i = 0; i < history.refusedCount; i++) {
      const op = history.refused[2 * i];
      if (this.refusedAt[op] < 0 || this.rows.group[op] === GROUP.bufwrite || !completedOk(history, op)) continue;
      verdict.violate(GUARANTEE.errorHonesty, history.submit[op], op, op, this.refusedAt[op]);
    }
  }

  /** The rules that ask what had completed when something was submitted: one sweep over the events that matter. */
  private judgeInTime(history: History): void {
    const { start } = this.rows;
    const syncs = start[GROUP.sync] < start[GROUP.sync + 1];
    const reads = start[GROUP.read] < start[GROUP.read + 1];
    if (!syncs && !reads) return;
    this.files.prepare(this.fileCount(history));
    if (reads) this.reads.prepare(history.sectorCount);
    this.collect(history, reads);
    for (let i = 0; i < this.timeline.length; i++) this.meet(history, this.timeline.item[i], reads);
  }

  private fileCount(history: History): number {
    const { row, start } = this.rows;
    let last = -1;
    for (let i = start[GROUP.bufwrite]; i < start[GROUP.bufwrite + 1]; i++) last = Math.max(last, history.file[row[i]]);
    for (let i = start[GROUP.sync]; i < start[GROUP.sync + 1]; i++) last = Math.max(last, history.file[row[i]]);
    return last + 1;
  }

  private collect(history: History, reads: boolean): void {
    const { timeline, rows } = this;
    const { row, start } = rows;
    timeline.clear();
    for (let i = reads ? start[GROUP.barrier] : start[GROUP.bufwrite]; i < start[GROUP.bufwrite + 1]; i++) {
      if (completedOk(history, row[i])) timeline.push(history.complete[row[i]], 2 * row[i] + COMPLETED);
    }
    for (let i = start[GROUP.sync]; i < start[GROUP.sync + 1]; i++) {
      if (history.complete[row[i]] === 0) continue;
      const ok = history.status[row[i]] === STATUS.ok;
      if (ok) timeline.push(history.submit[row[i]], 2 * row[i] + SUBMITTED);
      else timeline.push(history.complete[row[i]], 2 * row[i] + COMPLETED);
    }
    for (let i = start[GROUP.read]; i < start[GROUP.read + 1]; i++) {
      if (completedOk(history, row[i])) timeline.push(history.submit[row[i]], 2 * row[i] + SUBMITTED);
    }
    timeline.sort();
  }

  private meet(history: History, item: number, reads: boolean): void {
    const op = item >> 1;
    const group = this.rows.group[op];
    if (group === GROUP.read) this.reads.read(history, op);
    else if (group === GROUP.sync && (item & 1) === SUBMITTED) this.files.synced(history, op, this.refusedAt);
    else if (group === GROUP.sync) this.files.reported(history, op);
    else {
      if (group === GROUP.bufwrite) this.files.written(history, op, this.refusedAt[op]);
      if (reads) this.reads.written(history, op);
    }
  }
}
