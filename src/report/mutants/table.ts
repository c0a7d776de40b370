/** Rows of cells as a table with padded columns, the first row its head. */
import type { Style } from '../style.ts';

const GAP = 2;

export function tableText(rows: readonly (readonly string[])[], style: Style): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)) + GAP);
  const lines = rows.map((row, at) => {
    const line = row
      .map((text, column) => text.padEnd(widths[column]))
      .join('')
      .trimEnd();
    return at === 0 ? style.dim(line) : line;
  });
  return `${lines.join('\n')}\n`;
}
