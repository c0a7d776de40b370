/** The operations of a document as rows: ids and file numbers become dense, versions of reads become columns. */
import type { History, KindName } from '../base/history.ts';
import { KIND, KIND_NAMES, STATUS, STATUS_NAMES, VERSION } from '../base/history.ts';
import { COVERED_SECTORS_MAX, OPERATION_FIELDS } from './document.ts';
import type { JsonObject } from './place.ts';
import { arrayAt, integerAt, objectAt, refuse } from './place.ts';
import { versionAt } from './version.ts';

export interface DecodedOperations {
  /** Row of every id. */
  readonly rowOf: ReadonlyMap<number, number>;
  /** Id of every row. */
  readonly ids: readonly number[];
  /** The document's number of every dense file. */
  readonly files: readonly number[];
}

const INT32_MAX = 2 ** 31 - 1;

/** Fills every column of an operation but its times (decode-times.ts). */
export function decodeOperations(ops: readonly unknown[], sectors: number, history: History): DecodedOperations {
  const { rowOf, ids, readSectors } = indexOperations(ops);
  const fileOf = new Map<number, number>();
  let covered = 0;
  let readStart = 0;
  history.reset(ops.length, sectors, readSectors);
  history.image.fill(VERSION.initial, 0, sectors);
  (ops as readonly JsonObject[]).forEach((op, row) => {
    const place = `ops[${row}]`;
    history.kind[row] = KIND[op['kind'] as KindName];
    history.thread[row] = op['thread'] === undefined ? 0 : integerAt(op['thread'], `${place}.thread`, 0, INT32_MAX);
    history.file[row] = decodeFile(op, place, fileOf);
    decodeRange(op, place, row, history);
    decodeStatus(op, place, row, history);
    readStart += decodeVersions(op, place, row, readStart, rowOf, history);
    covered += history.count[row];
    if (covered > COVERED_SECTORS_MAX)
      refuse(`${place}.count`, `at most ${COVERED_SECTORS_MAX} sectors covered by all operations together`);
  });
  return { rowOf, ids, files: [...fileOf.keys()] };
}

/** Shapes, kinds and ids first: versions may name an operation listed further down. */
function indexOperations(ops: readonly unknown[]): Omit<DecodedOperations, 'files'> & { readSectors: number } {
  const rowOf = new Map<number, number>();
  const ids: number[] = [];
  let readSectors = 0;
  ops.forEach((value, row) => {
    const op = objectAt(value, `ops[${row}]`, OPERATION_FIELDS);
    const id = integerAt(op['id'], `ops[${row}].id`, 0, Number.MAX_SAFE_INTEGER);
    if (rowOf.has(id)) refuse(`ops[${row}].id`, `an id of its own, ops[${rowOf.get(id)}] has the same`, id);
    if (!KIND_NAMES.includes(op['kind'] as KindName))
      refuse(`ops[${row}].kind`, `one of ${KIND_NAMES.join(', ')}`, op['kind'] ?? null);
    rowOf.set(id, row);
    ids.push(id);
    if (Array.isArray(op['versions'])) readSectors += op['versions'].length;
  });
  return { rowOf, ids, readSectors };
}

function decodeFile(op: JsonObject, place: string, fileOf: Map<number, number>): number {
  const kind = op['kind'] as KindName;
  if (kind !== 'bufwrite' && kind !== 'fsync' && kind !== 'fdatasync') {
    refuseGiven(op, 'file', place);
    return -1;
  }
  const number = integerAt(op['file'], `${place}.file`, 0, Number.MAX_SAFE_INTEGER);
  const file = fileOf.get(number) ?? fileOf.size;
  fileOf.set(number, file);
  return file;
}

function decodeRange(op: JsonObject, place: string, row: number, history: History): void {
  const kind = op['kind'] as KindName;
  history.sector[row] = -1;
  history.count[row] = 0;
  if (kind === 'flush' || kind === 'fsync' || kind === 'fdatasync') {
    refuseGiven(op, 'sector', place);
    refuseGiven(op, 'count', place);
    return;
  }
  // A barrier without count, or with count 0, is an empty one; a sector it may carry means nothing.
  if (kind === 'barrier' && (op['count'] ?? 0) === 0) return;
  const sectors = history.sectorCount;
  const sector = integerAt(op['sector'], `${place}.sector`, 0, sectors - 1);
  history.sector[row] = sector;
  history.count[row] = integerAt(op['count'], `${place}.count`, kind === 'barrier' ? 0 : 1, sectors - sector);
}

function decodeStatus(op: JsonObject, place: string, row: number, history: History): void {
  const status = STATUS_NAMES.indexOf(op['status'] as (typeof STATUS_NAMES)[number]);
  if (status < 0) refuse(`${place}.status`, '"ok", "eio", "eopnotsupp" or null', op['status']);
  if (op['complete'] === undefined) refuse(`${place}.complete`, 'a time, or null if it had not completed');
  const completed = op['complete'] !== null;
  if (completed && status === STATUS.none) refuse(`${place}.status`, 'the status of a completed operation', null);
  if (!completed && status === STATUS.ok) refuse(`${place}.status`, 'null or an error while complete is null', 'ok');
  history.status[row] = status;
}

/** Fills a read's versions and returns how many it has. */
function decodeVersions(
  op: JsonObject,
  place: string,
  row: number,
  readStart: number,
  rowOf: ReadonlyMap<number, number>,
  history: History,
): number {
  history.readStart[row] = -1;
  if (op['kind'] !== 'read') {
    refuseGiven(op, 'versions', place);
    return 0;
  }
  const count = history.count[row];
  if (history.status[row] !== STATUS.ok && (op['versions'] ?? null) === null) return 0;
  const versions = arrayAt(op['versions'], `${place}.versions`, `an array of ${count} versions`);
  if (versions.length !== count) refuse(`${place}.versions`, `an array of ${count} versions`, versions);
  versions.forEach((version, i) => {
    history.readVersions[readStart + i] = versionAt(version, `${place}.versions[${i}]`, rowOf);
  });
  history.readStart[row] = readStart;
  return count;
}

function refuseGiven(op: JsonObject, field: 'file' | 'sector' | 'count' | 'versions', place: string): void {
  if ((op[field] ?? null) !== null) refuse(`${place}.${field}`, `none, as a ${String(op['kind'])} has none`, op[field]);
}
