/** Many small workloads explored in worker threads: what each comes to, in the order given, whoever has explored it. */
import { setMaxListeners } from 'node:events';
import type { Exploration, ExploreOptions } from '../fuzz/explore/exploration.ts';
import type { Explorable } from './explorable.ts';
import type { Pool } from './pool.ts';

export interface Explored<T extends Explorable> {
  readonly explorable: T;
  readonly exploration: Exploration;
}

interface ExploreWatch {
  readonly pool: Pool;
  /** Threads of the pool. */
  readonly jobs: number;
  readonly signal: AbortSignal;
}

/** Workloads per thread that are given out ahead of the one whose turn it is: one may take as long as many others. */
const TASKS_AHEAD = 16;

/** Explores all; ends early when the signal comes, or when nobody asks for more, and then drops what is under way. */
export async function* exploreAll<T extends Explorable>(
  explorables: Iterable<T>,
  options: ExploreOptions,
  { pool, jobs, signal }: ExploreWatch,
): AsyncGenerator<Explored<T>, void> {
  const own = new AbortController();
  const either = AbortSignal.any([signal, own.signal]);
  setMaxListeners(0, either);
  const all = explorables[Symbol.iterator]();
  const waiting: { readonly explorable: T; readonly answer: Promise<Exploration> }[] = [];
  try {
    for (;;) {
      while (waiting.length < TASKS_AHEAD * jobs) {
        const next = all.next();
        if (next.done === true) break;
        const { stack, scope, workloads } = next.value;
        const answer = pool.explore({ stack, scope, workloads, options }, either);
        // A failure comes up when its turn comes.
        answer.catch(() => {});
        waiting.push({ explorable: next.value, answer });
      }
      const first = waiting.shift();
      if (first === undefined) return;
      yield { explorable: first.explorable, exploration: await first.answer };
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    own.abort();
  }
}
