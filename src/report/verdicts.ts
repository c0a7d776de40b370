/** Verdicts as text: a table of several configurations, or a line per guarantee of one run. */
import { GUARANTEES, type Guarantee, isTold, type VerdictName } from '../contract/guarantees.ts';
import type { Style } from './style.ts';

export interface VerdictRow {
  /** What the row is about: a mode, as a rule. */
  readonly label: string;
  /** Runs that the verdicts cover. */
  readonly runs?: number;
  readonly verdicts: Readonly<Record<Guarantee, VerdictName>>;
}

const MARKS: Readonly<Record<VerdictName, string>> = { violated: '✗', holds: '✓', 'n/a': '·' };

interface Column {
  /** Stands over the first column of a group. */
  readonly group?: string;
  readonly heading: string;
}

/** One column per guarantee; with a label of 11 and runs of 7 characters the table is 98 columns wide. */
const COLUMNS: Readonly<Record<Guarantee, Column>> = {
  'barrier-order': { group: 'barrier', heading: 'order' },
  'barrier-durability': { heading: 'dur.' },
  'empty-barrier-order': { group: 'empty barr.', heading: 'order' },
  'empty-barrier-durability': { heading: 'dur.' },
  'flush-durability': { group: 'durability', heading: 'flush' },
  'fsync-durability': { heading: 'fsync' },
  'fua-durability': { heading: 'fua' },
  integrity: { group: '', heading: 'integrity' },
  'read-consistency': { heading: 'reads' },
  liveness: { heading: 'live' },
  'error-honesty': { heading: 'errors' },
  protocol: { heading: 'protocol' },
  'guest-promise': { heading: 'guest' },
};

/** A line per row, a column per guarantee, and a legend; every line ends with a newline. */
export function verdictTable(rows: readonly VerdictRow[], style: Style): string {
  const labelWidth = Math.max(4, ...rows.map(({ label }) => label.length));
  const withRuns = rows.some(({ runs }) => runs !== undefined);
  const runsWidth = withRuns ? Math.max(4, ...rows.map(({ runs }) => String(runs ?? '').length)) : 0;
  const left = (label: string, runs: string): string =>
    label.padEnd(labelWidth) + (withRuns ? ` ${runs.padStart(runsWidth)}` : '');
  const told = GUARANTEES.filter((name) => rows.some(({ verdicts }) => isTold(name, verdicts[name])));
  const lines = [
    style.dim((left('', '') + groupLine(told)).trimEnd()),
    style.strong(left('', withRuns ? 'runs' : '') + headingLine(told)),
    ...rows.map(({ label, runs, verdicts }) => left(label, String(runs ?? '')) + markLine(told, verdicts, style)),
    '',
    legend(style),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** One line per guarantee, in the contract's order; every line ends with a newline. */
export function verdictLines(verdicts: Readonly<Record<Guarantee, VerdictName>>, style: Style): string {
  const told = GUARANTEES.filter((guarantee) => isTold(guarantee, verdicts[guarantee]));
  const width = Math.max(...told.map((guarantee) => guarantee.length));
  return told
    .map((guarantee) => {
      const verdict = verdicts[guarantee];
      return `${paint(verdict, style, `${MARKS[verdict]} ${guarantee.padEnd(width)}  ${verdict}`)}\n`;
    })
    .join('');
}

function paint(verdict: VerdictName, style: Style, text: string): string {
  if (verdict === 'n/a') return style.dim(text);
  return verdict === 'violated' ? style.violated(text) : style.holds(text);
}

/** What precedes a column: more before the first of a group. */
function gap(column: Column): string {
  return column.group === undefined ? ' ' : '  ';
}

function groupLine(told: readonly Guarantee[]): string {
  let line = '';
  let column = 0;
  for (const guarantee of told) {
    const { group, heading } = COLUMNS[guarantee];
    column += gap(COLUMNS[guarantee]).length;
    if (group !== undefined) line = line.padEnd(column) + group;
    column += heading.length;
  }
  return line;
}

function headingLine(told: readonly Guarantee[]): string {
  return told.map((guarantee) => gap(COLUMNS[guarantee]) + COLUMNS[guarantee].heading).join('');
}

function markLine(told: readonly Guarantee[], verdicts: VerdictRow['verdicts'], style: Style): string {
  const cells = told.map((guarantee) => {
    const column = COLUMNS[guarantee];
    const before = Math.floor((column.heading.length - 1) / 2);
    const after = column.heading.length - 1 - before;
    const mark = paint(verdicts[guarantee], style, MARKS[verdicts[guarantee]]);
    return gap(column) + ' '.repeat(before) + mark + ' '.repeat(after);
  });
  return cells.join('').trimEnd();
}

function legend(style: Style): string {
  const entry = (verdict: VerdictName, text: string): string => `${paint(verdict, style, MARKS[verdict])} ${text}`;
  return [
    entry('violated', 'violated'),
    entry('holds', 'holds'),
    entry('n/a', 'n/a: nothing could have broken it'),
    style.dim('dur. = durability'),
  ].join('   ');
}
