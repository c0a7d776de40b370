/** The catalogue of planted bugs, and what a hunt came to, for a terminal. */
import type { MutantRow } from '../../fuzz/mutants/row.ts';
import type { Style } from '../style.ts';
import type { Hunted } from './document.ts';
import { HUNT_HEAD, huntCells } from './outcome.ts';
import { stackWords } from './stack.ts';
import { tableText } from './table.ts';

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
  const table = [HUNT_HEAD, ...tried.map(({ row, outcome }) => huntCells(row.id, outcome!, seedCount))];
  const killed = tried.filter(({ outcome }) => outcome!.state === 'killed').length;
  const left = hunted.length - tried.length;
  const rest = left === 0 ? '' : `; ${left} not planted`;
  return `${tableText(table, style)}\nkilled: ${killed} of ${tried.length}${rest}\n`;
}
