/** What exploring is bounded by, and what it comes to. */
import type { ImagePair, SecondCrash } from '../../case/case.ts';
import type { History } from '../../base/history.ts';
import { VERDICT } from '../../contract/guarantees.ts';

export interface ExploreBounds {
  readonly statesMax: number;
  /** Actions of a schedule. */
  readonly stepsMax: number;
}

export const EXPLORE_BOUNDS: ExploreBounds = { statesMax: 2_000_000, stepsMax: 2_000 };

export interface ExploreOptions extends ExploreBounds {
  /** Go on after a violation, to learn of every guarantee. */
  readonly keepGoing: boolean;
  /** Per guarantee: a violation of it ends the walk, unless `keepGoing`. Left out: of any. */
  readonly counted?: readonly boolean[];
  /** False: every enabled action at every state, to check the reduction by. */
  readonly reduced: boolean;
  /** Power is lost again at every state of every recovery from every image; wants power loss that nothing outlives. */
  readonly secondCrash?: boolean;
  /** Sees the history of each state, once. */
  readonly observe?: (history: History) => void;
}

/** Bounds of second crashes: images of one first crash, operations of a recovery. */
export type RecoveryBound = 'images' | 'operations';
export type Bound = 'states' | 'steps' | RecoveryBound;

/** What was explored. */
export interface Exploration {
  /** Per guarantee, the worst VERDICT code of any schedule, power loss and image. */
  readonly code: Uint8Array;
  /** Per violated guarantee the first schedule found, and whether power loss has to follow it (else the run ends so). */
  readonly violations: readonly ExploredViolation[];
  /** The bound that was hit; null: everything was walked (or the walk stopped at a violation). */
  readonly bound: Bound | null;
  /** The walk ended early, at a violation. */
  readonly stopped: boolean;
  /** Ways walked, each to the end of a run or to a state known already. */
  readonly schedules: number;
  /** Whole schedules that were walked, alone or in common; of those that differ only in the order of what commutes, one at least. */
  readonly schedulesCovered: bigint;
  readonly states: number;
  /** Actions taken from a state to another. */
  readonly transitions: number;
  /** States that differ in what power loss could show. */
  readonly crashPoints: number;
  /** Images at these, each crash point by itself. */
  readonly images: bigint;
  /** Recoveries that differ in what they start from, and their states: at each power was lost again. */
  readonly recoveries: number;
  readonly secondCrashPoints: number;
}

export interface ExploredViolation {
  readonly guarantee: number;
  readonly schedule: readonly number[];
  /** False: the end of the run without power loss shows it. */
  readonly crashed: boolean;
  /** The second crash shows it. */
  readonly twice?: { readonly image: readonly ImagePair[]; readonly second: SecondCrash };
}

export type ExploreVerdict = 'holds-exhausted' | 'violated' | 'bounded-out';

/** @param counted per guarantee: a violation of it counts. */
export function verdictOf({ code, bound, stopped }: Exploration, counted: readonly boolean[]): ExploreVerdict {
  if (code.some((own, row) => own === VERDICT.violated && counted[row])) return 'violated';
  return bound === null && !stopped ? 'holds-exhausted' : 'bounded-out';
}
