/** A cell of the matrix in a few characters, and what they mean. */
import type { Cell } from '../../campaign/matrix/matrix.ts';
import { type CellReport, isExhausted } from '../../campaign/matrix/cell.ts';
import { GUARANTEES, type Guarantee } from '../../contract/guarantees.ts';

/** One letter a guarantee; the two of a barrier share one, with o or d behind it where only one is meant. */
const LETTERS: readonly { readonly letter: string; readonly order?: Guarantee; readonly durability: Guarantee }[] = [
  { letter: 'B', order: 'barrier-order', durability: 'barrier-durability' },
  { letter: 'E', order: 'empty-barrier-order', durability: 'empty-barrier-durability' },
  { letter: 'F', durability: 'flush-durability' },
  { letter: 'S', durability: 'fsync-durability' },
  { letter: 'U', durability: 'fua-durability' },
  { letter: 'I', durability: 'integrity' },
  { letter: 'R', durability: 'read-consistency' },
  { letter: 'L', durability: 'liveness' },
  { letter: 'H', durability: 'error-honesty' },
  { letter: 'P', durability: 'protocol' },
  { letter: 'G', durability: 'guest-promise' },
];

export const LEGEND: readonly (readonly [mark: string, meaning: string])[] = [
  ['✓', 'holds, exhausted: every schedule and every image of the workloads below'],
  ['~', 'holds, sampled: a bound was hit, or only random runs could have shown it'],
  [
    '✗',
    "violated: B barrier, E empty barrier (o order, d durability alone), F flush, S fsync, U fua, I integrity, R reads, L liveness, H error honesty, P protocol, G the guest's own promise; (disk): an honest disk would have kept some of it",
  ],
];

export function cellMark(report: CellReport): '✓' | '~' | '✗' {
  if (Object.values(report.verdicts).includes('violated')) return '✗';
  return isExhausted(report) ? '✓' : '~';
}

/** `✓`, `~`, `✗ E F S U`. */
export function cellText(report: CellReport): string {
  const violated = (guarantee: Guarantee | undefined): boolean =>
    guarantee !== undefined && report.verdicts[guarantee] === 'violated';
  const letters = LETTERS.flatMap(({ letter, order, durability }) => {
    if (violated(order)) return violated(durability) ? letter : `${letter}o`;
    if (!violated(durability)) return [];
    return order === undefined ? letter : `${letter}d`;
  });
  const blame = report.environment.length > 0 ? ['(disk)'] : [];
  return [cellMark(report), ...letters, ...blame].join(' ');
}

/** Cells of one scope and backend, a row for each mode. */
export function rowsOf(cells: readonly Cell[], disks: readonly string[]): { mode: string; cells: (Cell | null)[] }[] {
  const modes = [...new Set(cells.map(({ mode }) => mode))];
  return modes.map((mode) => ({
    mode,
    cells: disks.map((disk) => cells.find((cell) => cell.mode === mode && cell.disk === disk) ?? null),
  }));
}

/** What a guarantee came to and how that is known, in a line each. */
export function cellLines({ verdicts, violatedBy, environment }: CellReport): string[] {
  return GUARANTEES.filter((guarantee) => verdicts[guarantee] !== 'n/a').map((guarantee) => {
    const by = violatedBy[guarantee];
    const blame = environment.includes(guarantee) ? ', the disk is to blame' : '';
    return `${guarantee}: ${verdicts[guarantee]}${by === undefined ? '' : ` by ${by}`}${blame}`;
  });
}
