/** A version of a sector as a document shows it (a number or a marker) and as the columns hold it (a VERSION code or a row). */
import { assert } from '../base/assert.ts';
import { VERSION } from '../base/history.ts';
import { isInteger, refuse } from './place.ts';

/** Markers by their VERSION code: the index is VERSION.torn - code. */
const MARKER_NAMES = ['torn', 'stale', 'misplaced'] as const;

/** An operation id, -1 for the initial content, or a marker. */
export type DocumentVersion = number | (typeof MARKER_NAMES)[number];

/**
 * The column value of a document's version; an id that no listed operation has becomes VERSION.unknown.
 * @throws BlkfuzzError `bad-input` naming `place`.
 */
export function versionAt(value: unknown, place: string, rowOf: ReadonlyMap<number, number>): number {
  if (isInteger(value, 0, Number.MAX_SAFE_INTEGER)) return rowOf.get(value) ?? VERSION.unknown;
  if (value === VERSION.initial) return VERSION.initial;
  const marker = MARKER_NAMES.indexOf(value as (typeof MARKER_NAMES)[number]);
  if (marker < 0) refuse(place, `an operation id, -1, "${MARKER_NAMES.join('" or "')}"`, value ?? null);
  return VERSION.torn - marker;
}

/** The document's version for a column value that names no row. */
export function markerName(version: number): DocumentVersion {
  const name = MARKER_NAMES[VERSION.torn - version];
  assert(name !== undefined, `version ${version} is a marker`);
  return name;
}
