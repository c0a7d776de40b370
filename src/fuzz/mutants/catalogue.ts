/** Every planted bug that facts.md §16 lists, in its order of ids, whether this engine has a place for it or not. */
import { type Mutant, MUTANTS } from '../../stack/mutants.ts';
import { DERIVED } from './derived.ts';
import { HISTORICAL } from './historical.ts';
import { NEIGHBOURS } from './neighbours.ts';
import { PROTOCOL } from './protocol.ts';
import type { MutantRow, Trial } from './row.ts';

export const CATALOGUE: readonly MutantRow[] = [...HISTORICAL, ...NEIGHBOURS, ...DERIVED, ...PROTOCOL].sort((a, b) =>
  a.id < b.id ? -1 : 1,
);

/** A row with a place in the engine. */
export type PlantedRow = MutantRow & { readonly id: Mutant; readonly trial: Trial };

export function isPlanted(row: MutantRow): row is PlantedRow {
  return row.trial !== null && (MUTANTS as readonly string[]).includes(row.id);
}
