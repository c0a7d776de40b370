/** What the hunt for one mutant came to, as numbers. */
import { GUARANTEES, type Guarantee } from '../../contract/guarantees.ts';
import type { Hunt } from '../../fuzz/mutants/hunt.ts';

export type State = 'killed' | 'survived' | 'not exercised';

export interface Outcome {
  readonly state: State;
  /** Seeds that found it. */
  readonly killed: number;
  /** Runs up to and including the one that found it, over the seeds that did. */
  readonly runs: { readonly median: number; readonly worst: number } | null;
  /** Seeds by the guarantee that broke, in the contract's order. */
  readonly by: Readonly<Partial<Record<Guarantee, number>>>;
  /** Operations of the shrunk case, without `wait`. */
  readonly operations: number | null;
}

export function outcomeOf({ kills, isReached, twins }: Hunt): Outcome {
  const runs = kills.map(({ run }) => run + 1).sort((a, b) => a - b);
  const counts = GUARANTEES.map((name) => [name, kills.filter(({ guarantee }) => guarantee === name).length] as const);
  const steps = twins?.broken.guests?.[0].threads.flat() ?? null;
  return {
    state: kills.length > 0 ? 'killed' : isReached ? 'survived' : 'not exercised',
    killed: kills.length,
    runs: runs.length === 0 ? null : { median: runs[(runs.length - 1) >> 1], worst: runs.at(-1)! },
    by: Object.fromEntries(counts.filter(([, count]) => count > 0)),
    operations: steps === null ? null : steps.filter(({ op }) => op !== 'wait').length,
  };
}
