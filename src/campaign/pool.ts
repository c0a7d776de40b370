/** Worker threads. Loaded when there is work for them, so that a short run doesn't pay for it. */
import type { Piscina } from 'piscina';
import type { Case, GuestCase } from '../case/case.ts';
import type { Exploration } from '../fuzz/explore/exploration.ts';
import type { ExploreTask } from './explorable.ts';
import type { AloneReport, Control } from '../fuzz/mutants/control.ts';
import type { Hunt } from '../fuzz/mutants/hunt.ts';
import type { ControlTask } from './controls.ts';
import type { HuntTask } from './hunting.ts';
import type { RunSource } from './finding.ts';
import type { CellReport, CellTask } from './matrix/cell.ts';
import type { RangeTask } from './range.ts';
import type { Tally } from './tally.ts';
import type { ShrinkRunTask, ShrinkTask } from './worker.ts';

export interface Pool {
  range(task: RangeTask): Promise<Tally>;
  /**
   * A smaller case of a run, or null when it has too many operations still.
   * Stops the thread that is at it when the signal comes, and rejects then; so do `shrink` and `explore`.
   */
  shrinkRun(task: ShrinkRunTask, signal: AbortSignal): Promise<GuestCase | null>;
  shrink(task: ShrinkTask, signal: AbortSignal): Promise<Case>;
  /** A cell of the matrix. */
  cell(task: CellTask, signal: AbortSignal): Promise<CellReport>;
  explore(task: ExploreTask, signal: AbortSignal): Promise<Exploration>;
  /** A mutant from every seed. */
  hunt(task: HuntTask, signal: AbortSignal): Promise<Hunt>;
  /** A control of the hunt. */
  control(task: ControlTask, signal: AbortSignal): Promise<Control | AloneReport>;
  /** Ends the threads, whatever they are doing. */
  close(): Promise<void>;
}

export async function openPool(source: RunSource, threadCount: number): Promise<Pool> {
  const { Piscina: PiscinaPool } = await import('piscina');
  const piscina: Piscina = new PiscinaPool({
    filename: new URL('./worker.js', import.meta.url).href,
    workerData: source,
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
    shrinkRun: (task, signal) => piscina.run(task, { name: 'shrinkRun', signal }) as Promise<GuestCase | null>,
    shrink: (task, signal) => piscina.run(task, { name: 'shrink', signal }) as Promise<Case>,
    cell: (task, signal) => piscina.run(task, { name: 'cell', signal }) as Promise<CellReport>,
    explore: (task, signal) => piscina.run(task, { name: 'explore', signal }) as Promise<Exploration>,
    hunt: (task, signal) => piscina.run(task, { name: 'hunt', signal }) as Promise<Hunt>,
    control: (task, signal) => piscina.run(task, { name: 'control', signal }) as Promise<Control | AloneReport>,
    close: () => piscina.destroy(),
  };
}
