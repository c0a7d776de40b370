/** The promises about direct writes: both barrier families, flush and FUA. */
import type { History } from '../base/history.ts';
import { GUARANTEE } from './guarantees.ts';
import type { Rows } from './rows.ts';
import { completedOk, GROUP, hasFailed } from './rows.ts';
import type { Verdict } from './verdict.ts';
import type { Visibility } from './visible.ts';

/**
 * The few direct writes that decide every promise: a barrier or flush covers all direct writes up to some
 * time, so it is broken exactly when the earliest lost one lies before that time. Rows, or -1.
 */
export class DirectPromises {
  private readonly rows: Rows;
  private readonly visibility: Visibility;
  private readonly verdict: Verdict;
  private earliest = -1;
  private earliestUnfailed = -1;
  private earliestLost = -1;
  /** By completion, among those that completed with ok. */
  private earliestDone = -1;
  private earliestDoneLost = -1;

  constructor(rows: Rows, visibility: Visibility, verdict: Verdict) {
    this.rows = rows;
    this.visibility = visibility;
    this.verdict = verdict;
  }

  judge(history: History): void {
    const { row, start } = this.rows;
    this.survey(history);
    for (let i = start[GROUP.emptyBarrier]; i < start[GROUP.barrier + 1]; i++) {
      if (hasFailed(history, row[i])) continue;
      this.judgeOrder(history, row[i]);
      if (completedOk(history, row[i])) this.judgeBarrierDurability(history, row[i]);
    }
    for (let i = start[GROUP.flush]; i < start[GROUP.flush + 1]; i++) {
      if (completedOk(history, row[i])) this.judgeFlush(history, row[i]);
    }
    for (let i = start[GROUP.fua]; i < start[GROUP.fua + 1]; i++) {
      if (completedOk(history, row[i])) this.judgeFua(history, row[i]);
    }
    this.nameSurvivor(history, GUARANTEE.barrierOrder);
    this.nameSurvivor(history, GUARANTEE.emptyBarrierOrder);
  }

  private survey(history: History): void {
    const { submit, complete } = history;
    const { row, start } = this.rows;
    this.earliest = this.earliestUnfailed = this.earliestLost = this.earliestDone = this.earliestDoneLost = -1;
    for (let i = start[GROUP.barrier]; i < start[GROUP.fua + 1]; i++) {
      const op = row[i];
      this.earliest = earlier(submit, this.earliest, op);
      if (hasFailed(history, op)) continue;
      const lost = this.visibility.lostAt[op] >= 0;
      this.earliestUnfailed = earlier(submit, this.earliestUnfailed, op);
      if (lost) this.earliestLost = earlier(submit, this.earliestLost, op);
      if (!completedOk(history, op)) continue;
      this.earliestDone = earlier(complete, this.earliestDone, op);
      if (lost) this.earliestDoneLost = earlier(complete, this.earliestDoneLost, op);
    }
  }

  private hasPayload(barrier: number): boolean {
    return this.rows.group[barrier] === GROUP.barrier;
  }

  /** The direct write that the barrier should have made visible and did not: one before it, else its own payload, else -1. */
  private lostBy(history: History, barrier: number): number {
    if (isBefore(history.submit, this.earliestLost, history.submit[barrier])) return this.earliestLost;
    return this.hasPayload(barrier) && this.visibility.lostAt[barrier] >= 0 ? barrier : -1;
  }

  private judgeOrder(history: History, barrier: number): void {
    const { submit } = history;
    const { stands, latestStanding } = this.visibility;
    const guarantee = this.hasPayload(barrier) ? GUARANTEE.barrierOrder : GUARANTEE.emptyBarrierOrder;
    if (isBefore(submit, this.earliest, submit[barrier])) this.verdict.applies(guarantee);
    const lost = this.lostBy(history, barrier);
    if (lost < 0) return;
    const payloadStandsAlone = stands[barrier] === 1 && lost !== barrier;
    const laterStands = latestStanding >= 0 && submit[latestStanding] > submit[barrier];
    if (payloadStandsAlone || laterStands) this.violate(history, guarantee, barrier, lost);
  }

  private judgeBarrierDurability(history: History, barrier: number): void {
    const payload = this.hasPayload(barrier);
    const guarantee = payload ? GUARANTEE.barrierDurability : GUARANTEE.emptyBarrierDurability;
    const coversEarlier = isBefore(history.submit, this.earliestUnfailed, history.submit[barrier]);
    if (payload || coversEarlier) this.verdict.applies(guarantee);
    const lost = this.lostBy(history, barrier);
    if (lost >= 0) this.violate(history, guarantee, barrier, lost);
  }

  private judgeFlush(history: History, flush: number): void {
    const submit = history.submit[flush];
    if (isBefore(history.complete, this.earliestDone, submit)) this.verdict.applies(GUARANTEE.flushDurability);
    const lost = this.earliestDoneLost;
    if (isBefore(history.complete, lost, submit)) this.violate(history, GUARANTEE.flushDurability, flush, lost);
  }

  private judgeFua(history: History, fua: number): void {
    this.verdict.applies(GUARANTEE.fuaDurability);
    if (this.visibility.lostAt[fua] >= 0) this.violate(history, GUARANTEE.fuaDurability, fua, fua);
  }

  private violate(history: History, guarantee: number, by: number, lost: number): void {
    this.verdict.violate(guarantee, history.submit[by], by, lost, this.visibility.lostAt[lost]);
  }

  /** Completes the witness of an order rule: the payload itself when it stands without its log, else the first later write that stands. */
  private nameSurvivor(history: History, guarantee: number): void {
    const { verdict } = this;
    if (!verdict.isViolated(guarantee)) return;
    const { stands } = this.visibility;
    const barrier = verdict.by[guarantee];
    let survivor = stands[barrier] === 1 && verdict.lost[guarantee] !== barrier ? barrier : -1;
    for (let op = 0; op < history.opCount && survivor !== barrier; op++) {
      if (stands[op] === 1 && history.submit[op] > history.submit[barrier])
        survivor = earlier(history.submit, survivor, op);
    }
    verdict.survivor[guarantee] = survivor;
  }
}

function earlier(time: Int32Array, row: number, candidate: number): number {
  return row < 0 || time[candidate] < time[row] ? candidate : row;
}

function isBefore(time: Int32Array, row: number, limit: number): boolean {
  return row >= 0 && time[row] < limit;
}
