/** In words: what the bounds of advice left open. */
import { ADVICE_STATES_FACTOR } from '../../fuzz/advice/advice.ts';
import { counted, wrap } from './wrap.ts';

/** Candidates without a decision. */
export interface Open {
  /** More states than the bound for one. */
  readonly undecidedCount: number;
  /** No states of those for all were left. */
  readonly untriedCount: number;
}

/** Nothing where everything was decided. */
export function openLines(searches: readonly Open[], statesMax: number): string[] {
  const undecided = searches.reduce((sum, { undecidedCount }) => sum + undecidedCount, 0);
  const untried = searches.reduce((sum, { untriedCount }) => sum + untriedCount, 0);
  if (undecided + untried === 0) return [];
  const parts = [
    ...(undecided === 0 ? [] : [`${counted(undecided, 'candidate')} not decided within ${statesMax} states`]),
    ...(untried === 0 ? [] : [`${untried} not tried: ${ADVICE_STATES_FACTOR * statesMax} states in all were used up`]),
  ];
  return wrap(`Left open: ${parts.join('; ')} (--states raises these bounds).`);
}

/** Nothing at all, and `why`, only where everything was decided. */
export function nothing(search: Open, why: string): string {
  return isOpen(search) ? 'nothing found within the bounds.' : `nothing.${why}`;
}

export function isOpen({ undecidedCount, untriedCount }: Open): boolean {
  return undecidedCount + untriedCount > 0;
}
