import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CASE_LIMITS } from '../../src/case/case.ts';
import { caseFromJson, decodeCase } from '../../src/case/decode.ts';
import { encodeCase } from '../../src/case/encode.ts';
import { STACK_DEFAULT } from '../../src/stack/config.ts';
import { operation, refusal, refusalOf, thrown, valid } from './document.ts';

test('left-out settings mean the default', () => {
  const c = caseFromJson(valid());
  expect(c.stack).toEqual(STACK_DEFAULT);
  expect(c.scope).toBe('power');
  expect(c).not.toHaveProperty('crash');
  const json = valid();
  json.stack.disk = { fua: true };
  json.stack.ring = { start: 7 };
  expect(caseFromJson(json).stack.disk).toEqual({ ...STACK_DEFAULT.disk, fua: true });
  expect(caseFromJson(json).stack.ring).toEqual({ slots: 32, start: 7 });
});

test('a barrier without sector and count is an empty one', () => {
  const json = valid();
  json.guests[0].threads[0][5] = { op: 'barrier' };
  expect(caseFromJson(json)).toEqual(caseFromJson(valid()));
});

test('the example of the specification is a case', () => {
  const text = readFileSync(new URL('../given/specified.case.json', import.meta.url), 'utf8');
  const c = decodeCase(text);
  expect(c.crash).toEqual({ step: 40, image: [[40, 2]] });
  expect(decodeCase(encodeCase(c))).toEqual(c);
});

test('the example of the manual is a case, written as blkfuzz writes it', () => {
  const page = readFileSync(new URL('../../docs/case-files.md', import.meta.url), 'utf8');
  const [, text] = /```json\n(\{\n {2}"format": "blkfuzz.case\/1".*?)```/s.exec(page)!;
  expect(encodeCase(decodeCase(text))).toBe(text);
});

test('fields named after parts of every object are unknown fields', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
    const text = JSON.stringify(valid()).replace('"op":"wait"', `"op":"wait","${name}":{"polluted":true}`);
    expect(refusalOf(text)).toMatch(new RegExp(`^guests\\[0\\]\\.threads\\[0\\]\\[3\\]\\.${name}: unknown field`));
    expect(refusalOf(`{"${name}": 1}`)).toContain('unknown field');
    expect(refusal((json) => (json.expect = JSON.parse(`{"${name}": "holds"}`)))).toContain('unknown field');
  }
  expect({}).not.toHaveProperty('polluted');
});

test('an inherited field does not stand in for a missing one', () => {
  const json = valid();
  json.stack = Object.assign(Object.create({ extra: 1 }), json.stack);
  expect(caseFromJson(json).stack).toEqual(STACK_DEFAULT);
});

test.each([
  ['', 'empty'],
  [' \n', 'empty'],
  ['{"format": "blkfuzz.ca', 'not JSON'],
  ['{"format": "blkfuzz.case/1",', 'not JSON'],
  ['format: blkfuzz.case/1', 'not JSON'],
  ['{"a":\n\n1 2}', 'line 3, column 3: not JSON'],
  ['[]', 'not a case: expected a case, found a list'],
  ['null', 'not a case: expected a case, found null'],
  ['"blkfuzz.case/1"', 'not a case: expected a case, found "blkfuzz.case/1"'],
  ['{}', 'format: missing'],
  ['['.repeat(100_000), 'not JSON'],
  [`{"format": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'format: expected "blkfuzz.case/1", found a list'],
  [`{"\u2028\u001b": 1}`.replace('\u001b', '\\u001b'), 'unknown field'],
  [`{"${'k'.repeat(100_000)}": 1}`, 'unknown field'],
  ['{"format": 1e999}', 'found Infinity'],
])('text that is no case is refused with one line (%#)', (text, complaint) => {
  expect(refusalOf(text)).toContain(complaint);
});

test('numbers that JSON cannot hold are refused in parsed documents too', () => {
  for (const value of [Number.NaN, Infinity, undefined, 1n]) {
    const json = valid();
    operation(json, 2).sector = value;
    expect(thrown(() => caseFromJson(json))).toMatchObject({ code: 'bad-input' });
  }
});

test('a zero written with a minus sign is a zero', () => {
  const text = JSON.stringify(valid()).replace('"sector":40', '"sector":-0');
  expect(encodeCase(decodeCase(text))).toContain('{"op": "write", "sector": 0, "count": 1}');
  expect(decodeCase(encodeCase(decodeCase(text)))).toEqual(decodeCase(text));
});

test('what is too large is refused: the text, the operations, the sectors they cover', () => {
  expect(refusalOf(' '.repeat(CASE_LIMITS.textSizeMax + 1))).toContain('too large');
  const json = valid();
  json.guests[0].threads[0] = Array.from({ length: CASE_LIMITS.operationCountMax }, () => ({ op: 'flush' }));
  expect(caseFromJson(json).guests![0].threads[0].length).toBe(CASE_LIMITS.operationCountMax);
  json.guests[0].threads.push([{ op: 'flush' }]);
  expect(thrown(() => caseFromJson(json))).toMatchObject({ message: expect.stringContaining('guests[0].threads: ') });
  const covering = valid();
  covering.stack.disk = { sectors: CASE_LIMITS.sectorCountMax };
  covering.guests[0].threads[0] = [
    { op: 'write', sector: 0, count: CASE_LIMITS.sectorCountMax },
    { op: 'write', sector: 0, count: 1 },
  ];
  expect(thrown(() => caseFromJson(covering))).toMatchObject({
    message: expect.stringMatching(/^guests\[0\]\.threads\[0\]\[1\]: /),
  });
});

test('whatever is done to a valid case, it is either taken or refused with one line', () => {
  const text = encodeCase(
    caseFromJson({ ...valid(), crash: { step: 4, image: [[40, 2]] }, expect: { integrity: 'holds' } }),
  );
  const piece = fc.constantFrom(
    '',
    '"',
    '{',
    ']',
    ',',
    '-',
    '9',
    '1e9',
    'null',
    '"op"',
    '[[',
    '\u0000',
    '\n',
    '__proto__',
  );
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(12), piece, (at, removed, inserted) => {
      const changed = text.slice(0, at) + inserted + text.slice(at + removed);
      const error = thrown(() => decodeCase(changed));
      if (error === undefined) expect(decodeCase(encodeCase(decodeCase(changed)))).toEqual(decodeCase(changed));
      else refusalOf(changed);
    }),
    { seed: 35, numRuns: 1500 },
  );
});
