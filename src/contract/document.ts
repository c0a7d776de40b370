/** The history document `blkfuzz.history/1` (contract.md): its shape, its known fields, and the sizes the door lets in. */
import type { KindName } from '../base/history.ts';
import type { Guarantee } from './guarantees.ts';
import type { Violation } from './verdict.ts';
import type { DocumentVersion } from './version.ts';

export const HISTORY_FORMAT = 'blkfuzz.history/1';

/** Sizes beyond these are refused before anything is allocated for them. */
export const SECTORS_MAX: number = 2 ** 24;
export const OPERATIONS_MAX: number = 2 ** 22;
/** Sectors covered by all operations together: what bounds the time of a judgement. */
export const COVERED_SECTORS_MAX: number = 2 ** 28;

/** Fields of a document, in the order in which they are written. */
export const DOCUMENT_FIELDS = [
  'format',
  'name',
  'guest',
  'scope',
  'sectors',
  'atomicSectors',
  'ops',
  'crash',
  'image',
  'refused',
  'twice',
  'violations',
  'exact',
  'diskModel',
  'disk',
] as const;

export const OPERATION_FIELDS = [
  'id',
  'kind',
  'thread',
  'file',
  'sector',
  'count',
  'submit',
  'complete',
  'status',
  'versions',
] as const;

export interface OperationDocument {
  readonly id: number;
  readonly kind: KindName;
  readonly thread: number;
  readonly file?: number;
  readonly sector?: number;
  readonly count?: number;
  readonly submit: number;
  readonly complete: number | null;
  readonly status: 'ok' | 'eio' | 'eopnotsupp' | null;
  readonly versions?: readonly DocumentVersion[];
}

export interface HistoryDocument {
  readonly format: typeof HISTORY_FORMAT;
  readonly name?: string;
  readonly guest?: number;
  readonly scope?: string;
  readonly sectors: number;
  readonly atomicSectors: number;
  readonly ops: readonly OperationDocument[];
  readonly crash: { readonly at: number } | null;
  readonly image: readonly (readonly [sector: number, version: DocumentVersion])[];
  readonly refused?: readonly (readonly [id: number, sector: number])[];
  readonly twice?: readonly number[];
  readonly violations?: readonly Violation[];
  readonly exact?: readonly Guarantee[];
  readonly diskModel?: unknown;
  readonly disk?: readonly unknown[];
}
