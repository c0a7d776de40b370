/** The controls of the hunt in worker threads: trials without their mutants, and mutants that one guarantee alone notices. */
import {
  ALONE,
  type Alone,
  aloneReport,
  type AloneReport,
  type Control,
  control,
  trialsOf,
} from '../fuzz/mutants/control.ts';
import type { PlantedRow } from '../fuzz/mutants/catalogue.ts';
import type { Mutant } from '../stack/mutants.ts';

interface Budget {
  readonly seed: string;
  readonly runs: number;
}

/** One trial, or one guarantee. */
export type ControlTask = Budget & ({ readonly ids: readonly Mutant[] } | { readonly alone: Alone });

/** What a thread does. */
export function controlTask(task: ControlTask): Control | AloneReport {
  return 'ids' in task ? control(task.ids, task.seed, task.runs) : aloneReport(task.alone, task.seed, task.runs);
}

export interface Controls {
  readonly trials: readonly Control[];
  readonly alone: readonly AloneReport[];
}

/** @param elsewhere gives a task to another thread. */
export async function controlAll(
  rows: readonly PlantedRow[],
  budget: Budget,
  elsewhere: (task: ControlTask) => Promise<Control | AloneReport>,
): Promise<Controls> {
  const trials = trialsOf(rows).map((ids) => elsewhere({ ...budget, ids }) as Promise<Control>);
  const ids = new Set(rows.map(({ id }) => id));
  const alone = ALONE.filter(({ id }) => ids.has(id)).map(
    (entry) => elsewhere({ ...budget, alone: entry }) as Promise<AloneReport>,
  );
  return { trials: await Promise.all(trials), alone: await Promise.all(alone) };
}
