import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../corpus/folder.ts';
import { blkfuzz, complaint, ROOT } from './program.ts';

const SMALL = [
  'matrix',
  '--backend',
  'blkback',
  '--mode',
  'tag,drain-flush',
  '--disk',
  'write-back',
  '--disk',
  'cache=none,depth=2',
];

test('matrix --json gives the same bytes whatever the number of threads', () => {
  const one = blkfuzz([...SMALL, '--runs', '2', '--json', '--jobs', '1']);
  const three = blkfuzz([...SMALL, '--runs', '2', '--json', '--jobs', '3']);
  expect(one.code).toBe(0);
  expect(three.out).toBe(one.out);
  const { format, disks, cells } = JSON.parse(one.out);
  expect(format).toBe('blkfuzz.matrix/1');
  expect(disks['cache=none,depth=2']).toEqual({ cache: 'none', depth: 2 });
  expect(cells.map((cell: { verdicts: Record<string, string> }) => cell.verdicts['fsync-durability'])).toEqual([
    'holds-exhausted',
    'holds-exhausted',
    'violated',
    'holds-exhausted',
  ]);
});

test('matrix --case says the weakest mode, matrix --html writes a page', () => {
  const page = join(temporaryFolder(), 'matrix.html');
  const lost = join(ROOT, 'corpus/litmus/tag-fsync-lost.case.json');
  const words = [
    'matrix',
    '--case',
    lost,
    '--backend',
    'blkback',
    '--disk',
    'write-through,write-back',
    '--html',
    page,
  ];
  const { code, out } = blkfuzz(words);
  expect(code).toBe(0);
  expect(out).toContain('blkback, crash power, write-through: none\n');
  expect(out).toContain('blkback, crash power, write-back: tag-fua\n');
  expect(existsSync(page)).toBe(true);
  expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>/);
});

test('matrix --backend-options gives each backend the options that it has', () => {
  const shape = ['--mode', 'drain-flush', '--disk', 'write-back', '--every', '0', '--runs', '0', '--json'];
  const options = ['--backend-options', 'image=sparse,fdatasync=yes'];
  const { code, out } = blkfuzz(['matrix', '--backend', 'blkback,tapdisk,tapdisk-vhd', ...options, ...shape]);
  expect(code).toBe(0);
  const { cells } = JSON.parse(out);
  const given = cells.map((cell: { backend: string; backendOptions?: unknown }) => [cell.backend, cell.backendOptions]);
  expect(given).toEqual([
    ['blkback', undefined],
    ['tapdisk', { image: 'sparse', fdatasync: true }],
    ['tapdisk-vhd', { fdatasync: true }],
  ]);
  const flush = cells.map((cell: { verdicts: Record<string, string> }) => cell.verdicts['flush-durability']);
  expect(flush).toEqual(['holds-exhausted', 'holds-exhausted', 'holds-exhausted']);
  expect(complaint(blkfuzz(['matrix', '--backend', 'tapdisk', '--backend-options', 'preallocate=yes']))).toContain(
    'preallocate',
  );
});

test('matrix --case takes the options of the case along', () => {
  const kept = join(ROOT, 'corpus/litmus/tapdisk-sparse-flush-kept-by-fdatasync.case.json');
  const { code, out } = blkfuzz(['matrix', '--case', kept, '--backend', 'tapdisk', '--disk', 'write-back']);
  expect(code).toBe(0);
  expect(out).toMatch(/^tapdisk .*image=sparse/);
  expect(out).toContain('drain-flush  ✓');
});

test('matrix --workload finds the weakest mode of a recorded stream', () => {
  const stream = join(ROOT, 'corpus/streams/ext4-sqlite-wal.log.gz');
  const words = [
    'matrix',
    '--workload',
    stream,
    '--backend',
    'blkback',
    '--disk',
    'write-back',
    '--runs',
    '1',
    '--json',
  ];
  const { code, out } = blkfuzz([...words, '--mode', 'tag,drain-flush']);
  expect(code).toBe(0);
  expect(JSON.parse(out).weakest).toEqual([
    { backend: 'blkback', scope: 'power', disk: 'write-back', mode: 'drain-flush', exhausted: false },
  ]);
});

test('matrix refuses in one line', () => {
  const refusals: [string[], RegExp][] = [
    [['--disk', 'floppy'], /^--disk: unknown disk 'floppy'/],
    [['--disk', 'cache=gone'], /^--disk cache: unknown value/],
    [['--mode', 'tagged'], /^--mode: unknown mode 'tagged'/],
    [['--case', 'a', '--workload', 'b'], /^--case and --workload contradict each other/],
    [['--case', 'a', '--runs', '3'], /^--case and --runs contradict each other/],
    [['--workload', 'a', '--states', '3'], /^--workload and --states contradict each other/],
  ];
  for (const [words, line] of refusals) {
    const ended = blkfuzz(['matrix', ...words]);
    expect(ended.code).toBe(2);
    expect(complaint(ended)).toMatch(line);
  }
});

test('matrix says at once when the page cannot be written', () => {
  const ended = blkfuzz([...SMALL, '--html', join(tmpdir(), 'no such folder', 'matrix.html')]);
  expect(ended.code).toBe(74);
  expect(complaint(ended)).toMatch(/cannot be written/);
});
