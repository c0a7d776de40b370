import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decodeExpectations, surprises } from '../../src/cli/run/expected.ts';
import { GUARANTEES } from '../../src/contract/guarantees.ts';
import { MODES } from '../../src/stack/config.ts';

test('what is expected of every night names every mode and every guarantee of the contract', () => {
  const text = readFileSync(new URL('../../corpus/expected.json', import.meta.url), 'utf8');
  const expectations = decodeExpectations(JSON.parse(text), 'expected.json');
  expect(Object.keys(expectations)).toEqual([...MODES]);
  for (const mode of MODES)
    expect(Object.keys(expectations[mode]!)).toEqual(GUARANTEES.filter((name) => name !== 'guest-promise'));
});

test.each([
  [[], /^x: expected an object: mode × guarantee → verdict/],
  [{ tga: {} }, /^x: unknown mode 'tga' \(did you mean tag\?\)/],
  [{ tag: 1 }, /^x: tag: expected an object: guarantee → verdict/],
  [
    { tag: { 'fsync-durabilty': 'holds' } },
    /^x: tag: unknown guarantee 'fsync-durabilty' \(did you mean fsync-durability\?\)/,
  ],
  [{ tag: { integrity: 'hold' } }, /^x: tag.integrity: unknown verdict 'hold' \(did you mean holds\?\)/],
  [{ tag: { integrity: 3 } }, /^x: tag.integrity: unknown verdict '3'/],
  [{ format: 'blkfuzz.expected/2' }, /^x: format: expected 'blkfuzz.expected\/1'/],
])('%j is refused', (json, message) => {
  expect(() => decodeExpectations(json, 'x')).toThrow(message);
});

test('a violation that nobody expected surprises, and so does one that stays away', () => {
  const expectations = decodeExpectations({ tag: { integrity: 'violated', liveness: 'n/a' } }, 'x');
  expect(
    surprises(expectations, [
      { name: 'tag', verdicts: { integrity: 'holds', liveness: 'holds', protocol: 'violated' } },
      { name: 'none', verdicts: { integrity: 'violated', liveness: 'n/a' } },
    ]),
  ).toEqual([
    { mode: 'tag', guarantee: 'integrity', expected: 'violated', found: 'holds' },
    { mode: 'tag', guarantee: 'protocol', expected: 'holds', found: 'violated' },
    { mode: 'none', guarantee: 'integrity', expected: 'holds', found: 'violated' },
  ]);
});

test('a guarantee that was not judged surprises nobody', () => {
  expect(surprises({ tag: { integrity: 'violated' } }, [{ name: 'tag', verdicts: {} }])).toEqual([]);
});
