/** A range of runs: the piece of work that is given to whoever has a core free. */
import { type Runner } from '../fuzz/runner.ts';
import { RUNS_PER_WORKLOAD } from '../fuzz/source.ts';
import { RangeCounter, type Tally } from './tally.ts';

/** Runs start .. end-1, in order, up to the first violation unless `keepGoing`. */
export interface RangeTask {
  /** Index of the mode among those of the campaign. */
  readonly mode: number;
  readonly start: number;
  readonly end: number;
  readonly keepGoing: boolean;
  /** Per guarantee: a verdict on it counts. */
  readonly counted: readonly boolean[];
}

/** Operations times runs of a range: some ten milliseconds of work, so that an interrupt is heard soon. */
const RANGE_OPERATIONS = 8192;
const RANGE_RUNS_MAX = 256;

/**
 * Runs of a range. It decides how the work is cut, never what comes out; a workload's runs stay together where there
 * are several.
 */
export function rangeLength(operationCount: number): number {
  const runs = Math.min(RANGE_RUNS_MAX, Math.floor(RANGE_OPERATIONS / operationCount));
  return runs < RUNS_PER_WORKLOAD ? Math.max(1, runs) : runs - (runs % RUNS_PER_WORKLOAD);
}

/** Makes the runs of a range. */
export function runRange(runner: Runner, { start, end, counted, keepGoing }: RangeTask): Tally {
  const counter = new RangeCounter(start, counted, keepGoing);
  for (let index = start; index < end; index++) {
    runner.run(index);
    const boundedAt = runner.decider?.boundedAt ?? -1;
    if (boundedAt >= 0) counter.bound(boundedAt);
    if (boundedAt >= 0 || !counter.add(runner, runner.recoveries?.second)) break;
  }
  return counter.tally();
}
