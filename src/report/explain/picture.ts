/**
 * Time against layers: a column for each layer, a row for each step, what is asked travels right, what is answered
 * left. Rows are fixed in width, so that a picture can be pasted anywhere.
 */
import { versionName } from '../name.ts';
import type { Style } from '../style.ts';
import { type Arrow, type Layer, arrowsOf } from './arrows.ts';
import { type DataPath, placeOf } from './data.ts';
import type { Reason } from './edge.ts';
import { crashName } from './promise.ts';
import type { Scene } from './scene.ts';
import type { Witness } from './witness.ts';

/** Steps drawn at most. */
const ROWS_MAX = 24;
const FIRST_THREAD_COLUMN = 7;
const THREAD_SPACING = 4;
/** Columns of the layers below the threads, with a ring and without. */
const RING_COLUMNS = { queue: 36, backend: 56, disk: 76, medium: 94 } as const;
const DIRECT_COLUMNS = { queue: 38, backend: -1, disk: 64, medium: 86 } as const;

interface Frame {
  readonly scene: Scene;
  readonly style: Style;
  readonly threads: readonly number[];
  readonly columns: {
    readonly queue: number;
    readonly backend: number;
    readonly disk: number;
    readonly medium: number;
  };
  readonly width: number;
}

/** Lines of the picture. */
export function pictureOf(scene: Scene, witness: Witness, reason: Reason, style: Style): string[] {
  const arrows = arrowsOf(scene, witness, reason);
  const threads = [...new Set(arrows.filter(({ thread }) => thread >= 0).map(({ thread }) => thread))].sort(
    (a, b) => a - b,
  );
  const columns = scene.hostMode === null ? DIRECT_COLUMNS : RING_COLUMNS;
  const frame: Frame = { scene, style, threads, columns, width: columns.medium + 4 };
  const { shown, leftOutAt, leftOutCount } = bounded(arrows);
  const rows = shown.map((arrow) => arrowRow(frame, arrow));
  if (leftOutCount > 0) rows.splice(leftOutAt, 0, noteRow(frame, `⋮ ${leftOutCount} more steps`));
  return [headingRow(frame), ...rows, ...endRows(frame, witness)];
}

/** Leaves out steps from the middle until few enough are left, those of the witness's writes last. */
function bounded(arrows: readonly Arrow[]): { shown: Arrow[]; leftOutAt: number; leftOutCount: number } {
  const shown = [...arrows];
  let leftOutAt = 0;
  while (shown.length > ROWS_MAX) {
    const middle = shown.length >> 1;
    const others = shown.map((_, index) => index).filter((index) => !shown[index].isCore);
    if (others.length === 0) break;
    const victim = others.reduce((best, index) => (Math.abs(index - middle) < Math.abs(best - middle) ? index : best));
    shown.splice(victim, 1);
    leftOutAt = victim;
  }
  return { shown, leftOutAt, leftOutCount: arrows.length - shown.length };
}

/** A row of characters that is written into by position. */
class Row {
  private readonly cells: string[];

  constructor(width: number, fill = ' ') {
    this.cells = Array.from({ length: width }, () => fill);
  }

  put(column: number, text: string): this {
    const end = Math.min(text.length, this.cells.length - column);
    for (let i = Math.max(0, -column); i < end; i++) this.cells[column + i] = text[i];
    return this;
  }

  centre(column: number, text: string): this {
    return this.put(column - (text.length >> 1), text);
  }

  toString(): string {
    return this.cells.join('').trimEnd();
  }
}

function columnOf(frame: Frame, layer: Layer, thread: number): number {
  if (layer === 'thread') return FIRST_THREAD_COLUMN + THREAD_SPACING * frame.threads.indexOf(thread);
  return frame.columns[layer];
}

function headingRow({ threads, columns, scene, style, width }: Frame): string {
  const row = new Row(width).put(0, 'time');
  threads.forEach((thread, i) => row.centre(FIRST_THREAD_COLUMN + THREAD_SPACING * i, `t${thread}`));
  row.centre(columns.queue, 'guest').centre(columns.disk, 'disk cache').centre(columns.medium, 'medium');
  if (columns.backend >= 0) row.centre(columns.backend, scene.case.stack.backend);
  return style.strong(row.toString());
}

