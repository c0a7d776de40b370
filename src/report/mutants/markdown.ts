/** The catalogue as the tables of docs/mutants.md. */
import type { MutantRow } from '../../fuzz/mutants/row.ts';
import type { Hunted } from './document.ts';
import { HUNT_HEAD, huntCells } from './outcome.ts';
import { stackWords } from './stack.ts';

export function mutantsMarkdown(rows: readonly MutantRow[]): string {
  const planted = rows.filter(({ trial }) => trial !== null);
  const others = rows.filter(({ trial }) => trial === null);
  return [
    `### Planted (${planted.length})`,
    '',
    '| id | component | defect | must break | on | grade | source |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...planted.map((row) => line(row, stackWords(row.trial!))),
    '',
    `### Not planted (${others.length})`,
    '',
    '| id | component | defect | would break | why not | grade | source |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...others.map((row) => line(row, row.reason!)),
    '',
  ].join('\n');
}

function line({ id, component, defect, guarantee, grade, source }: MutantRow, place: string): string {
  return `| ${[id, component, defect, `\`${guarantee}\``, place, grade, source].join(' | ')} |`;
}

/** What became of those that were hunted. @param seedCount seeds that each was hunted from. */
export function huntMarkdown(hunted: readonly Hunted[], seedCount: number): string {
  const lines = hunted.flatMap(({ row, outcome }) =>
    outcome === null ? [] : [`| ${huntCells(row.id, outcome, seedCount).join(' | ')} |`],
  );
  return [`| ${HUNT_HEAD.join(' | ')} |`, `|${' --- |'.repeat(HUNT_HEAD.length)}`, ...lines, ''].join('\n');
}
