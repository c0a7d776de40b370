import { expect, test } from 'vitest';
import { checkBanned } from './banned.ts';
import { readTree } from './tree.ts';

const banned = (path: string, text: string) => checkBanned([{ path, text }]);
const host = ['registry', 'example', 'org'].join('.');
const folder = ['', 'tmp', 'x'].join('/');

test('no file says what is banned', () => {
  expect(checkBanned(readTree())).toEqual([]);
});

test.each([
  ['src/stack/a.ts', 'const now = Date.now();', 'Date'],
  ['src/fuzz/a.ts', 'const now = new Date();', 'Date'],
  ['src/fuzz/a.ts', 'const now = performance.now();', 'performance'],
  ['src/fuzz/a.ts', 'setTimeout(run, 1);', 'setTimeout'],
  ['src/cli/a.ts', 'const x = Math.random();', 'Math.random'],
  ['src/case/a.ts', 'const x = process.env;', 'process.'],
  ['src/case/a.ts', 'const { env } = process;', 'process;'],
  ['src/case/a.ts', 'const world = globalThis;', 'globalThis'],
  ['src/case/a.ts', 'const x = `${process.argv[0]}`;', 'process.'],
  ['src/base/a.ts', "console.log('x');", 'console.'],
  ['src/cli/a.ts', 'names.sort((a, b) => a.localeCompare(b));', 'localeCompare'],
  ['src/report/a.ts', 'count.toLocaleString();', 'toLocaleString'],
  ['test/a.test.ts', "test.only('x', () => {});", 'test.only'],
  ['test/a.test.ts', "describe.skip('x', () => {});", 'describe.skip'],
  ['test/a.test.ts', "vi.mock('../src/a.ts');", 'vi.mock'],
  ['test/a.test.ts', "test('x', { retry: 2 }, () => {});", 'retry:'],
  ['src/cli/a.ts', `// ${'TO'}DO later`, 'TODO'],
  ['bin/a.js', `throw new Error('${'not'} implemented');`, 'not implemented'],
  ['docs/a.md', `look at ${folder}`, folder.slice(0, -1)],
  ['package-lock.json', `"https://${host}/x.tgz"`, host.slice(0, 10)],
  ['package-lock.json', '"resolved": "x"', '"resolved":'],
])('%s with %s is refused', (path, text, word) => {
  expect(banned(path, text)).toEqual([expect.stringContaining(`${path}:1 says ${word}: `)]);
});

test.each([
  ['src/stack/a.ts', "// no Date here\nconst text = 'a process. of Date.now()';"],
  ['src/stack/a.ts', 'function process(step: number) { return { process: step }; } queue.process(1);'],
  ['src/cli/a.ts', 'const started = Date.now(); console.log(process.argv);'],
  ['test/a.test.ts', "spawn({ text: 'test.skip()' });"],
  ['docs/a.md', 'the disk is /dev/sda, the cache /var/tmp-like'],
])('%s with %s is fine', (path, text) => {
  expect(banned(path, text)).toEqual([]);
});

test('a complaint names the line and the mend', () => {
  expect(banned('src/fuzz/a.ts', '\n\nconst x = Math.random();')).toEqual([
    'src/fuzz/a.ts:3 says Math.random: draw from a fork of base/random.ts',
  ]);
});
