/**
 * Many runs in several modes. The runs of every mode are cut into the same ranges; a round is one range of each mode
 * that still runs. Under a time budget a campaign ends between two rounds, so that every mode has made the same runs
 * 0 .. n-1, or stopped before at its first violation: `--runs n` repeats it.
 */
import { setImmediate } from 'node:timers/promises';
import { Runner } from '../fuzz/runner.ts';
import { type RunSettings } from '../fuzz/settings.ts';
import type { Pool } from './pool.ts';
import { rangeLength, type RangeTask, runRange } from './range.ts';
import { emptyTally, joinTallies, type Tally } from './tally.ts';

export interface Campaign {
  /** The settings of each mode. */
  readonly modes: readonly RunSettings[];
  /** Operations of a workload: how long a run is, roughly. */
  readonly operationCount: number;
  readonly start: number;
  /** One past the last run; Infinity: until the time is up. */
  readonly end: number;
  readonly keepGoing: boolean;
  /** Per guarantee: a verdict on it counts. */
  readonly counted: readonly boolean[];
  readonly jobs: number;
}

/** What the world has to say while a campaign runs. */
export interface CampaignWatch {
  /** Asked between two rounds. */
  readonly timeIsUp: () => boolean;
  readonly signal: AbortSignal;
  /** Runs counted so far, of all modes. */
  readonly progress: (runs: number) => void;
  /** Opens the worker threads. */
  readonly openPool: () => Promise<Pool>;
}

export interface CampaignResult {
  /** One per mode. */
  readonly tallies: readonly Tally[];
  /** One past the last run of a mode that didn't stop before. */
  readonly end: number;
}

/** Makes the runs; when the signal comes, what has been counted until then is the result. */
export async function runCampaign(campaign: Campaign, watch: CampaignWatch): Promise<CampaignResult> {
  const conductor = new Conductor(campaign, watch);
  await conductor.conduct();
  return { tallies: conductor.modes.map(({ tally }) => tally), end: conductor.roundEnd };
}

/** How far a mode is: ranges may come back in any order, and are joined in theirs. */
class ModeProgress {
  tally: Tally;
  /** A range that came back ended with a violation: no further one is given out. */
  stopping = false;
  private readonly waiting = new Map<number, Tally>();

  constructor(start: number) {
    this.tally = emptyTally(start);
  }

  take(tally: Tally): void {
    this.waiting.set(tally.start, tally);
    if (tally.stopped) this.stopping = true;
    for (let next = this.waiting.get(this.tally.end); next !== undefined; next = this.waiting.get(this.tally.end)) {
      this.waiting.delete(next.start);
      this.tally = joinTallies(this.tally, next);
      if (this.tally.stopped) return;
    }
  }
}

class Conductor {
  readonly modes: readonly ModeProgress[];
  roundEnd: number;
  private readonly campaign: Campaign;
  private readonly watch: CampaignWatch;
  private readonly runners = new Map<number, Runner>();
  /** Ranges given out and not back yet. */
  private busyCount = 0;
  /** Ends a wait. */
  private wake: () => void = () => {};
  private failure: { readonly error: unknown } | null = null;
  private pool: Pool | null = null;

  constructor(campaign: Campaign, watch: CampaignWatch) {
    this.campaign = campaign;
    this.watch = watch;
    this.roundEnd = campaign.start;
    this.modes = campaign.modes.map(() => new ModeProgress(campaign.start));
  }

  async conduct(): Promise<void> {
    const { campaign, watch } = this;
    watch.signal.addEventListener('abort', () => this.wake(), { once: true });
    const length = rangeLength(campaign.operationCount);
    const isRecorded = campaign.modes.some(({ program }) => program !== undefined);
    for (let start = campaign.start; start < campaign.end; start += length) {
      const isFirst = start === campaign.start;
      if (watch.signal.aborted || (!isFirst && watch.timeIsUp()) || this.modes.every(({ stopping }) => stopping)) break;
      this.roundEnd = Math.min(start + length, campaign.end);
      // The first round is made here: most violations show up in it, before threads would be up. Not that of a recorded
      // stream, whose runs may be so long that no signal would be heard.
      if (isRecorded || (!isFirst && campaign.jobs > 1)) this.pool ??= await watch.openPool();
      await this.round(start);
      if (isFirst) await this.whenFewer(1);
    }
    await this.whenFewer(1);
  }

  private async round(start: number): Promise<void> {
    const { keepGoing, counted, jobs } = this.campaign;
    const pool = this.pool;
    for (const [mode, progress] of this.modes.entries()) {
      // A thread always finds its next range waiting.
      await this.whenFewer(pool === null ? 1 : 2 * jobs);
      if (this.watch.signal.aborted) return;
      if (progress.stopping) continue;
      const task: RangeTask = { mode, start, end: this.roundEnd, keepGoing, counted };
      this.give(progress, pool === null ? this.runHere(task) : pool.range(task));
    }
  }

  private give(progress: ModeProgress, answer: Promise<Tally>): void {
    this.busyCount++;
    answer
      .then((tally) => {
        progress.take(tally);
        this.watch.progress(this.modes.reduce((sum, { tally: { start, end } }) => sum + end - start, 0));
      })
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => {
        this.busyCount--;
        this.wake();
      });
  }

  /** Waits until fewer than `count` ranges are being made, or the signal comes. */
  private async whenFewer(count: number): Promise<void> {
    const { signal } = this.watch;
    while (this.busyCount >= count && !signal.aborted && this.failure === null)
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    if (this.failure !== null && !signal.aborted) throw this.failure.error;
  }

  /** Makes a range in this thread, after whatever else waits for it. */
  private async runHere(task: RangeTask): Promise<Tally> {
    await setImmediate();
    const runner = this.runners.get(task.mode) ?? new Runner(this.campaign.modes[task.mode]);
    this.runners.set(task.mode, runner);
    return runRange(runner, task);
  }
}
