/** The words of contract.md for the naive oracle, and the rules that it can leave out to show that the comparison would notice. */
import type { OperationDocument } from '../../src/contract/document.ts';
import type { VerdictName } from '../../src/contract/guarantees.ts';

export type Op = OperationDocument;

export const RULES = [
  'precedes-1',
  'precedes-2',
  'precedes-3',
  'failed-barriers-order-nothing',
  'open-barriers-order',
  'only-writes-to-the-sector-cover',
  'older-writes-do-not-cover',
  'discards-cover',
  'old-discards-do-not-cover',
  'failed-writes-promise-nothing',
  'payload-stands',
  'later-write-stands',
  'own-payload',
  'reported-loss-is-excused',
  'fsync-is-per-file',
  'flush-covers-completed',
  'discard-is-no-version',
  'read-after-completed-write',
  'read-before-submission',
  'discards-are-read',
  'fsync-answers-for-refused',
  'crash-excuses-open',
] as const;
export type Rule = (typeof RULES)[number];

export function sectorsOf(op: Op): number[] {
  return Array.from({ length: op.count ?? 0 }, (_, i) => op.sector! + i);
}

export function hasPayload(op: Op): boolean {
  return (op.count ?? 0) > 0;
}

export function isDirect(op: Op): boolean {
  return op.kind === 'write' || op.kind === 'fua' || (op.kind === 'barrier' && hasPayload(op));
}

export function isWrite(op: Op): boolean {
  return isDirect(op) || op.kind === 'bufwrite';
}

export function isSync(op: Op): boolean {
  return op.kind === 'fsync' || op.kind === 'fdatasync';
}

export function failed(op: Op): boolean {
  return op.status === 'eio' || op.status === 'eopnotsupp';
}

export function done(op: Op): boolean {
  return op.complete !== null && op.status === 'ok';
}

export function verdictOf(broken: boolean, applies: boolean): VerdictName {
  if (broken) return 'violated';
  return applies ? 'holds' : 'n/a';
}
