/** The guarantees of contract.md, each as its row in the table says it. */
import type { HistoryDocument, Image, Operation, Version } from './document.ts';
import {
  covers,
  hasFailed,
  isDirectWrite,
  isDone,
  isSync,
  isVisible,
  isWrite,
  precedes,
  sectorsOf,
  stands,
  wasOverBefore,
} from './words.ts';

type Rule = (document: HistoryDocument, image: Image) => boolean;

/** Whether the guarantee is violated. `protocol` is missing: a history cannot show it. */
const VIOLATED: Readonly<Record<string, Rule>> = {
  'barrier-order': (document, image) => barriers(document, true).some((b) => breaksOrder(b, document, image)),
  'barrier-durability': (document, image) => barriers(document, true).some((b) => breaksDurability(b, document, image)),
  'empty-barrier-order': (document, image) => barriers(document, false).some((b) => breaksOrder(b, document, image)),
  'empty-barrier-durability': (document, image) =>
    barriers(document, false).some((b) => breaksDurability(b, document, image)),
  'flush-durability': (document, image) =>
    done(document, 'flush').some((flush) =>
      document.ops
        .filter((w) => isDirectWrite(w) && isDone(w) && wasOverBefore(w, flush))
        .some((w) => !isVisible(w, image, document)),
    ),
  'fsync-durability': (document, image) =>
    document.ops
      .filter((op) => isSync(op) && isDone(op))
      .some((sync) => coveredBySync(sync, document).some((w) => !isVisible(w, image, document))),
  'fua-durability': (document, image) => done(document, 'fua').some((w) => !isVisible(w, image, document)),
  integrity: (document, image) =>
    image.some(
      (held, sector) => held !== -1 && !document.ops.some((w) => w.id === held && isWrite(w) && covers(w, sector)),
    ),
  'read-consistency': (document) => done(document, 'read').some((read) => breaksRead(read, document)),
  liveness: (document) =>
    (document.crash === null && document.ops.some((op) => op.complete === null)) || (document.twice ?? []).length > 0,
  'error-honesty': (document) =>
    (document.refused ?? []).some(([id, sector]) => wasReportedStored(id, sector, document)),
};

/** The guarantees that this image (or the run itself) violates, sorted. */
export function violatedBy(document: HistoryDocument, image: Image): readonly string[] {
  return Object.keys(VIOLATED)
    .filter((guarantee) => VIOLATED[guarantee](document, image))
    .toSorted();
}

const done = (document: HistoryDocument, kind: string): readonly Operation[] =>
  document.ops.filter((op) => op.kind === kind && isDone(op));

/** The barriers that did not fail, with or without a payload. */
const barriers = (document: HistoryDocument, payload: boolean): readonly Operation[] =>
  document.ops.filter((op) => op.kind === 'barrier' && !hasFailed(op) && isDirectWrite(op) === payload);

const logOf = (barrier: Operation, document: HistoryDocument): readonly Operation[] =>
  document.ops.filter((w) => isDirectWrite(w) && !hasFailed(w) && w.submit < barrier.submit);

function breaksOrder(barrier: Operation, document: HistoryDocument, image: Image): boolean {
  const logLost = logOf(barrier, document).some((w) => !isVisible(w, image, document));
  const laterStands = document.ops.some((w) => isWrite(w) && w.submit > barrier.submit && stands(w, image));
  return (stands(barrier, image) && logLost) || (laterStands && (logLost || !isVisible(barrier, image, document)));
}

function breaksDurability(barrier: Operation, document: HistoryDocument, image: Image): boolean {
  return isDone(barrier) && [barrier, ...logOf(barrier, document)].some((w) => !isVisible(w, image, document));
}

/** The bufwrites that an fsync which returned ok has promised: all before it but those whose loss was reported. */
function coveredBySync(sync: Operation, document: HistoryDocument): readonly Operation[] {
  const reports = document.ops.filter(
    (op) => isSync(op) && op.file === sync.file && hasFailed(op) && wasOverBefore(op, sync),
  );
  return document.ops.filter(
    (w) =>
      w.kind === 'bufwrite' &&
      w.file === sync.file &&
      isDone(w) &&
      wasOverBefore(w, sync) &&
      !reports.some((report) => w.submit < report.submit),
  );
}

function breaksRead(read: Operation, document: HistoryDocument): boolean {
  return sectorsOf(read).some((sector, index) => !mayReturn(read, sector, read.versions![index], document));
}

/** Whether the read may return `held`: no write that it had to see follows what it returned. */
function mayReturn(read: Operation, sector: number, held: Version, document: HistoryDocument): boolean {
  const due = document.ops.filter((v) => isWrite(v) && covers(v, sector) && isDone(v) && wasOverBefore(v, read));
  if (held === -1 && due.length === 0) return true;
  return document.ops
    .filter((w) => covers(w, sector) && (held === -1 ? w.kind === 'discard' : isWrite(w) && w.id === held))
    .filter((w) => w.submit < read.complete!)
    .some((w) => !due.some((v) => v.id !== w.id && precedes(w, v, document)));
}

/** Whether an operation said ok to what a lower layer failed to store of operation `id`. */
function wasReportedStored(id: number, sector: number, document: HistoryDocument): boolean {
  return document.ops
    .filter((op) => op.id === id && covers(op, sector))
    .some((op) =>
      op.kind === 'bufwrite'
        ? document.ops.some((sync) => isSync(sync) && isDone(sync) && coveredBySync(sync, document).includes(op))
        : isDone(op),
    );
}
