/** read-consistency: what a completed read returned, against the writes completed before it. Fed in order of time. */
import type { History } from '../base/history.ts';
import { VERSION } from '../base/history.ts';
import type { Discards } from './discards.ts';
import { GUARANTEE } from './guarantees.ts';
import type { Precedence } from './precedes.ts';
import type { Rows } from './rows.ts';
import { completedOk, GROUP } from './rows.ts';
import type { Verdict } from './verdict.ts';

export class ReadPromises {
  private readonly rows: Rows;
  private readonly precedence: Precedence;
  private readonly discards: Discards;
  private readonly verdict: Verdict;
  /** Per sector, of the writes completed with ok so far, the one submitted last; -1: none. If any follows a version, that one does. */
  private latestDirect: Int32Array = new Int32Array(0);
  private latestBuffered: Int32Array = new Int32Array(0);

  constructor(rows: Rows, precedence: Precedence, discards: Discards, verdict: Verdict) {
    this.rows = rows;
    this.precedence = precedence;
    this.discards = discards;
    this.verdict = verdict;
  }

  prepare(sectorCount: number): void {
    if (this.latestDirect.length < sectorCount) {
      this.latestDirect = new Int32Array(sectorCount);
      this.latestBuffered = new Int32Array(sectorCount);
    }
    this.latestDirect.fill(-1, 0, sectorCount);
    this.latestBuffered.fill(-1, 0, sectorCount);
  }

  /** A write completed with ok. */
  written(history: History, op: number): void {
    const latest = this.rows.group[op] === GROUP.bufwrite ? this.latestBuffered : this.latestDirect;
    const submit = history.submit[op];
    const end = history.sector[op] + history.count[op];
    for (let x = history.sector[op]; x < end; x++) {
      if (latest[x] < 0 || submit > history.submit[latest[x]]) latest[x] = op;
    }
  }

  /** A read that completes with ok was submitted. */
  read(history: History, op: number): void {
    this.verdict.applies(GUARANTEE.readConsistency);
    for (let i = 0; i < history.count[op]; i++) {
      const x = history.sector[op] + i;
      const version = history.readVersions[history.readStart[op] + i];
      if (this.mayReturn(history, op, x, version)) continue;
      const unseen = this.latestDirect[x] >= 0 ? this.latestDirect[x] : this.latestBuffered[x];
      this.verdict.violate(GUARANTEE.readConsistency, history.submit[op], op, unseen === version ? -1 : unseen, x);
      return;
    }
  }

  private mayReturn(history: History, read: number, x: number, version: number): boolean {
    const direct = this.latestDirect[x];
    const buffered = this.latestBuffered[x];
    if (version === VERSION.initial)
      return (direct < 0 && buffered < 0) || this.discards.mayBeRead(history, x, read, direct, buffered);
    if (!this.rows.wrote(history, version, x) || history.submit[version] > history.complete[read]) return false;
    if (this.isFollowedBy(history, version, direct) || this.isFollowedBy(history, version, buffered)) return false;
    return !this.isFollowedOutOfTime(history, read, x, version);
  }

  private isFollowedBy(history: History, version: number, write: number): boolean {
    return write >= 0 && write !== version && this.precedence.precedes(history, version, write);
  }

  /**
   * A write that completed before its submission (no sound stack does that, but histories are taken as they are) can be
   * the latest itself and still be followed by one submitted before it: only then every write is asked.
   */
  private isFollowedOutOfTime(history: History, read: number, x: number, version: number): boolean {
    if (history.complete[version] === 0 || history.complete[version] > history.submit[version]) return false;
    for (let op = 0; op < history.opCount; op++) {
      if (!this.rows.wrote(history, op, x) || !completedOk(history, op)) continue;
      if (history.complete[op] < history.submit[read] && this.isFollowedBy(history, version, op)) return true;
    }
    return false;
  }
}
