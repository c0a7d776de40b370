import { expect, test } from 'vitest';
import { checkFileSizes, checkFunctionSizes, LONG_FILES, LONG_FUNCTIONS } from './sizes.ts';
import { filesUnder, readTree } from './tree.ts';

const tree = readTree();
const lines = (count: number) => 'x;\n'.repeat(count);
const file = (text: string) => [{ path: 'src/a.ts', text }];

test('files have at most 250 lines', () => {
  const files = ['src/', 'test/'].flatMap((folder) => filesUnder(tree, folder));
  expect(checkFileSizes([...files, ...filesUnder(tree, 'bin/', '.js')], LONG_FILES)).toEqual([]);
});

test('functions have at most 40 lines', () => {
  const files = [...filesUnder(tree, 'src/'), ...filesUnder(tree, 'bin/', '.js')];
  expect(checkFunctionSizes(files, LONG_FUNCTIONS)).toEqual([]);
});

test('a file over the limit is refused, one at the limit is not', () => {
  expect(checkFileSizes(file(lines(251)), {})).toEqual(['src/a.ts has 251 lines, allowed are 250: split it']);
  expect(checkFileSizes(file(lines(250)), {})).toEqual([]);
});

test('an exception holds for the size it was given for, and has to shrink with the file', () => {
  expect(checkFileSizes(file(lines(300)), { 'src/a.ts': 300 })).toEqual([]);
  expect(checkFileSizes(file(lines(301)), { 'src/a.ts': 300 })).toEqual([expect.stringContaining('allowed are 300')]);
  expect(checkFileSizes(file(lines(299)), { 'src/a.ts': 300 })).toEqual([expect.stringContaining('no longer has 300')]);
  expect(checkFileSizes([], { 'src/a.ts': 300 })).toEqual([expect.stringContaining('no longer has 300')]);
});

test.each([
  ['f', `function f() {\n${lines(39)}}`],
  ['m', `class A { m(): void {\n${lines(39)}} }`],
  ['g', `const g = () => {\n${lines(39)}};`],
  ['s', `const s = { s() {\n// }\nconst brace = '}';\n${lines(37)}} };`],
])('a function of 41 lines is refused whatever its form (%s)', (name, text) => {
  expect(checkFunctionSizes(file(text), {})).toEqual([`src/a.ts ${name} has 41 lines, allowed are 40: split it`]);
  expect(checkFunctionSizes(file(text.replace('x;\n', '')), {})).toEqual([]);
});

test('no exception allows a function of more than 70 lines', () => {
  const long = file(`function f() {\n${lines(69)}}`);
  expect(checkFunctionSizes(long, { 'src/a.ts f': 71 })).toEqual(['src/a.ts f has 71 lines, allowed are 70: split it']);
});
