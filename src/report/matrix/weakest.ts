/** For one workload: the weakest mode in which nothing is violated, per disk and backend. */
import { isExhausted } from '../../campaign/matrix/cell.ts';
import { type Cell, type Matrix, MODES_BY_COST } from '../../campaign/matrix/matrix.ts';
import { GUARANTEES } from '../../contract/guarantees.ts';
import type { Style } from '../style.ts';
import { blocksOf } from './blocks.ts';

interface Weakest {
  readonly backend: string;
  readonly scope: string;
  readonly disk: string;
  /** Null: none of the modes looked at. */
  readonly mode: string | null;
  /** Every schedule and image was walked; else it was sampled. */
  readonly exhausted: boolean;
}

export function weakestDocument(matrix: Matrix): { weakest: readonly Weakest[] } {
  return { weakest: weakestOf(matrix) };
}

/** A line for each, without colour. */
export function weakestLines(matrix: Matrix): string[] {
  return weakestOf(matrix).map(
    ({ backend, scope, disk, mode, exhausted }) =>
      `${backend}, crash ${scope}, ${disk}: ${mode ?? 'none of these modes'}${mode === null || exhausted ? '' : ' (sampled)'}`,
  );
}

export const WEAKEST_TITLE = 'The weakest mode it survives in (by flushes per barrier, then drains)';

export function weakestText(matrix: Matrix, style: Style): string {
  const lines = weakestOf(matrix).map(({ backend, scope, disk, mode, exhausted }) => {
    const where = `${backend}, crash ${scope}, ${disk}`;
    if (mode === null) return `${where}: ${style.violated('none of these modes')}\n`;
    return `${where}: ${style.holds(mode)}${exhausted ? '' : style.notable(' (sampled)')}\n`;
  });
  return `${style.strong(WEAKEST_TITLE)}\n${lines.join('')}`;
}

function weakestOf(matrix: Matrix): Weakest[] {
  return blocksOf(matrix).flatMap(({ cells }) =>
    matrix.axes.disks.map(({ name }) =>
      weakestOn(
        cells.filter(({ disk }) => disk === name),
        cells[0],
        name,
      ),
    ),
  );
}

function weakestOn(cells: readonly Cell[], { backend, scope }: Cell, disk: string): Weakest {
  // A mode that refuses what another promises keeps nothing: with none, every flush fails.
  const promised = GUARANTEES.filter((name) => cells.some(({ report }) => report.verdicts[name] !== 'n/a'));
  const survives = ({ report }: Cell): boolean =>
    promised.every((name) => report.verdicts[name] !== 'violated' && report.verdicts[name] !== 'n/a');
  const survived = MODES_BY_COST.map((mode) => cells.find((cell) => cell.mode === mode)).find(
    (cell) => cell !== undefined && survives(cell),
  );
  const exhausted = survived !== undefined && isExhausted(survived.report);
  return { backend, scope, disk, mode: survived?.mode ?? null, exhausted };
}
