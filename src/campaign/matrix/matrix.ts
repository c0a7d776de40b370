/** The matrix: mode × disk × backend × scope, computed cell by cell, in this thread or in several. */
import {
  type Backend,
  DISK_DEFAULT,
  type Mode,
  nonsense,
  type Scope,
  STACK_DEFAULT,
  type StackConfig,
} from '../../stack/config.ts';
import { type CellReport, cellReport, type CellTask, type Trial } from './cell.ts';
import type { NamedDisk } from './disks.ts';

/** What the matrix ranges over, each in the order of the tables. */
export interface MatrixAxes {
  readonly modes: readonly Mode[];
  readonly disks: readonly NamedDisk[];
  readonly backends: readonly Backend[];
  readonly scopes: readonly Scope[];
}

export interface Cell {
  readonly mode: Mode;
  readonly disk: string;
  readonly backend: Backend;
  readonly scope: Scope;
  readonly stack: StackConfig;
  readonly report: CellReport;
}

export interface Matrix {
  readonly axes: MatrixAxes;
  readonly trial: Trial;
  /** By scope, backend, mode, disk. */
  readonly cells: readonly Cell[];
}

export interface MatrixWatch {
  /** Gives a cell to another thread; null: there is none. */
  readonly elsewhere: ((task: CellTask) => Promise<CellReport>) | null;
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number) => void;
  /** Lets other things of this thread have a turn. */
  readonly turn: () => Promise<void>;
}

/** @returns null when the signal came. */
export async function computeMatrix(
  axes: MatrixAxes,
  base: Partial<StackConfig>,
  trial: Trial,
  watch: MatrixWatch,
): Promise<Matrix | null> {
  const places = placesOf(axes, base);
  let done = 0;
  const report = async (place: Omit<Cell, 'report'>): Promise<Cell> => {
    const task = { stack: place.stack, scope: place.scope, trial };
    const own = watch.elsewhere === null ? cellReport(task) : await watch.elsewhere(task);
    watch.progress(++done, places.length);
    return { ...place, report: own };
  };
  if (watch.elsewhere !== null) {
    const cells = await Promise.all(places.map(report));
    return watch.signal.aborted ? null : { axes, trial, cells };
  }
  const cells: Cell[] = [];
  for (const place of places) {
    await watch.turn();
    if (watch.signal.aborted) return null;
    cells.push(await report(place));
  }
  return { axes, trial, cells };
}

/** The cells that make sense, in order. */
function placesOf(axes: MatrixAxes, base: Partial<StackConfig>): Omit<Cell, 'report'>[] {
  return axes.scopes.flatMap((scope) =>
    axes.backends.flatMap((backend) =>
      axes.modes.flatMap((mode) =>
        axes.disks.flatMap(({ name, settings }) => {
          const disk = { ...DISK_DEFAULT, ...base.disk, ...settings };
          const stack: StackConfig = { ...STACK_DEFAULT, ...base, mode, backend, disk };
          return nonsense(stack) === null ? [{ mode, disk: name, backend, scope, stack }] : [];
        }),
      ),
    ),
  );
}

/**
 * The modes from the weakest on, by what a barrier costs: flush commands, then whether the queue drains. flush-fua, in
 * which the guest itself waits, comes last.
 */
export const MODES_BY_COST: readonly Mode[] = [
  'none',
  'tag',
  'drain',
  'tag-fua',
  'drain-fua',
  'tag-flush',
  'drain-flush',
  'flush-fua',
];
