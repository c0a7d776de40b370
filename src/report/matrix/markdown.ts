/** The matrix as Markdown tables, for a README. */
import type { Cell, Matrix } from '../../campaign/matrix/matrix.ts';
import { blocksOf, boundsText } from './blocks.ts';
import { cellText, LEGEND, rowsOf } from './cell.ts';
import { WEAKEST_TITLE, weakestLines } from './weakest.ts';

/** @param single one workload alone: with the weakest modes. */
export function matrixMarkdown(matrix: Matrix, single = false): string {
  const disks = matrix.axes.disks.map(({ name }) => name);
  const tables = blocksOf(matrix).map(({ title, cells }) => `${tableOf(title, cells, disks)}\n`);
  const legend = LEGEND.map(([mark, meaning]) => `${mark} ${meaning}`).join('; ');
  const lines = weakestLines(matrix).map((line) => `- ${line}\n`);
  const weakest = single ? `\n${WEAKEST_TITLE}:\n\n${lines.join('')}` : '';
  return `${tables.join('\n')}\n${legend}.\n\n${boundsText(matrix)}\n${weakest}`;
}

function tableOf(title: string, cells: readonly Cell[], disks: readonly string[]): string {
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  return [
    line([`**${title}**`, ...disks]),
    line(['---', ...disks.map(() => '---')]),
    ...rowsOf(cells, disks).map((row) =>
      line([`\`${row.mode}\``, ...row.cells.map((cell) => (cell === null ? '–' : cellText(cell.report)))]),
    ),
  ].join('\n');
}
