/** The matrix for a terminal: a table for each backend and scope. */
import type { Cell, Matrix } from '../../campaign/matrix/matrix.ts';
import type { Style } from '../style.ts';
import { blocksOf, boundsText } from './blocks.ts';
import { cellMark, cellText, LEGEND, rowsOf } from './cell.ts';

const GAP = 2;

export function matrixText(matrix: Matrix, style: Style): string {
  const disks = matrix.axes.disks.map(({ name }) => name);
  const tables = blocksOf(matrix).map(
    ({ title, cells }) => `${style.strong(title)}\n${tableOf(cells, disks, style)}\n`,
  );
  const legend = LEGEND.map(([mark, meaning]) => style.dim(`${mark} ${meaning}\n`)).join('');
  return `${tables.join('')}${legend}\n${boundsText(matrix)}\n`;
}

function tableOf(cells: readonly Cell[], disks: readonly string[], style: Style): string {
  const rows = rowsOf(cells, disks);
  const texts = rows.map((row) => [row.mode, ...row.cells.map((cell) => (cell === null ? '' : cellText(cell.report)))]);
  const table = [['mode', ...disks], ...texts];
  const widths = ['', ...disks].map((_, column) => Math.max(...table.map((row) => row[column].length)) + GAP);
  const lines = table.map((row, i) =>
    row
      .map((text, column) => {
        const cell = i === 0 || column === 0 ? null : rows[i - 1].cells[column - 1];
        return paint(text, cell, i === 0, style) + ' '.repeat(widths[column] - text.length);
      })
      .join('')
      .trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join('');
}

function paint(text: string, cell: Cell | null, heading: boolean, style: Style): string {
  if (heading) return style.dim(text);
  if (cell === null) return text;
  const mark = cellMark(cell.report);
  return mark === '✗' ? style.violated(text) : mark === '~' ? style.notable(text) : style.holds(text);
}
