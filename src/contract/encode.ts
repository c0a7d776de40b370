/** Columns to document: the way out of the JSON door. `JSON.stringify` of the result has the stable key order of document.ts. */
import type { History } from '../base/history.ts';
import { KIND, KIND_NAMES, STATUS_NAMES, VERSION } from '../base/history.ts';
import type { HistoryDocument, OperationDocument } from './document.ts';
import { HISTORY_FORMAT } from './document.ts';
import type { Guarantee } from './guarantees.ts';
import { completedOk } from './rows.ts';
import type { Violation } from './verdict.ts';
import type { DocumentVersion } from './version.ts';
import { markerName } from './version.ts';

/** What a document shows besides the columns; each is left out when it is not given. */
export interface EncodeOptions {
  /** Sectors that the medium writes whole; 1 when left out. */
  readonly atomicSectors?: number | undefined;
  readonly name?: string | undefined;
  readonly guest?: number | undefined;
  readonly scope?: string | undefined;
  /** The id of every row; the rows themselves when left out. */
  readonly ids?: ArrayLike<number> | undefined;
  /** The file number behind every file of the columns; the same numbers when left out. */
  readonly files?: ArrayLike<number> | undefined;
  readonly violations?: readonly Violation[] | undefined;
  readonly exact?: readonly Guarantee[] | undefined;
  readonly diskModel?: unknown;
  /** Disk events of the contract, in order. */
  readonly disk?: readonly unknown[] | undefined;
}

/** The document of a history. Rows that were never submitted are left out. */
export function encodeHistory(history: History, options: EncodeOptions = {}): HistoryDocument {
  const rows = submittedRows(history);
  const names = new Names(rows, options);
  return {
    format: HISTORY_FORMAT,
    ...given('name', options.name),
    ...given('guest', options.guest),
    ...given('scope', options.scope),
    sectors: history.sectorCount,
    atomicSectors: options.atomicSectors ?? 1,
    ops: rows.map((op) => encodeOperation(history, names, op)),
    crash: history.crashAt === 0 ? null : { at: history.crashAt },
    image: encodeImage(history, names),
    ...(history.refusedCount === 0 ? {} : { refused: encodeRefused(history, names) }),
    ...(history.twiceCount === 0 ? {} : { twice: Array.from(history.twice.slice(0, history.twiceCount), names.id) }),
    ...given('violations', options.violations),
    ...given('exact', options.exact),
    ...given('diskModel', options.diskModel),
    ...given('disk', options.disk),
  };
}

class Names {
  private readonly ids: ArrayLike<number> | undefined;
  private readonly files: ArrayLike<number> | undefined;
  /** An id that no listed operation has, for versions that name none. */
  private readonly unlisted: number;

  constructor(rows: readonly number[], options: EncodeOptions) {
    this.ids = options.ids;
    this.files = options.files;
    this.unlisted = rows.reduce((most, row) => Math.max(most, this.id(row)), -1) + 1;
  }

  readonly id = (row: number): number => (this.ids === undefined ? row : this.ids[row]);

  file(file: number): number {
    return this.files === undefined ? file : this.files[file];
  }

  version(version: number): DocumentVersion {
    if (version >= 0) return this.id(version);
    if (version === VERSION.initial) return version;
    if (version === VERSION.unknown) return this.unlisted;
    return markerName(version);
  }
}

function submittedRows(history: History): number[] {
  const rows: number[] = [];
  for (let op = 0; op < history.opCount; op++) if (history.submit[op] !== 0) rows.push(op);
  return rows;
}

function encodeOperation(history: History, names: Names, op: number): OperationDocument {
  const kind = history.kind[op];
  const inFile = kind === KIND.bufwrite || kind === KIND.fsync || kind === KIND.fdatasync;
  const count = history.count[op];
  return {
    id: names.id(op),
    kind: KIND_NAMES[kind],
    thread: history.thread[op],
    ...(inFile ? { file: names.file(history.file[op]) } : {}),
    ...(count > 0 ? { sector: history.sector[op] } : {}),
    ...(count > 0 || kind === KIND.barrier ? { count } : {}),
    submit: history.submit[op],
    complete: history.complete[op] === 0 ? null : history.complete[op],
    status: STATUS_NAMES[history.status[op]],
    ...(kind === KIND.read && completedOk(history, op) ? { versions: encodeRead(history, names, op) } : {}),
  };
}

function encodeRead(history: History, names: Names, op: number): DocumentVersion[] {
  const start = history.readStart[op];
  return Array.from({ length: history.count[op] }, (_, i) => names.version(history.readVersions[start + i]));
}

function encodeImage(history: History, names: Names): [number, DocumentVersion][] {
  const image: [number, DocumentVersion][] = [];
  for (let x = 0; x < history.sectorCount; x++) {
    if (history.image[x] !== VERSION.initial) image.push([x, names.version(history.image[x])]);
  }
  return image;
}

function encodeRefused(history: History, names: Names): [number, number][] {
  return Array.from({ length: history.refusedCount }, (_, i) => [
    names.id(history.refused[2 * i]),
    history.refused[2 * i + 1],
  ]);
}

function given<Key extends string, Value>(key: Key, value: Value | undefined): Partial<Record<Key, Value>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, Value>);
}
