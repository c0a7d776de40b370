/** Many small workloads explored in worker threads: what each comes to, in the order given, whoever has explored it. */
import { setMaxListeners } from 'node:events';
import type { Exploration, ExploreOptions } from '../fuzz/explore/exploration.ts';
import { Explorer } from '../fuzz/explore/explore.ts';
import type { Workload } from '../guest/operation.ts';
import { compileWorkload } from '../guest/program.ts';
import type { Scope, StackConfig } from '../stack/config.ts';
import type { Pool } from './pool.ts';

/** A workload on a stack. */
export interface Explorable {
  readonly stack: StackConfig;
  readonly scope: Scope;
  readonly workload: Workload;
}

/** What is given to a thread at once. */
export interface ExploreTask {
  readonly explorables: readonly Explorable[];
  readonly options: ExploreOptions;
}

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

/** Tasks per thread that are given out ahead of the one whose turn it is: one workload may take as long as many others. */
const TASKS_AHEAD = 8;

/**
 * Explores all; ends early when the signal comes, or when nobody asks for more, and then drops what is under way.
 * @param taskLength workloads per task.
 */
export async function* exploreAll<T extends Explorable>(
  explorables: Iterable<T>,
  taskLength: number,
  options: ExploreOptions,
  { pool, jobs, signal }: ExploreWatch,
): AsyncGenerator<Explored<T>, void> {
  const own = new AbortController();
  const either = AbortSignal.any([signal, own.signal]);
  setMaxListeners(0, either);
  const tasks = tasksOf(explorables, taskLength);
  const waiting: { readonly task: readonly T[]; readonly answer: Promise<readonly Exploration[]> }[] = [];
  try {
    for (;;) {
      while (waiting.length < TASKS_AHEAD * jobs) {
        const next = tasks.next();
        if (next.done === true) break;
        const answer = pool.explore({ explorables: next.value.map(bare), options }, either);
        // A failure comes up when its turn comes.
        answer.catch(() => {});
        waiting.push({ task: next.value, answer });
      }
      const first = waiting.shift();
      if (first === undefined) return;
      const explorations = await first.answer;
      for (const [i, explorable] of first.task.entries()) yield { explorable, exploration: explorations[i] };
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    own.abort();
  }
}

function* tasksOf<T>(items: Iterable<T>, length: number): Generator<readonly T[], void> {
  let task: T[] = [];
  for (const item of items) {
    task.push(item);
    if (task.length < length) continue;
    yield task;
    task = [];
  }
  if (task.length > 0) yield task;
}

/** Without what a caller has added. */
function bare({ stack, scope, workload }: Explorable): Explorable {
  return { stack, scope, workload };
}

/** What a thread does. */
export function exploreTask({ explorables, options }: ExploreTask): Exploration[] {
  let explorer: Explorer | null = null;
  return explorables.map(({ stack, scope, workload }, i) => {
    const before = explorables[i - 1];
    if (explorer === null || before.stack !== stack || before.scope !== scope)
      explorer = new Explorer(stack, scope, options);
    return explorer.explore(compileWorkload(workload, stack.disk.sectors));
  });
}
