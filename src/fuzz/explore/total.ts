/** What many explorations come to together. Pure, so that it is the same whoever made them. */
import { GUARANTEES, VERDICT, worseOf } from '../../contract/guarantees.ts';
import type { Bound, Exploration, ExploreVerdict } from './exploration.ts';

/** A bound of one exploration, or why no further workload was explored. */
export type TotalBound = Bound | 'states-total' | 'interrupt';

/** What is counted of one exploration, added up. */
type Amounts = Pick<
  Exploration,
  | 'schedules'
  | 'schedulesCovered'
  | 'states'
  | 'transitions'
  | 'crashPoints'
  | 'images'
  | 'recoveries'
  | 'secondCrashPoints'
>;

export interface ExploreTotal extends Amounts {
  readonly workloads: number;
  /** Per guarantee the worst VERDICT code; of those that don't count, n/a. */
  readonly worst: readonly number[];
  /** Per guarantee the workloads that violate it. */
  readonly violatedCount: readonly number[];
  /** The first bound that was hit; null: none. */
  readonly bound: TotalBound | null;
  /** Workloads that hit a bound of their own. */
  readonly boundedCount: number;
}

export const NOTHING_EXPLORED: ExploreTotal = {
  workloads: 0,
  schedules: 0,
  schedulesCovered: 0n,
  states: 0,
  transitions: 0,
  crashPoints: 0,
  images: 0n,
  recoveries: 0,
  secondCrashPoints: 0,
  worst: GUARANTEES.map(() => VERDICT.na),
  violatedCount: GUARANTEES.map(() => 0),
  bound: null,
  boundedCount: 0,
};

/** One more. @param counted per guarantee: a verdict on it counts. */
export function addExploration(total: ExploreTotal, one: Exploration, counted: readonly boolean[]): ExploreTotal {
  const codes = total.worst.map((_, row) => (counted[row] ? one.code[row] : VERDICT.na));
  return sumOf(total, {
    ...one,
    workloads: 1,
    worst: codes,
    violatedCount: codes.map((code) => (code === VERDICT.violated ? 1 : 0)),
    boundedCount: one.bound === null ? 0 : 1,
  });
}

export function joinTotals(totals: readonly ExploreTotal[]): ExploreTotal {
  return totals.reduce(sumOf, NOTHING_EXPLORED);
}

function sumOf(total: ExploreTotal, more: ExploreTotal): ExploreTotal {
  return {
    workloads: total.workloads + more.workloads,
    schedules: total.schedules + more.schedules,
    schedulesCovered: total.schedulesCovered + more.schedulesCovered,
    states: total.states + more.states,
    transitions: total.transitions + more.transitions,
    crashPoints: total.crashPoints + more.crashPoints,
    images: total.images + more.images,
    recoveries: total.recoveries + more.recoveries,
    secondCrashPoints: total.secondCrashPoints + more.secondCrashPoints,
    worst: total.worst.map((code, row) => worseOf(code, more.worst[row])),
    violatedCount: total.violatedCount.map((count, row) => count + more.violatedCount[row]),
    bound: total.bound ?? more.bound,
    boundedCount: total.boundedCount + more.boundedCount,
  };
}

/** One of three, never a fourth: a violation outranks a bound. */
export function totalVerdict({ worst, bound }: ExploreTotal): ExploreVerdict {
  if (worst.includes(VERDICT.violated)) return 'violated';
  return bound === null ? 'holds-exhausted' : 'bounded-out';
}
