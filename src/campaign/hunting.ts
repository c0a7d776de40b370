/** Hunting mutants in worker threads: what each comes to, in the order given, whoever has hunted it. */
import { assert } from '../base/assert.ts';
import { CATALOGUE, isPlanted, type PlantedRow } from '../fuzz/mutants/catalogue.ts';
import { type Hunt, hunt, type HuntOptions } from '../fuzz/mutants/hunt.ts';
import type { Mutant } from '../stack/mutants.ts';

/** All seeds of one mutant: the piece of work that is given to whoever has a core free. */
export interface HuntTask extends HuntOptions {
  readonly id: Mutant;
}

/** What a thread does. */
export function huntTask({ id, ...options }: HuntTask): Hunt {
  const row = CATALOGUE.filter(isPlanted).find((candidate) => candidate.id === id);
  assert(row !== undefined, `${id} is planted`);
  return hunt(row, options, () => performance.now());
}

interface HuntWatch {
  /** Gives a mutant to a worker thread; null: everything is done here. */
  readonly elsewhere: ((task: HuntTask) => Promise<Hunt>) | null;
  readonly signal: AbortSignal;
  /** Mutants hunted so far. */
  readonly progress: (done: number) => void;
  /** Lets other things happen between two mutants. */
  readonly turn: () => Promise<void>;
}

export async function huntAll(rows: readonly PlantedRow[], options: HuntOptions, watch: HuntWatch): Promise<Hunt[]> {
  const { elsewhere, signal, progress, turn } = watch;
  let done = 0;
  const count = (result: Hunt): Hunt => {
    progress(++done);
    return result;
  };
  if (elsewhere !== null) return Promise.all(rows.map(async ({ id }) => count(await elsewhere({ id, ...options }))));
  const hunts: Hunt[] = [];
  for (const row of rows) {
    await turn();
    signal.throwIfAborted();
    hunts.push(count(huntTask({ id: row.id, ...options })));
  }
  return hunts;
}
