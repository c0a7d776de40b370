/**
 * Advice on a case's workload, whatever became of the run itself: where some schedule and image violate a guarantee, the
 * smallest edits with which everything holds; where nothing does, the flushes that can be left out. "Holds" means
 * explored to the end, every schedule and every image, all guarantees. Bounded by states; what the bounds left open
 * is part of the advice.
 */
import { assert } from '../../base/assert.ts';
import type { Case } from '../../case/case.ts';
import { GUARANTEES, type Guarantee } from '../../contract/guarantees.ts';
import { KEY_OPS_MAX } from '../explore/history.ts';
import { Decider, programOf } from './decider.ts';
import { type Mend, mendOf } from './mend.ts';
import { type Spare, spareOf } from './spare.ts';

export interface AdviceOptions {
  /** States of one workload. */
  readonly statesMax: number;
}

export const ADVICE_OPTIONS: AdviceOptions = { statesMax: 25_000 };
/** States of all workloads of one piece of advice together, in units of `statesMax`. */
export const ADVICE_STATES_FACTOR = 6;
/** Operations of a workload to give advice on: two insertions have to fit in. */
export const ADVICE_OPS_MAX: number = KEY_OPS_MAX - 2;

export type Advice =
  | { readonly outcome: 'too-large'; readonly reason: 'stream' | 'guests' | 'operations' | 'states' | 'steps' }
  /** Some schedule and image violate these. */
  | { readonly outcome: 'violated'; readonly violated: readonly Guarantee[]; readonly mend: Mend }
  | { readonly outcome: 'holds'; readonly spare: Spare };

export function adviseCase(c: Case, { statesMax }: AdviceOptions = ADVICE_OPTIONS): Advice {
  if (c.guests === undefined) return { outcome: 'too-large', reason: 'stream' };
  if (c.guests.length > 1) return { outcome: 'too-large', reason: 'guests' };
  const program = programOf(c.stack, c.guests[0]);
  if (program.opCount > ADVICE_OPS_MAX) return { outcome: 'too-large', reason: 'operations' };
  const decider = new Decider(c.scope, statesMax, ADVICE_STATES_FACTOR * statesMax);
  const { violations, bound } = decider.explore(c.stack, program);
  assert(bound !== 'images', 'power is lost once');
  if (bound !== null) return { outcome: 'too-large', reason: bound };
  if (violations.length === 0) return { outcome: 'holds', spare: spareOf(c, decider) };
  const rows = violations.map(({ guarantee }) => guarantee).sort((a, b) => a - b);
  return { outcome: 'violated', violated: rows.map((row) => GUARANTEES[row]), mend: mendOf(c, decider) };
}
