/** The matrix: mode × disk × backend × scope, computed cell by cell, in this thread or in several. */
import {
  type Backend,
  DISK_DEFAULT,
  type Mode,
  type Scope,
  STACK_DEFAULT,
  type StackConfig,
} from '../../stack/config.ts';
import { nonsense, scopeNonsense } from '../../stack/nonsense.ts';
import { optionsFor } from '../../stack/layout.ts';
import type { CellReport, CellTask, Trial } from './cell.ts';
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
  /** By scope, backend, mode, disk; after an interrupt those that were done. */
  readonly cells: readonly Cell[];
  readonly interrupted: boolean;
}

export interface MatrixWatch {
  /** Gives a cell to another thread, which is stopped when the signal comes. */
  readonly elsewhere: (task: CellTask) => Promise<CellReport>;
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number) => void;
}

export async function computeMatrix(
  axes: MatrixAxes,
  base: Partial<StackConfig>,
  trial: Trial,
  watch: MatrixWatch,
): Promise<Matrix> {
  const places = placesOf(axes, base);
  let done = 0;
  const cells = await Promise.all(
    places.map(async (place): Promise<Cell | null> => {
      try {
        const report = await watch.elsewhere({ stack: place.stack, scope: place.scope, trial });
        watch.progress(++done, places.length);
        return { ...place, report };
      } catch (error) {
        if (watch.signal.aborted) return null;
        throw error;
      }
    }),
  );
  return { axes, trial, cells: cells.filter((cell) => cell !== null), interrupted: watch.signal.aborted };
}

/** The cells that make sense, in order. */
function placesOf(axes: MatrixAxes, base: Partial<StackConfig>): Omit<Cell, 'report'>[] {
  return axes.scopes.flatMap((scope) =>
    axes.backends.flatMap((backend) =>
      axes.modes.flatMap((mode) =>
        axes.disks.flatMap(({ name, settings }) => {
          const disk = { ...DISK_DEFAULT, ...base.disk, ...settings };
          const { backendOptions, ...rest } = base;
          const own = optionsFor(backend, backendOptions);
          const options = own === null ? {} : { backendOptions: own };
          const stack: StackConfig = { ...STACK_DEFAULT, ...rest, ...options, mode, backend, disk };
          return (nonsense(stack) ?? scopeNonsense(stack, scope)) === null
            ? [{ mode, disk: name, backend, scope, stack }]
            : [];
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
