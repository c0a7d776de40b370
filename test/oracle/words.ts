/** The words of contract.md: precedes, visible, stands, said as they are written there. */
import type { HistoryDocument, Image, Operation } from './document.ts';

export const isDirectWrite = (op: Operation): boolean =>
  op.kind === 'write' || op.kind === 'fua' || (op.kind === 'barrier' && (op.count ?? 0) > 0);
export const isWrite = (op: Operation): boolean => isDirectWrite(op) || op.kind === 'bufwrite';
export const isSync = (op: Operation): boolean => op.kind === 'fsync' || op.kind === 'fdatasync';
export const hasFailed = (op: Operation): boolean => op.status === 'eio' || op.status === 'eopnotsupp';
export const isDone = (op: Operation): boolean => op.complete !== null && op.status === 'ok';

/** The sectors that an operation covers. */
export const sectorsOf = (op: Operation): readonly number[] =>
  Array.from({ length: op.count ?? 0 }, (_, index) => op.sector! + index);
export const covers = (op: Operation, sector: number): boolean => sectorsOf(op).includes(sector);

/** Whether `later` was submitted after `earlier` had completed, with whatever status. */
export const wasOverBefore = (earlier: Operation, later: Operation): boolean =>
  earlier.complete !== null && earlier.complete < later.submit;

/** Whether the guest is entitled to see `w` win over `v`; both write to one sector, or one is a discard. */
export function precedes(v: Operation, w: Operation, document: HistoryDocument): boolean {
  if (wasOverBefore(v, w)) return true;
  if (v.submit >= w.submit) return false;
  if (v.kind === 'bufwrite' && w.kind === 'bufwrite') return true;
  if (v.kind === 'bufwrite' || w.kind === 'bufwrite') return false;
  return document.ops.some(
    (b) => b.kind === 'barrier' && !hasFailed(b) && v.submit <= b.submit && b.submit <= w.submit,
  );
}

/** Whether `w` is visible at `sector`: there itself, or covered by what does not precede it. */
function isVisibleAt(w: Operation, sector: number, image: Image, document: HistoryDocument): boolean {
  const held = image[sector];
  if (held === w.id) return true;
  const covering = document.ops.filter((op) => op.id !== w.id && covers(op, sector) && !precedes(op, w, document));
  return covering.some((op) => (isWrite(op) && held === op.id) || (op.kind === 'discard' && held === -1));
}

/** Whether `w` is visible at each of its sectors. */
export const isVisible = (w: Operation, image: Image, document: HistoryDocument): boolean =>
  sectorsOf(w).every((sector) => isVisibleAt(w, sector, image, document));

export const stands = (w: Operation, image: Image): boolean => sectorsOf(w).some((sector) => image[sector] === w.id);
