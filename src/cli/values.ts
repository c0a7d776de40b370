/** Strict parsers of what stands behind an option; every refusal is one line: the option, what was expected, what was found. */
import { BlkfuzzError } from '../base/errors.ts';
import { nearestName } from '../case/nearest.ts';

type Parse<T> = (text: string, name: string, previous: T | undefined) => T;

/** A decimal integer from `min` to `max`; nothing else, not `1e3`, `0x10`, `+1` or ` 1`. */
export function integerOf(min: number, max: number): Parse<number> {
  return (text, name) => parseInteger(text, name, min, max);
}

export function parseInteger(text: string, name: string, min: number, max: number): number {
  const value = /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new BlkfuzzError('usage', `${name}: expected an integer from ${min} to ${max}, found ${quote(text)}`);
}

/** One of a few names; `what` says what they name. */
export function nameOf<const T extends string>(what: string, names: readonly T[]): Parse<T> {
  return (text, name) => parseName(text, name, what, names);
}

export function parseName<const T extends string>(text: string, name: string, what: string, names: readonly T[]): T {
  const found = names.find((known) => known === text);
  if (found !== undefined) return found;
  const near = nearestName(text, names);
  const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
  throw new BlkfuzzError('usage', `${name}: unknown ${what} ${quote(text)}${hint}; expected ${listed(names, 'or')}`);
}

/** Names of one kind, separated by commas, or the option given several times. */
export function namesOf<const T extends string>(what: string, names: readonly T[]): Parse<readonly T[]> {
  return (text, name, previous) => {
    const more = text.split(',').map((word) => parseName(word, name, what, names));
    return [...new Set([...(previous ?? []), ...more])];
  };
}

/** `key=value,key=value`: each key at most once. Handed on as text to `take`. */
export function pairsOf(text: string, name: string, keys: readonly string[]): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const pair of text.split(',')) {
    const at = pair.indexOf('=');
    if (at < 0) throw new BlkfuzzError('usage', `${name}: expected key=value, found ${quote(pair)}`);
    const key = parseName(pair.slice(0, at), name, 'setting', keys);
    if (pairs.has(key)) throw new BlkfuzzError('usage', `${name}: ${key} is given twice`);
    pairs.set(key, pair.slice(at + 1));
  }
  return pairs;
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
const TIME_MS_MAX = 30 * 24 * 3_600_000;

/** A duration such as `30s`, `10m` or `1h`, in milliseconds. */
export function parseDuration(text: string, name: string): number {
  const [, digits, unit] = /^([1-9]\d{0,8})([smh])$/.exec(text) ?? [];
  const value = digits === undefined ? NaN : Number(digits) * UNIT_MS[unit];
  if (value <= TIME_MS_MAX) return value;
  throw new BlkfuzzError(
    'usage',
    `${name}: expected a time such as 30s, 10m or 1h, 720h at most, found ${quote(text)}`,
  );
}

/** Any text at all. */
export function textOf(text: string): string {
  return text;
}

/** The path of a file or folder; an empty one names nothing. */
export function pathOf(text: string, name: string): string {
  if (text !== '' && !text.includes('\0')) return text;
  throw new BlkfuzzError('usage', `${name}: expected a path, found ${quote(text)}`);
}

/** A text from outside, in quotes, short and printable. */
export function quote(text: string): string {
  const short = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return `'${printable(short)}'`;
}

/** A text without what would break the line or steer a terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '?');
}

/** `a, b or c`. */
export function listed(names: readonly string[], conjunction: 'or' | 'and'): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${conjunction} ${names.at(-1)}`;
}
