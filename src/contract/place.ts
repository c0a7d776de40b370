/** Checks of plain JSON values that name the place of what is wrong. Every failure is a BlkfuzzError `bad-input` of one line. */
import { BlkfuzzError } from '../base/errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** @throws BlkfuzzError always: `place` is a path such as `ops[3].sector`, '' for the document itself. */
export function refuse(place: string, expected: string, value?: unknown): never {
  const got = value === undefined ? '' : `, not ${brief(value)}`;
  throw new BlkfuzzError('bad-input', `${place === '' ? 'the document' : place}: expected ${expected}${got}`);
}

export function objectAt(value: unknown, place: string, fields: readonly string[]): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(place, 'an object', value ?? null);
  for (const key of Object.keys(value)) {
    if (!fields.includes(key))
      refuse(`${place === '' ? '' : `${place}.`}${printable(key)}`, `no such field; known are ${fields.join(', ')}`);
  }
  return value as JsonObject;
}

export function arrayAt(value: unknown, place: string, expected: string): readonly unknown[] {
  if (!Array.isArray(value)) refuse(place, expected, value ?? null);
  return value;
}

export function integerAt(value: unknown, place: string, min: number, max: number): number {
  if (isInteger(value, min, max)) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `from ${min} on` : `from ${min} to ${max}`;
  return refuse(place, `an integer ${range}`, value ?? null);
}

export function isInteger(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max;
}

/** A value in a few characters, on one line. */
function brief(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return printable(typeof value === 'string' ? JSON.stringify(value) : String(value));
}

function printable(text: string): string {
  const line = text.replace(/[^\x20-\x7e]/g, '?');
  return line.length > 40 ? `${line.slice(0, 37)}...` : line;
}
