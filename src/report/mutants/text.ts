/** The catalogue of planted bugs, and what a hunt came to, for a terminal. */
import type { MutantRow } from '../../fuzz/mutants/row.ts';
import type { Style } from '../style.ts';
import type { Hunted } from './document.ts';
import { stackWords } from './stack.ts';

const GAP = 2;

export function listText(rows: readonly MutantRow[], style: Style): string {
  const blocks = rows.map((row) => {
    const { id, component, defect, guarantee, grade, source, trial, reason } = row;
    const place = trial === null ? `not planted: ${reason}` : `planted: ${stackWords(trial)}`;
    return `${style.strong(id)}  ${component}: ${defect}\n     ${guarantee}; ${grade}, ${source}\n     ${style.dim(place)}\n`;
  });
  const planted = rows.filter(({ trial }) => trial !== null).length;
  return `${blocks.join('')}\nplanted: ${planted} of ${rows.length}\n`;
}

/** @param seedCount seeds that each was hunted from. */
export function huntText(hunted: readonly Hunted[], seedCount: number, style: Style): string {
  const tried = hunted.filter(({ outcome }) => outcome !== null);
  const table = [
    ['id', 'killed', 'by', 'runs: median', 'worst', 'operations'],
    ...tried.map(({ row, outcome }) => cells(row.id, outcome!, seedCount)),
  ];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)) + GAP);
  const lines = table.map((row, at) => {
    const line = row.map((text, column) => text.padEnd(widths[column])).join('');
    return at === 0 ? style.dim(line.trimEnd()) : line.trimEnd();
  });
  const killed = tried.filter(({ outcome }) => outcome!.state === 'killed').length;
  const left = hunted.length - tried.length;
  const rest = left === 0 ? '' : `; ${left} not planted`;
  return `${lines.join('\n')}\n\nkilled: ${killed} of ${tried.length}${rest}\n`;
}

function cells(id: string, outcome: NonNullable<Hunted['outcome']>, seedCount: number): string[] {
  const { state, killed, by, runs, operations } = outcome;
  if (runs === null) return [id, state, '', '', '', ''];
  const names = Object.entries(by).map(([name, count]) => (count === killed ? name : `${name} ${count}`));
  return [id, `${killed}/${seedCount}`, names.join(', '), String(runs.median), String(runs.worst), String(operations)];
}
