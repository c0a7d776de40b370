/** A small valid document, and the lines that changed ones are refused with. */
import { expect } from 'vitest';
import { BlkfuzzError } from '../../src/base/errors.ts';
import { decodeCase } from '../../src/case/decode.ts';

/** Parsed JSON that tests change at will. */
export type Json = any;

/** A small valid document; every call makes a new one. */
export function valid(): Json {
  return {
    format: 'blkfuzz.case/1',
    name: 'small',
    stack: { mode: 'tag', backend: 'blkback' },
    guests: [
      {
        threads: [
          [
            { op: 'bufwrite', file: 1, sector: 8, count: 1 },
            { op: 'fsync', file: 1 },
            { op: 'write', sector: 40, count: 1 },
            { op: 'wait' },
            { op: 'barrier', sector: 48, count: 1 },
            { op: 'barrier', count: 0 },
          ],
        ],
      },
    ],
    schedule: ['g0.t0'],
  };
}

/** The line that a document with one change is refused with. */
export function refusal(change: (json: Json) => unknown): string {
  const json = valid();
  change(json);
  return refusalOf(JSON.stringify(json));
}

/** The line that a text is refused with. */
export function refusalOf(text: string): string {
  const error = thrown(() => decodeCase(text));
  expect(error).toBeInstanceOf(BlkfuzzError);
  const { code, message } = error as BlkfuzzError;
  expect(code).toBe('bad-input');
  expect(message).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  expect(message.length).toBeLessThan(400);
  return message;
}

/** What an action throws, or undefined. */
export function thrown(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Operation `index` of the first thread. */
export function operation(json: Json, index: number): Json {
  return json.guests[0].threads[0][index];
}
