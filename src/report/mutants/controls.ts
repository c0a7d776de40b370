/** What the controls of the hunt came to: for a terminal, as Markdown, and as `blkfuzz.controls/1` for programs. */
import type { AloneReport, Control } from '../../fuzz/mutants/control.ts';
import type { Style } from '../style.ts';
import { tableText } from './table.ts';

interface Controls {
  readonly trials: readonly Control[];
  readonly alone: readonly AloneReport[];
}

/** Nothing broke without a mutant, and each guarantee notices one that no other does. */
export function isClean({ trials, alone }: Controls): boolean {
  return (
    trials.every(({ alarms }) => alarms.length === 0) &&
    alone.every(({ killedAfter, others }) => killedAfter !== null && others.length === 0)
  );
}

export function controlsText(controls: Controls, style: Style): string {
  const runs = controls.trials.reduce((sum, trial) => sum + trial.runs, 0);
  const crashPoints = controls.trials.reduce((sum, trial) => sum + trial.crashPoints, 0);
  return [
    tableText([['trials of', 'runs', 'violated'], ...controls.trials.map(trialCells)], style),
    `without their mutants: ${runs} runs, ${crashPoints} crash points, every image of each decided\n`,
    tableText(
      [['guarantee', 'notices', 'after runs', 'of a guest that uses', 'noticed too by'], ...aloneRows(controls)],
      style,
    ),
  ].join('\n');
}

export function controlsMarkdown(controls: Controls): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(['guarantee', 'mutant', 'after runs', 'of a guest that uses', 'with it switched off, noticed by']),
    '| --- | --- | --- | --- | --- |',
    ...aloneRows(controls).map(([guarantee, ...rest]) => line([`\`${guarantee}\``, ...rest])),
    '',
  ].join('\n');
}

export function controlsDocument({ trials, alone }: Controls, options: object): object {
  return { format: 'blkfuzz.controls/1', options, trials, alone };
}

function trialCells({ ids, runs, alarms }: Control): string[] {
  const violated = alarms.map(({ guarantee, run }) => `${guarantee} (run ${run})`).join(', ');
  return [ids.join(' '), String(runs), violated === '' ? 'nothing' : violated];
}

function aloneRows({ alone }: Controls): string[][] {
  return alone.map(({ guarantee, id, killedAfter, kinds, others, runs }) => [
    guarantee,
    id,
    killedAfter === null ? 'never' : String(killedAfter),
    kinds?.join(', ') ?? 'transactions',
    others.length === 0 ? `nothing in ${runs} runs` : others.join(', '),
  ]);
}