/** Every layer as a line downwards, with the time where there is one. */
function lifelines({ threads, columns, width }: Frame, at: number): Row {
  const row = new Row(width).put(0, Number.isFinite(at) ? String(at).padStart(4) : '');
  threads.forEach((_, i) => row.put(FIRST_THREAD_COLUMN + THREAD_SPACING * i, '│'));
  for (const column of Object.values(columns)) row.put(column, '│');
  return row;
}

function arrowRow(frame: Frame, { when, from, to, thread, label, isBroken, isTimed }: Arrow): string {
  const start = columnOf(frame, from, thread);
  const goal = columnOf(frame, to, thread);
  const row = lifelines(frame, isTimed ? when.at : Infinity);
  const left = Math.min(start, goal);
  const inner = Math.abs(goal - start) - 1;
  const isDown = goal > start;
  if (isBroken) {
    const text = `─ ${clipped(label, inner - 6)} ─✗`;
    row.put(left + 1, text);
    return frame.style.violated(row.toString());
  }
  const shown = clipped(label, inner - 4);
  const dashes = inner - shown.length - 4;
  const before = '─'.repeat(isDown ? 1 : dashes);
  const after = '─'.repeat(isDown ? dashes : 1);
  row.put(left + 1, isDown ? `${before} ${shown} ${after}▶` : `◀${before} ${shown} ${after}`);
  row.put(start, isDown ? '├' : '┤');
  return row.toString();
}

function clipped(label: string, length: number): string {
  return label.length <= length ? label : `${label.slice(0, length - 1)}…`;
}

function noteRow(frame: Frame, text: string): string {
  return frame.style.dim(
    lifelines(frame, Infinity)
      .put(FIRST_THREAD_COLUMN + 2, ` ${text} `)
      .toString(),
  );
}

/** The power loss (or the end), and what became of the writes. */
function endRows(frame: Frame, witness: Witness): string[] {
  const { scene, style, columns, threads, width } = frame;
  const { crashAt } = scene.history;
  const line = new Row(width, '═').put(0, crashAt > 0 ? `${String(crashAt).padStart(4)} ` : '     ');
  threads.forEach((_, i) => line.put(FIRST_THREAD_COLUMN + THREAD_SPACING * i, '╪'));
  for (const column of Object.values(columns)) line.put(column, '╪');
  const title = ` ${scene.replay.crashed ? crashName(scene) : 'the run ends'} `;
  line.put(columns.queue - title.length - 1, title);
  const rows = [style.notable(line.toString())];
  const { lost, survivor } = witness;
  if (lost !== null) rows.push(style.violated(lostRow(frame, lost)));
  if (survivor !== null) rows.push(style.holds(survivorRow(frame, survivor)));
  return rows;
}

/** A cross where the lost write was when the power went. */
function lostRow({ scene, columns, width }: Frame, lost: DataPath): string {
  const column = columns[LOST_AT[placeOf(scene, lost, Infinity)]];
  const text = `op ${lost.op} is lost: sector ${lost.sector} holds ${versionName(scene.history.image[lost.sector])}`;
  const row = new Row(width).put(columns.medium, '│').put(column, '✗');
  return (text.length < column ? row.put(column - text.length - 1, text) : row.put(column + 2, text)).toString();
}

/** The layer whose loss took the data. What is on the ring or half-way into the disk goes with the sender's side. */
const LOST_AT = {
  guest: 'queue',
  ring: 'queue',
  backend: 'backend',
  disk: 'disk',
  cache: 'disk',
  medium: 'medium',
} as const;

function survivorRow({ columns, width }: Frame, survivor: DataPath): string {
  const inner = columns.medium - columns.disk - 1;
  const label = clipped(`op ${survivor.op}`, inner - 4);
  const arrow = `─ ${label} ${'─'.repeat(Math.max(1, inner - 4 - label.length))}▶`;
  const text = `op ${survivor.op} survives `;
  return new Row(width)
    .put(columns.disk, '├')
    .put(columns.disk + 1, arrow)
    .put(columns.disk - text.length, text)
    .put(columns.medium, '│')
    .toString();
}
