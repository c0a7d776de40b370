/** From the options of `explore` to what will be done: every default is filled in here. */
import { availableParallelism } from 'node:os';
import { BlkfuzzError } from '../../base/errors.ts';
import { GUARANTEES } from '../../contract/guarantees.ts';
import { EXPLORE_BOUNDS, type ExploreOptions } from '../../fuzz/explore/exploration.ts';
import { everySectorCount, type EveryWorkload } from '../../guest/every/workloads.ts';
import { DISK_DEFAULT, type Scope, type StackConfig } from '../../stack/config.ts';
import { sensibleModes, stackOf } from '../stack.ts';
import type { ExploreCommandOptions } from './options.ts';

const THREADS_DEFAULT = 2;
const CORPUS_DEFAULT = 'corpus/found';

export interface ExplorePlan {
  readonly explore: ExploreOptions;
  /** Per guarantee: a verdict on it counts. */
  readonly counted: readonly boolean[];
  readonly jobs: number;
  readonly corpus: string;
  readonly quiet: boolean;
  /** What is explored instead of cases. */
  readonly every: EveryPlan | null;
}

export interface EveryPlan extends EveryWorkload {
  /** The stack of each mode, in order; they differ in the mode alone. */
  readonly stacks: readonly StackConfig[];
  /** Why a mode of `all` is left out. */
  readonly leftOut: readonly string[];
  readonly scope: Scope;
  /** No further workload of a mode is explored then; Infinity: no bound. */
  readonly statesTotal: number;
}

/** @throws BlkfuzzError usage for options that contradict each other, or operands. */
export function planExplore(paths: readonly string[], options: ExploreCommandOptions): ExplorePlan {
  checkTogether(paths, options);
  const counted = GUARANTEES.map((name) => isCounted(options, name));
  return {
    explore: {
      statesMax: options.states ?? EXPLORE_BOUNDS.statesMax,
      stepsMax: options.steps ?? EXPLORE_BOUNDS.stepsMax,
      keepGoing: options.keepGoing === true,
      reduced: options.noReduce !== true,
      ...(options.secondCrash === true ? { secondCrash: true } : {}),
      counted,
    },
    counted,
    jobs: options.jobs ?? availableParallelism(),
    corpus: options.corpus ?? CORPUS_DEFAULT,
    quiet: options.quiet === true,
    every: options.ops === undefined ? null : planEvery(options, options.ops),
  };
}

const EVERY_ONLY: readonly (readonly [keyof ExploreCommandOptions, string])[] = [
  ['threads', '--threads'],
  ['guests', '--guests'],
  ['groupSync', '--group-sync'],
  ['mode', '--mode'],
  ['backend', '--backend'],
  ['backendOptions', '--backend-options'],
  ['frontend', '--frontend'],
  ['kernel', '--kernel'],
  ['scheduler', '--scheduler'],
  ['ring', '--ring'],
  ['features', '--features'],
  ['faults', '--faults'],
  ['disk', '--disk'],
  ['crash', '--crash'],
  ['statesTotal', '--states-total'],
];

function checkTogether(paths: readonly string[], options: ExploreCommandOptions): void {
  if (options.only !== undefined && options.ignore !== undefined)
    throw new BlkfuzzError('usage', '--only and --ignore contradict each other; give one of them');
  if (paths.length > 0 && options.ops !== undefined)
    throw new BlkfuzzError('usage', '--ops and a case contradict each other; give one of them');
  if (paths.length === 0 && options.ops === undefined)
    throw new BlkfuzzError('usage', 'explore wants a case, or --ops for every workload of so many operations');
  const [, name] = EVERY_ONLY.find(([key]) => options.ops === undefined && options[key] !== undefined) ?? [];
  if (name !== undefined)
    throw new BlkfuzzError('usage', `${name} goes with --ops: a case says itself what it runs on`);
  if (options.secondCrash === true && options.ops !== undefined)
    throw new BlkfuzzError(
      'usage',
      '--second-crash wants cases whose guest recovers; the workloads of --ops have none',
    );
  if (paths.filter((path) => path === '-').length > 1) throw new BlkfuzzError('usage', 'stdin (-) can be read once');
}

function isCounted({ only, ignore }: ExploreCommandOptions, name: (typeof GUARANTEES)[number]): boolean {
  return only === undefined ? ignore?.includes(name) !== true : only.includes(name);
}

function planEvery(options: ExploreCommandOptions, ops: number): EveryPlan {
  const stack = stackOf(options, { ...DISK_DEFAULT, ...options.disk, sectors: everySectorCount(ops) });
  const { kept, leftOut } = sensibleModes(options, stack);
  return {
    ops,
    threads: Math.min(ops, options.threads ?? THREADS_DEFAULT),
    stacks: kept.map((mode) => ({ ...stack, mode })),
    leftOut,
    scope: options.crash ?? 'power',
    statesTotal: options.statesTotal ?? Infinity,
  };
}
