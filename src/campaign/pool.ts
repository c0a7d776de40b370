/** Worker threads. Loaded when there is work for them, so that a short run doesn't pay for it. */
import type { Piscina } from 'piscina';
import type { Case } from '../case/case.ts';
import type { RunSettings } from '../fuzz/runner.ts';
import type { RangeTask } from './range.ts';
import type { Tally } from './tally.ts';
import type { ShrinkTask } from './worker.ts';

export interface Pool {
  range(task: RangeTask): Promise<Tally>;
  /** Stops the thread that is at it when the signal comes, and rejects then. */
  shrink(task: ShrinkTask, signal: AbortSignal): Promise<Case>;
  /** Ends the threads, whatever they are doing. */
  close(): Promise<void>;
}

/** @param modes the settings that a range's `mode` is the index of. */
export async function openPool(modes: readonly RunSettings[], threadCount: number): Promise<Pool> {
  const { Piscina: PiscinaPool } = await import('piscina');
  const piscina: Piscina = new PiscinaPool({
    filename: new URL('./worker.js', import.meta.url).href,
    workerData: modes,
    minThreads: 0,
    maxThreads: threadCount,
    concurrentTasksPerWorker: 1,
    // A thread that lost its runners would have to make them again.
    idleTimeout: Infinity,
    atomics: 'disabled',
    recordTiming: false,
  });
  return {
    range: (task) => piscina.run(task, { name: 'range' }) as Promise<Tally>,
    shrink: (task, signal) => piscina.run(task, { name: 'shrink', signal }) as Promise<Case>,
    close: () => piscina.destroy(),
  };
}
