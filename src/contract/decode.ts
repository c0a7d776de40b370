/** Document to columns: the way in through the JSON door. Everything is checked, and refused with its place, before it is used. */
import { BlkfuzzError } from '../base/errors.ts';
import type { History } from '../base/history.ts';
import { VERSION } from '../base/history.ts';
import { decodeOperations } from './decode-operations.ts';
import { decodeTimes } from './decode-times.ts';
import { DOCUMENT_FIELDS, HISTORY_FORMAT, OPERATIONS_MAX, SECTORS_MAX } from './document.ts';
import type { Guarantee } from './guarantees.ts';
import { GUARANTEES } from './guarantees.ts';
import type { JsonObject } from './place.ts';
import { arrayAt, integerAt, objectAt, refuse } from './place.ts';
import type { Violation } from './verdict.ts';
import { versionAt } from './version.ts';

/** What a document says besides the columns; what is absent from the document is undefined. */
export interface DecodedDocument {
  readonly name: string | undefined;
  readonly guest: number | undefined;
  readonly scope: string | undefined;
  readonly atomicSectors: number;
  /** The document's id of every row. */
  readonly ids: readonly number[];
  /** The document's number of every file of the columns. */
  readonly files: readonly number[];
  /** The document's own verdict, in its own ids. */
  readonly violations: readonly Violation[] | undefined;
  readonly exact: readonly Guarantee[] | undefined;
  readonly diskModel: JsonObject | undefined;
  readonly disk: readonly unknown[] | undefined;
}

/**
 * Decodes one line of text into `history`.
 * @throws BlkfuzzError `bad-input`, one line that names the place and what was expected.
 */
export function decodeHistoryText(text: string, history: History): DecodedDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BlkfuzzError(
      'bad-input',
      `the document: expected one ${HISTORY_FORMAT} document in JSON, this is not JSON`,
    );
  }
  return decodeHistory(value, history);
}

/**
 * Decodes one parsed document into `history`, whose columns are overwritten.
 * @throws BlkfuzzError `bad-input`, one line that names the place and what was expected.
 */
export function decodeHistory(value: unknown, history: History): DecodedDocument {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  // The format first: the fields of another format would only be named as unknown.
  if (isObject && (value as JsonObject)['format'] !== HISTORY_FORMAT)
    refuse('format', JSON.stringify(HISTORY_FORMAT), (value as JsonObject)['format'] ?? null);
  const document = objectAt(value, '', DOCUMENT_FIELDS);
  const sectors = integerAt(document['sectors'], 'sectors', 1, SECTORS_MAX);
  const ops = arrayAt(document['ops'], 'ops', 'an array of operations');
  if (ops.length > OPERATIONS_MAX) refuse('ops', `at most ${OPERATIONS_MAX} operations`, ops);
  const { rowOf, ids, files } = decodeOperations(ops, sectors, history);
  decodeTimes(ops as readonly JsonObject[], document['crash'], history);
  decodeImage(document['image'], rowOf, history);
  decodeRefused(document['refused'], rowOf, history);
  decodeTwice(document['twice'], rowOf, history);
  return { ...decodeLabels(document), ids, files };
}

function decodeImage(value: unknown, rowOf: ReadonlyMap<number, number>, history: History): void {
  const listed = new Uint8Array(history.sectorCount);
  history.image.fill(VERSION.initial, 0, history.sectorCount);
  arrayAt(value, 'image', 'an array of [sector, version]').forEach((entry, i) => {
    const [sector, version] = pairAt(entry, `image[${i}]`, '[sector, version]');
    const x = integerAt(sector, `image[${i}][0]`, 0, history.sectorCount - 1);
    if (listed[x] === 1) refuse(`image[${i}][0]`, 'each sector at most once', x);
    listed[x] = 1;
    history.image[x] = versionAt(version, `image[${i}][1]`, rowOf);
  });
}

function decodeRefused(value: unknown, rowOf: ReadonlyMap<number, number>, history: History): void {
  if (value === undefined) return;
  arrayAt(value, 'refused', 'an array of [id, sector]').forEach((entry, i) => {
    const [id, sector] = pairAt(entry, `refused[${i}]`, '[id, sector]');
    const x = integerAt(sector, `refused[${i}][1]`, 0, history.sectorCount - 1);
    history.addRefused(rowAt(id, `refused[${i}][0]`, rowOf), x);
  });
}

function decodeTwice(value: unknown, rowOf: ReadonlyMap<number, number>, history: History): void {
  if (value === undefined) return;
  arrayAt(value, 'twice', 'an array of operation ids').forEach((id, i) => {
    history.addTwice(rowAt(id, `twice[${i}]`, rowOf));
  });
}

function rowAt(value: unknown, place: string, rowOf: ReadonlyMap<number, number>): number {
  return rowOf.get(value as number) ?? refuse(place, 'the id of an operation in ops', value ?? null);
}

function pairAt(value: unknown, place: string, expected: string): readonly unknown[] {
  const pair = arrayAt(value, place, expected);
  if (pair.length !== 2) refuse(place, expected, pair);
  return pair;
}

function decodeLabels(document: JsonObject): Omit<DecodedDocument, 'ids' | 'files'> {
  const { name, guest, scope, atomicSectors, violations, exact, diskModel, disk } = document;
  if (name !== undefined && typeof name !== 'string') refuse('name', 'a string', name);
  if (scope !== undefined && typeof scope !== 'string') refuse('scope', 'a string', scope);
  if (atomicSectors !== undefined && atomicSectors !== 1 && atomicSectors !== 8)
    refuse('atomicSectors', '1 or 8', atomicSectors);
  if (diskModel !== undefined && (typeof diskModel !== 'object' || diskModel === null || Array.isArray(diskModel)))
    refuse('diskModel', 'an object', diskModel);
  return {
    name,
    guest: guest === undefined ? undefined : integerAt(guest, 'guest', 0, Number.MAX_SAFE_INTEGER),
    scope,
    atomicSectors: atomicSectors ?? 1,
    violations: violations === undefined ? undefined : decodeViolations(violations),
    exact: exact === undefined ? undefined : decodeExact(exact),
    diskModel: diskModel as JsonObject | undefined,
    disk: disk === undefined ? undefined : arrayAt(disk, 'disk', 'an array of disk events'),
  };
}

const VIOLATION_FIELDS = ['guarantee', 'by', 'lost', 'survivor', 'sector', 'environment'];

function decodeViolations(value: unknown): Violation[] {
  return arrayAt(value, 'violations', 'an array of violations').map((entry, i) => {
    const violation = objectAt(entry, `violations[${i}]`, VIOLATION_FIELDS);
    guaranteeAt(violation['guarantee'], `violations[${i}].guarantee`);
    for (const key of ['by', 'lost', 'survivor', 'sector']) {
      if (violation[key] !== undefined)
        integerAt(violation[key], `violations[${i}].${key}`, 0, Number.MAX_SAFE_INTEGER);
    }
    return violation as unknown as Violation;
  });
}

function decodeExact(value: unknown): Guarantee[] {
  return arrayAt(value, 'exact', 'an array of guarantee names').map((name, i) => guaranteeAt(name, `exact[${i}]`));
}

function guaranteeAt(value: unknown, place: string): Guarantee {
  if (!GUARANTEES.includes(value as Guarantee)) refuse(place, `one of ${GUARANTEES.join(', ')}`, value ?? null);
  return value as Guarantee;
}
