import { expect, test } from 'vitest';
import { checkCycles, checkLayers } from './layers.ts';
import { filesUnder, readTree } from './tree.ts';

const sources = filesUnder(readTree(), 'src/');
const layers = (path: string, text: string) => checkLayers([{ path, text }]);

test('imports go downwards only, and each package stays in its place', () => {
  expect(checkLayers(sources)).toEqual([]);
});

test('no files import each other in a ring', () => {
  expect(checkCycles(sources)).toEqual([]);
});

test.each([
  [
    'src/stack/a.ts',
    "import { judge } from '../contract/judge.ts';",
    /^src\/stack\/a.ts:1 imports .* may import base\//,
  ],
  ['src/stack/a.ts', "import type { Judge } from '../contract/judge.ts';", /stack\/ may import/],
  ['src/stack/disk/a.ts', "export * from '../../power/image.ts';", /stack\/ may import/],
  ['src/contract/a.ts', "const f = () => import('../stack/stack.ts');", /contract\/ may import/],
  ['src/contract/a.ts', "let x: import('../guest/operation.ts').Operation;", /contract\/ may import/],
  ['src/stack/a.ts', "import { any } from '../guest/arbitrary.ts';", /stack\/ may import/],
  ['src/guest/program.ts', "import { any } from './arbitrary.ts';", /guest\/program.ts may import/],
  ['src/case/a.ts', "import { step } from '../stack/stack.ts';", /case\/ may import/],
  ['src/corpus/a.ts', "import { run } from '../fuzz/run.ts';", /corpus\/ may import/],
  ['src/cli/a.ts', "import { helper } from '../../test/helper.ts';", /nothing outside src/],
  ['src/cli/a.ts', "import { b } from './b.js';", /carry the .ts extension/],
  ['src/stack/a.ts', "import seedrandom from 'seedrandom';", /only base\/random.ts may/],
  ['src/fuzz/a.ts', "import { readFileSync } from 'node:fs';", /only corpus\/, .* may/],
  ['src/cli/a.ts', "import { readFileSync } from 'fs';", /write node:fs/],
  ['src/cli/a.ts', "import left from 'left-pad';", /left-pad has no place yet/],
  ['src/misc/a.ts', '', /lies in no layer/],
])('%s with %s is refused', (path, text, complaint) => {
  expect(layers(path, text)).toEqual([expect.stringMatching(complaint)]);
});

test.each([
  ['src/stack/a.ts', "import { KIND } from '../base/history.ts'; import type { Program } from '../guest/program.ts';"],
  ['src/case/a.ts', "import { MODES } from '../stack/config.ts'; import * as v from 'valibot';"],
  ['src/corpus/a.ts', "import { createHash } from 'node:crypto'; import { decode } from '../case/decode.ts';"],
  ['src/cli/a.ts', "import { run } from '../campaign/run.ts'; import { Command } from 'commander';"],
  ['src/blkfuzz.ts', "export { runCase } from './fuzz/run.ts';"],
])('%s with %s is fine', (path, text) => {
  expect(layers(path, text)).toEqual([]);
});

test('a ring is found however long it is, through type-only imports too', () => {
  const ring = [
    { path: 'src/base/a.ts', text: "import './b.ts';" },
    { path: 'src/base/b.ts', text: "import type { C } from './c.ts';" },
    { path: 'src/base/c.ts', text: "export * from './a.ts';" },
  ];
  expect(checkCycles(ring)).toEqual([
    'src/base/a.ts -> src/base/b.ts -> src/base/c.ts -> src/base/a.ts: move what they share into a file below both',
  ]);
  expect(checkCycles(ring.slice(0, 2))).toEqual([]);
});
