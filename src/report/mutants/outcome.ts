/** What the hunt for one mutant came to, as numbers. */
import { GUARANTEES, type Guarantee } from '../../contract/guarantees.ts';
import type { Hunt } from '../../fuzz/mutants/hunt.ts';

export type State = 'killed' | 'survived' | 'not exercised';

export interface Spread {
  readonly median: number;
  readonly worst: number;
}

export interface Outcome {
  readonly state: State;
  /** Seeds that found it. */
  readonly killed: number;
  /** Runs up to and including the one that found it, over the seeds that did. */
  readonly runs: Spread | null;
  /** Milliseconds that those took. */
  readonly milliseconds: Spread | null;
  /** Seeds by the guarantee that broke, in the contract's order. */
  readonly by: Readonly<Partial<Record<Guarantee, number>>>;
  /** Operations of the shrunk case, without `wait`. */
  readonly operations: number | null;
}

export function outcomeOf({ kills, isReached, twins }: Hunt): Outcome {
  const counts = GUARANTEES.map((name) => [name, kills.filter(({ guarantee }) => guarantee === name).length] as const);
  const steps = twins?.broken.guests?.[0].threads.flat() ?? null;
  return {
    state: kills.length > 0 ? 'killed' : isReached ? 'survived' : 'not exercised',
    killed: kills.length,
    runs: spreadOf(kills.map(({ run }) => run + 1)),
    milliseconds: spreadOf(kills.map(({ milliseconds }) => milliseconds)),
    by: Object.fromEntries(counts.filter(([, count]) => count > 0)),
    operations: steps === null ? null : steps.filter(({ op }) => op !== 'wait').length,
  };
}

function spreadOf(numbers: readonly number[]): Spread | null {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted.length === 0 ? null : { median: sorted[(sorted.length - 1) >> 1], worst: sorted.at(-1)! };
}

/** The columns of a table of outcomes. */
export const HUNT_HEAD: readonly string[] = ['id', 'killed', 'by', 'runs: median', 'worst', 'operations'];

/** @param seedCount seeds that it was hunted from. */
export function huntCells(id: string, outcome: Outcome, seedCount: number): string[] {
  const { state, killed, by, runs, operations } = outcome;
  if (runs === null) return [id, state, '', '', '', ''];
  const names = Object.entries(by).map(([name, count]) => (count === killed ? name : `${name} ${count}`));
  return [id, `${killed}/${seedCount}`, names.join(', '), String(runs.median), String(runs.worst), String(operations)];
}
