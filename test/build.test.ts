import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const project = fileURLToPath(new URL('..', import.meta.url));
let root: string;

/** A checkout with a source of one line, built by the real build. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'blkfuzz-build-'));
  for (const name of ['bin', 'package.json', 'tsconfig.json'])
    cpSync(join(project, name), join(root, name), { recursive: true });
  symlinkSync(join(project, 'node_modules'), join(root, 'node_modules'));
  mkdirSync(join(root, 'src'));
  write('export const answer: number = 42;\n');
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (text: string) => writeFileSync(join(root, 'src/a.ts'), text);
const built = () => readFileSync(join(root, 'dist/a.js'), 'utf8');
const distTime = () => statSync(join(root, 'dist/a.js')).mtimeMs;
const leftovers = () => readdirSync(root).filter((name) => name.startsWith('.build'));

function build(): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, 'bin/build.js')], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

test('a build says nothing, and a second one leaves a fresh dist alone', async () => {
  expect(await build()).toEqual({ code: 0, output: '' });
  const time = distTime();
  expect(await build()).toEqual({ code: 0, output: '' });
  expect(distTime()).toBe(time);
});

test('a changed source, an added one, a lost output and changed settings are built again', async () => {
  await build();
  write('export const answer: number = 43;\n');
  await build();
  expect(built()).toContain('43');
  writeFileSync(join(root, 'src/b.ts'), 'export {};\n');
  rmSync(join(root, 'dist/a.js'));
  await build();
  expect(readdirSync(join(root, 'dist'))).toEqual(expect.arrayContaining(['a.js', 'a.d.ts', 'b.js']));
  const settings = readFileSync(join(root, 'tsconfig.json'), 'utf8');
  writeFileSync(
    join(root, 'tsconfig.json'),
    settings.replace('"declaration": true,', '"declaration": true, "removeComments": true,'),
  );
  const time = distTime();
  await build();
  expect(distTime()).not.toBe(time);
});

test('a removed source leaves no output behind', async () => {
  writeFileSync(join(root, 'src/b.ts'), 'export {};\n');
  await build();
  rmSync(join(root, 'src/b.ts'));
  await build();
  expect(readdirSync(join(root, 'dist')).filter((name) => name.startsWith('b.'))).toEqual([]);
});

test('a constant of another module is put where it is named, and a name declared again is left alone', async () => {
  const other = ['WIDTH = 8', 'END: number = 2 * WIDTH', 'BIT = { low: 1 } as const'];
  writeFileSync(join(root, 'src/b.ts'), other.map((text) => `export const ${text};`).join('\n'));
  write(`import { BIT, END, WIDTH } from './b.ts';
export const sum = (x: number): number => (x & END) - BIT.low;
export const named: object = { WIDTH, BIT: WIDTH };
export const again = (WIDTH: number): number => WIDTH + 1;
`);
  await build();
  expect(built()).toContain('(x & 16) - 1');
  const { sum, named, again } = await import(join(root, 'dist/a.js'));
  expect([sum(17), named, again(1)]).toEqual([15, { WIDTH: 8, BIT: 8 }, 2]);
});

test('what a module imports from another becomes a constant of its own, under the name it has there', async () => {
  writeFileSync(join(root, 'src/b.ts'), 'export const one = (): number => 1;\nexport class Two {\n  of = 2;\n}\n');
  write(`import { one, Two as Pair } from './b.ts';
import { sep } from 'node:path';
export const sum = (): number => one() + new Pair().of + sep.length;
export const shadowed = (one: number): number => one + 1;
export class Three extends Pair {}
`);
  await build();
  expect(built()).toContain('const one = $one, Pair = $Pair;');
  expect(built()).toContain("import { sep } from 'node:path';");
  const { sum, shadowed, Three } = await import(join(root, 'dist/a.js'));
  expect([sum(), shadowed(1), new Three().of]).toEqual([4, 2, 2]);
});

test('an assert says its message only where its condition is false, and takes no else along', async () => {
  write(`export let said = 0;
function assert(condition: boolean, message: number): void {
  if (!condition) throw new Error(String(message));
}
export function check(outer: boolean, inner: boolean): number {
  if (outer) assert(inner, ++said);
  else return 2;
  return 1;
}
`);
  await build();
  const a = await import(join(root, 'dist/a.js'));
  expect([a.check(true, true), a.check(false, false), a.said]).toEqual([1, 2, 0]);
  expect(() => a.check(true, false)).toThrow('1');
});

test('a source that does not compile keeps the old dist, says why and exits 1', async () => {
  await build();
  write('export const answer: number = "42";\n');
  expect(await build()).toEqual({ code: 1, output: expect.stringMatching(/src\/a\.ts.*TS2322/) });
  expect(built()).toContain('42;');
  expect(leftovers()).toEqual([]);
});

test('many builds at once all succeed, leave one whole dist and no leftovers', async () => {
  mkdirSync(join(root, '.build-999999999/base'), { recursive: true });
  const results = await Promise.all(Array.from({ length: 4 }, build));
  expect(results).toEqual(results.map(() => ({ code: 0, output: '' })));
  expect(built()).toContain('42');
  expect(leftovers()).toEqual([]);
});

test('without a compiler or without sources an existing dist is taken as it is', async () => {
  await build();
  write('export const answer: number = 43;\n');
  rmSync(join(root, 'node_modules'));
  expect(await build()).toEqual({ code: 0, output: '' });
  rmSync(join(root, 'src'), { recursive: true });
  expect(await build()).toEqual({ code: 0, output: '' });
  expect(built()).toContain('42');
});

test('without a compiler and without a dist the build says what to do', async () => {
  rmSync(join(root, 'node_modules'));
  expect(await build()).toEqual({ code: 1, output: expect.stringContaining('run npm ci') });
});
