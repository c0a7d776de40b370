import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../corpus/folder.ts';
import { blkfuzz, complaint } from './program.ts';

test('mutants --json lists the catalogue', () => {
  const { code, out } = blkfuzz(['mutants', 'B18', 'G12', '--json']);
  expect(code).toBe(0);
  const { format, mutants } = JSON.parse(out);
  expect(format).toBe('blkfuzz.mutants/1');
  expect(mutants).toMatchObject([
    {
      id: 'B18',
      grade: 'historical',
      planted: false,
      reason: expect.stringMatching(/^needs a guest that changes shared memory/),
    },
    { id: 'G12', grade: 'protocol', guarantee: 'barrier-order', planted: true, scope: 'power' },
  ]);
});

test('mutants --kill gives the same bytes whatever the number of threads, and cases that replay', () => {
  const folder = temporaryFolder();
  const words = ['mutants', 'B01', 'B18', 'G12', '--kill', '--seeds', '2', '--keep', folder, '--json'];
  const one = blkfuzz([...words, '--jobs', '1']);
  const two = blkfuzz([...words, '--jobs', '2']);
  expect(one.code).toBe(0);
  expect(two.out).toBe(one.out);
  const { mutants } = JSON.parse(one.out);
  expect(mutants.map(({ state }: { state: string }) => state)).toEqual(['killed', 'not planted', 'killed']);
  const cases = readdirSync(folder).map((name) => join(folder, name));
  expect(cases).toHaveLength(4);
  expect(blkfuzz(['replay', ...cases]).code).toBe(0);
});

test('a mutant that no run finds is no success', () => {
  const { code, out } = blkfuzz(['mutants', 'G04', '--kill', '--seeds', '1', '--runs', '1', '--jobs', '1']);
  expect(code).toBe(1);
  expect(out).toMatch(/^G04 {2}(survived|not exercised)$/m);
});

test('mutants refuses in one line', () => {
  const refusals: [string[], RegExp][] = [
    [['B99'], /^unknown mutant 'B99'/],
    [['B18', '--kill'], /^B18 is not planted: needs a guest that changes shared memory/],
    [['--seeds', '2'], /^--seeds goes with --kill/],
    [['--runs', '2'], /^--runs goes with --kill or --control/],
    [['--json', '--markdown'], /^--markdown and --json contradict each other/],
    [['--kill', '--control'], /^--kill and --control contradict each other/],
  ];
  for (const [words, line] of refusals) {
    const ended = blkfuzz(['mutants', ...words]);
    expect(ended.code).toBe(2);
    expect(complaint(ended)).toMatch(line);
  }
});
