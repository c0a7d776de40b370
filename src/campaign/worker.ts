/** What a worker thread does: ranges of runs, shrinking, exploring, and hunting mutants. Piscina calls the exports by name. */
import { workerData } from 'piscina';
import type { Case, GuestCase } from '../case/case.ts';
import type { Guarantee } from '../contract/guarantees.ts';
import type { Exploration } from '../fuzz/explore/exploration.ts';
import { Runner } from '../fuzz/runner.ts';
import type { AloneReport, Control } from '../fuzz/mutants/control.ts';
import type { Hunt } from '../fuzz/mutants/hunt.ts';
import { exploreTask, type ExploreTask } from './explorable.ts';
import { caseOfViolation, operationCount, type RunSource, shrunkCase, type ViolatingRun } from './finding.ts';
import { type ControlTask, controlTask } from './controls.ts';
import { type HuntTask, huntTask } from './hunting.ts';
import { cellReport, type CellReport, type CellTask } from './matrix/cell.ts';
import { type RangeTask, runRange } from './range.ts';
import type { Tally } from './tally.ts';

export interface ShrinkRunTask extends ViolatingRun {
  /** A case of more operations than this isn't sent back. */
  readonly operationsMax: number;
}

export interface ShrinkTask {
  readonly case: Case;
  readonly guarantee: Guarantee;
}

const source = workerData as RunSource;
/** One runner per mode, made when its first range comes. */
const runners = new Map<number, Runner>();

export function range(task: RangeTask): Tally {
  const runner = runners.get(task.mode) ?? new Runner(source.modes[task.mode]);
  runners.set(task.mode, runner);
  return runRange(runner, task);
}

/** Makes the run here: the case of a long one would be costly to send. */
export function shrinkRun(task: ShrinkRunTask): GuestCase | null {
  const small = shrunkCase(caseOfViolation(source, task), task.guarantee);
  return operationCount(small) > task.operationsMax ? null : small;
}

export function shrink(task: ShrinkTask): Case {
  return shrunkCase(task.case, task.guarantee);
}

export function cell(task: CellTask): CellReport {
  return cellReport(task);
}

export function explore(task: ExploreTask): Exploration {
  return exploreTask(task);
}

export function control(task: ControlTask): Control | AloneReport {
  return controlTask(task);
}

export function hunt(task: HuntTask): Hunt {
  return huntTask(task);
}
