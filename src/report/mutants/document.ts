/** `blkfuzz.mutants/1`: the catalogue for programs, and what a hunt came to. */
import type { MutantRow } from '../../fuzz/mutants/row.ts';
import type { Outcome } from './outcome.ts';

/** A row with what became of it; `outcome` null: nobody hunted it. */
export interface Hunted {
  readonly row: MutantRow;
  readonly outcome: Outcome | null;
  /** Path of the saved case, if it was saved. */
  readonly path: string | null;
}

export function listDocument(rows: readonly MutantRow[]): Record<string, unknown> {
  return { format: 'blkfuzz.mutants/1', mutants: rows.map(rowDocument) };
}

/** @param options what decides the results. */
export function huntDocument(
  hunted: readonly Hunted[],
  options: { readonly seed: string; readonly seeds: number; readonly runs: number },
): Record<string, unknown> {
  const mutants = hunted.map(({ row, outcome, path }) =>
    outcome === null
      ? { ...rowDocument(row), state: 'not planted' }
      : {
          ...rowDocument(row),
          state: outcome.state,
          killed: outcome.killed,
          runs: outcome.runs,
          by: outcome.by,
          operations: outcome.operations,
          case: path,
        },
  );
  return { format: 'blkfuzz.mutants/1', options, mutants };
}

function rowDocument({ id, component, defect, guarantee, source, grade, trial, reason }: MutantRow): object {
  const planted = trial === null ? { planted: false, reason } : { planted: true, ...trial };
  return { id, component, defect, guarantee, source, grade, ...planted };
}
