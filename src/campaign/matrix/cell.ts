/**
 * One cell of the matrix: a stack and a scope of power loss against several workloads. Each small workload is explored,
 * every schedule and every image; then random runs, each decided at every crash point, look for what needs more.
 */
import { GUARANTEE, GUARANTEES, type Guarantee, VERDICT } from '../../contract/guarantees.ts';
import type { ExploreBounds } from '../../fuzz/explore/exploration.ts';
import { Explorer } from '../../fuzz/explore/explore.ts';
import { Runner } from '../../fuzz/runner.ts';
import type { Workload } from '../../guest/operation.ts';
import { compileGuests, type Program } from '../../guest/program.ts';
import type { Scope, StackConfig } from '../../stack/config.ts';

export const CELL_VERDICTS = ['n/a', 'holds-exhausted', 'holds-sampled', 'violated'] as const;
export type CellVerdict = (typeof CELL_VERDICTS)[number];

export interface NamedWorkload {
  readonly name: string;
  readonly workload: Workload;
}

/** What every cell of a matrix is held against. */
export interface Trial {
  readonly workloads: readonly NamedWorkload[];
  /** For each workload. */
  readonly bounds: ExploreBounds;
  readonly random: {
    readonly seed: string;
    readonly runs: number;
    /** Shape of random workloads. */
    readonly ops: number;
    readonly threads: number;
    /** A recorded stream instead of them. */
    readonly program?: Program;
  };
}

export interface CellTask {
  readonly stack: StackConfig;
  readonly scope: Scope;
  readonly trial: Trial;
}

export interface CellReport {
  readonly verdicts: Readonly<Record<Guarantee, CellVerdict>>;
  /** Per violated guarantee, the workload or the random run (`run 3`) that showed it first. */
  readonly violatedBy: Readonly<Partial<Record<Guarantee, string>>>;
  /** Violated only because the disk ignores flushes. */
  readonly environment: readonly Guarantee[];
  readonly explored: {
    readonly workloads: number;
    /** Names of those at which a bound was hit. */
    readonly boundedOut: readonly string[];
    readonly states: number;
    /** Decimal. */
    readonly schedulesCovered: string;
    readonly images: string;
  };
  readonly sampled: { readonly runs: number; readonly crashPoints: number; readonly images: string };
}

/** A cell; on a disk that ignores flushes, with what an honest one would have kept. */
export function cellReport(task: CellTask): CellReport {
  const report = plainReport(task);
  const { stack } = task;
  if (stack.disk.flush === 'honest') return report;
  const honest = plainReport({ ...task, stack: { ...stack, disk: { ...stack.disk, flush: 'honest' } } });
  const isBlamed = (guarantee: Guarantee): boolean =>
    report.verdicts[guarantee] === 'violated' && honest.verdicts[guarantee] !== 'violated';
  return { ...report, environment: GUARANTEES.filter(isBlamed) };
}

function plainReport({ stack, scope, trial }: CellTask): CellReport {
  const explored = exploreWorkloads(stack, scope, trial);
  const sampled = runRandom(stack, scope, trial);
  const entries = GUARANTEES.map((guarantee, row): [Guarantee, CellVerdict] => [
    guarantee,
    verdictOf(row, explored.worst[row], sampled.worst[row], explored.boundedOut.length > 0),
  ]);
  const { worst: _, violatedBy, ...rest } = explored;
  return {
    verdicts: Object.fromEntries(entries) as Record<Guarantee, CellVerdict>,
    violatedBy: { ...sampled.violatedBy, ...violatedBy },
    environment: [],
    explored: rest,
    sampled: { runs: trial.random.runs, crashPoints: sampled.crashPoints, images: sampled.images },
  };
}

/** Guarantees that something could break in every run. */
const NEVER_NA: readonly number[] = [GUARANTEE.integrity, GUARANTEE.liveness, GUARANTEE.protocol];

/** @param bounded some workload was not exhausted, and could have shown more. */
function verdictOf(row: number, explored: number, sampled: number, bounded: boolean): CellVerdict {
  if (explored === VERDICT.violated || sampled === VERDICT.violated) return 'violated';
  if (explored === VERDICT.holds && !bounded) return 'holds-exhausted';
  const isSeen = explored === VERDICT.holds || sampled === VERDICT.holds || (bounded && NEVER_NA.includes(row));
  return isSeen ? 'holds-sampled' : 'n/a';
}

type Explored = CellReport['explored'] & Pick<CellReport, 'violatedBy'> & { readonly worst: readonly number[] };

function exploreWorkloads(stack: StackConfig, scope: Scope, { workloads, bounds }: Trial): Explored {
  const explorer = new Explorer(stack, scope, { ...bounds, keepGoing: true, reduced: true });
  const worst: number[] = GUARANTEES.map(() => VERDICT.na);
  const violatedBy: Partial<Record<Guarantee, string>> = {};
  const boundedOut: string[] = [];
  let [states, schedules, images] = [0, 0n, 0n];
  for (const { name, workload } of workloads) {
    const found = explorer.explore(compileGuests(everyGuest(stack, workload), stack.disk.sectors));
    for (const { guarantee } of found.violations) violatedBy[GUARANTEES[guarantee]] ??= name;
    for (let row = 0; row < worst.length; row++) worst[row] = Math.max(worst[row], found.code[row]);
    if (found.bound !== null) boundedOut.push(name);
    states += found.states;
    schedules += found.schedulesCovered;
    images += found.images;
  }
  const totals = { states, schedulesCovered: String(schedules), images: String(images) };
  return { workloads: workloads.length, boundedOut, ...totals, worst, violatedBy };
}

/** Every guest does the same. */
function everyGuest({ guests = 1 }: StackConfig, workload: Workload): Workload[] {
  return Array.from({ length: guests }, () => workload);
}

type Sampled = Pick<CellReport, 'violatedBy'> & {
  readonly worst: readonly number[];
  readonly crashPoints: number;
  readonly images: string;
};

function runRandom(stack: StackConfig, scope: Scope, { random }: Trial): Sampled {
  const { runs, ...shape } = random;
  const runner = new Runner({ ...shape, stack, scope, check: 'exact' });
  const worst: number[] = GUARANTEES.map(() => VERDICT.na);
  const violatedBy: Partial<Record<Guarantee, string>> = {};
  let [crashPoints, images] = [0, 0n];
  for (let index = 0; index < runs; index++) {
    runner.run(index);
    runner.code.forEach((code, row) => {
      worst[row] = Math.max(worst[row], code);
      if (code === VERDICT.violated) violatedBy[GUARANTEES[row]] ??= `run ${index}`;
    });
    crashPoints += runner.crashPoints;
    images += runner.imagesDecided;
  }
  return { worst, violatedBy, crashPoints, images: String(images) };
}

/** Whether everything that a cell says was exhausted within its bounds. */
export function isExhausted({ verdicts, explored }: CellReport): boolean {
  const isWhole = explored.workloads > 0 && explored.boundedOut.length === 0;
  return isWhole && !Object.values(verdicts).includes('holds-sampled');
}
