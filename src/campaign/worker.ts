/** What a worker thread does: ranges of runs, and shrinking. Piscina calls the exports by name. */
import { workerData } from 'piscina';
import type { Case } from '../case/case.ts';
import type { Guarantee } from '../contract/guarantees.ts';
import { Runner, type RunSettings } from '../fuzz/runner.ts';
import { shrinkCase } from '../fuzz/shrink.ts';
import { type RangeTask, runRange } from './range.ts';
import type { Tally } from './tally.ts';

export interface ShrinkTask {
  readonly case: Case;
  readonly guarantee: Guarantee;
  readonly evaluationsMax: number;
}

/** One runner per mode, made when its first range comes. */
const runners = new Map<number, Runner>();

export function range(task: RangeTask): Tally {
  const runner = runners.get(task.mode) ?? new Runner((workerData as readonly RunSettings[])[task.mode]);
  runners.set(task.mode, runner);
  return runRange(runner, task);
}

export function shrink({ case: c, guarantee, evaluationsMax }: ShrinkTask): Case {
  return shrinkCase(c, guarantee, { evaluationsMax }).case;
}
