import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../corpus/folder.ts';
import { blkfuzz } from './program.ts';

const conformance = new URL('../given/histories.ndjson', import.meta.url);
const lines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test.each(['blkback', 'loop', 'direct'])('histories of runs on %s are judged as the runs were', (backend) => {
  const words = ['--seed', '6', '--backend', backend, '--mode', 'none,tag,drain-flush', '--emit-histories', '25'];
  const emitted = blkfuzz(words);
  expect(emitted.code, emitted.err).toBe(0);
  const judged = blkfuzz(['judge', '-', '--json'], { input: emitted.out });
  expect(judged.code, judged.err).toBe(1);
  expect(lines(judged.out)).toEqual(
    lines(emitted.out).map(({ name, violations }) => ({ format: 'blkfuzz.judge/1', name, violations })),
  );
});

test('documents of somebody else get the verdicts that they must get', () => {
  const text = readFileSync(conformance, 'utf8');
  const path = join(temporaryFolder(), 'histories.ndjson');
  writeFileSync(path, text);
  const { code, out } = blkfuzz(['judge', path, '--json']);
  expect(code).toBe(1);
  const names = ({ name, violations }: any) => [name, violations.map(({ guarantee }: any) => guarantee).sort()];
  expect(lines(out).map(names)).toEqual(lines(text).map(names));
});

test('a bad line is named with its place, the rest is judged, exit 2', () => {
  const [good] = blkfuzz(['--mode', 'drain-flush', '--seed', '1', '--emit-histories', '1']).out.split('\n');
  const input = Buffer.concat([
    Buffer.from(`${good}\n\n{"format": 1}\n`),
    Buffer.from([0xff, 10]),
    Buffer.from(`${good}\n[]`),
  ]);
  const { code, out, err } = blkfuzz(['judge', '-', 'nowhere'], { input });
  expect(code).toBe(2);
  expect(out).toBe('drain-flush-run-0: every guarantee holds\n'.repeat(2));
  expect(
    err
      .trimEnd()
      .split('\n')
      .map((line) => /^blkfuzz: (stdin:\d+|nowhere): /.exec(line)?.[1]),
  ).toEqual(['stdin:3', 'stdin:4', 'stdin:6', 'nowhere']);
});

test('a history that holds exits with 0', () => {
  const emitted = blkfuzz(['--mode', 'drain-flush', '--seed', '1', '--emit-histories', '5']).out;
  expect(blkfuzz(['judge', '-'], { input: emitted }).code).toBe(0);
});
