import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../corpus/folder.ts';
import { logOf } from '../guest/stream/log-builder.ts';
import { blkfuzz, complaint, ROOT, shell } from './program.ts';

const zeros = new Uint8Array(1 << 22);
const binary = Uint8Array.from({ length: 100_000 }, (_, i) => (i * i * 31 + (i >> 3)) & 255);
const log = logOf([{ sector: 0, count: 8 }]);
const stream = readFileSync(join(ROOT, 'corpus/streams/ext4-rename.log.gz'));
const FILES: readonly (readonly [string, string | Uint8Array])[] = [
  ['an empty file', ''],
  ['a blank file', ' \n\n'],
  ['a truncated document', '{"format": "blkfuzz.case/1", "name": "x'],
  ['a binary file', binary],
  ['zeros', zeros],
  ['something else in JSON', '[1, 2]'],
  ['a document of another kind', '{"format": "blkfuzz.run/1"}'],
  ['a newer document', '{"format": "blkfuzz.case/2"}'],
  ['deeply nested JSON', '['.repeat(100_000)],
  ['a gzip of zeros', gzipSync(zeros)],
  ['half a gzip', stream.subarray(0, 5000)],
  ['a gzip with a broken middle', Buffer.concat([stream.subarray(0, 4000), binary.subarray(0, 4000)])],
  ['half a log', log.subarray(0, log.length - 100)],
  ['a log that promises too much', logOf([{ sector: 0, count: 8 }], { entryCount: 1n << 60n })],
];
const COMMANDS: readonly (readonly string[])[] = [
  ['replay'],
  ['explain'],
  ['shrink'],
  ['explore'],
  ['judge'],
  ['corpus', 'verify'],
  ['run', '--expect'],
  ['run', '--workload'],
];

test.each(FILES)('%s is refused by every command with one line that names it, exit 2', (_, content) => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'given'), content);
  for (const command of COMMANDS) {
    const ended = blkfuzz([...command, 'given'], { cwd });
    expect([command, ended.code, ended.out.replace('0 of 1 case came out as they say\n', '')]).toEqual([
      command,
      2,
      '',
    ]);
    expect(complaint(ended), command.join(' ')).toMatch(/^given(:\d+)?: /);
  }
});

test.each(COMMANDS)('a folder, or nothing at all, where %s wants a file is refused, exit 2', (...command) => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'folder'));
  for (const name of ['folder', 'nowhere']) {
    const ended = blkfuzz([...command, name], { cwd });
    expect(ended.code).toBe(2);
    expect(complaint(ended)).toMatch(
      ['corpus', 'explore'].includes(command[0]) && name === 'folder'
        ? /^no case in folder/
        : new RegExp(`^${name}: cannot be read`),
    );
  }
});

test.each([
  '{"format":"blkfuzz.case/1","name":"x","stack":{"mode":"tag","backend":"blkback"},"guests":[{"threads":[[{"op":"write","sector":64,"count":1}]]}],"schedule":[]}',
  '{"format":"blkfuzz.case/1","name":"x","stack":{"mode":"tag","backend":"blkback","disk":{"sectors":1e15}},"guests":[],"schedule":[]}',
  '{"format":"blkfuzz.case/1","name":"x","stack":{"mode":"tga","backend":"blkback"},"guests":[],"schedule":[]}',
  '{"format":"blkfuzz.case/1","name":"\\u001b[2J","stack":{"mode":"tag","backend":"blkback"},"guests":[],"schedule":[]}',
  '{"__proto__":{"format":"blkfuzz.case/1"}}',
])('the hostile case %s is refused, exit 2', (text) => {
  const ended = blkfuzz(['replay', '-'], { input: text });
  expect(ended.code).toBe(2);
  expect(complaint(ended)).toMatch(/^stdin: /);
});

test('an image that power loss cannot leave is refused and the sector named, exit 2', () => {
  const text =
    '{"format":"blkfuzz.case/1","name":"x","stack":{"mode":"tag","backend":"blkback"},"guests":[{"threads":[[{"op":"write","sector":5,"count":1}]]}],"schedule":[],"crash":{"step":0,"image":[[5,0]]}}';
  const ended = blkfuzz(['replay', '-'], { input: text });
  expect(ended.code).toBe(2);
  expect(complaint(ended)).toMatch(/^stdin: crash.image: .* sector 5$/);
});

test.each([
  ['--runs', '1e3'],
  ['--ops', '0'],
  ['--threads', '-1'],
  ['--sectors', '1.5'],
  ['--jobs', 'NaN'],
  ['--mode', 'tga'],
  ['--mode', 'negotiated'],
  ['--disk', 'cache=wb'],
  ['--only', 'fsync'],
  ['--run', '5', '--runs', '9'],
  ['--only', 'integrity', '--ignore', 'liveness'],
  ['--workload', 'x', '--ops', '4'],
  ['--disk', 'atomic=4096', '--sectors', '63'],
])('run %s %s %s %s is refused in one line, exit 2', (...words) => {
  const ended = blkfuzz(
    words.filter((word) => word !== undefined),
    { cwd: temporaryFolder() },
  );
  expect([ended.code, ended.out]).toEqual([2, '']);
  expect(complaint(ended)).not.toMatch(/NOT ONE LINE|defect/);
});

test.each([
  ['--version'],
  ['--help'],
  ['--mode', 'drain-flush', '--seed', '1', '--runs', '16'],
  ['--emit-histories', '50', '--seed', '1'],
  ['modes', '--json'],
])('results on a full disk (%s): one line, exit 74', (...words) => {
  const full = openSync('/dev/full', 'w');
  const ended = blkfuzz(words, { stdout: full });
  closeSync(full);
  expect(ended.code).toBe(74);
  expect(complaint(ended)).toMatch(/^standard output: cannot be written: no space left/);
});

test('files that cannot be written: one line, exit 74', () => {
  const cwd = temporaryFolder();
  const { out } = blkfuzz(['--mode', 'tag', '--seed', '1', '--json'], { cwd });
  const path = JSON.parse(out).violations[0].case;
  for (const words of [
    ['replay', path, '--image', '/dev/full'],
    ['replay', path, '--image', 'nowhere/x'],
    ['replay', path, '--trace', '.'],
    ['shrink', path, '-o', 'nowhere/x'],
  ]) {
    const ended = blkfuzz(words, { cwd });
    expect(ended.code, words.join(' ')).toBe(74);
    expect(complaint(ended)).toMatch(/cannot be written/);
  }
});

test('whoever closes stdout early gets no noise, and the exit code stays what it would have been', () => {
  const cwd = temporaryFolder();
  expect(shell('blkfuzz --mode tag --seed 1 --emit-histories 3000 2>&1 | head -c 20', cwd)).toMatch(/codes 0 0\n$/);
  expect(shell('blkfuzz --mode tag --seed 1 2>&1 | true', cwd)).toBe('codes 1 0\n');
  expect(shell('blkfuzz --emit-histories 300 --seed 1 | blkfuzz judge - 2>&1 | true', cwd)).toBe('codes 0 1 0\n');
});

test('a case of a stream that is too long to embed wants its log, that very log', () => {
  const cwd = temporaryFolder();
  const entries = Array.from({ length: 2100 }, (_, i) => ({ sector: (i % 64) * 8, count: 8 }));
  const flushed = [...entries, { sector: 0, count: 0, flags: 1 }];
  writeFileSync(join(cwd, 'a.log'), logOf(flushed));
  writeFileSync(join(cwd, 'b.log'), gzipSync(logOf([...flushed, ...flushed])));
  const words = ['--workload', 'a.log', '--mode', 'tag', '--seed', '1', '--no-shrink', '--json'];
  const found = blkfuzz(words, { cwd });
  expect(found.code, found.err).toBe(1);
  const { case: path } = JSON.parse(found.out).violations[0];
  expect(JSON.parse(readFileSync(join(cwd, path), 'utf8')).stream.entries).toBe(2101);
  expect(JSON.parse(found.out).replay).toBe(`npx blkfuzz replay ${path} --workload a.log`);
  expect(blkfuzz(['replay', path, '--workload', 'a.log'], { cwd }).code).toBe(0);
  const without = blkfuzz(['replay', path], { cwd });
  expect([without.code, complaint(without)]).toEqual([
    2,
    `${path}: the case refers to a recorded stream; give the log with --workload`,
  ]);
  const other = blkfuzz(['replay', path, '--workload', 'b.log'], { cwd });
  expect(other.code).toBe(2);
  expect(complaint(other)).toMatch(/the log of --workload is another one/);
});

test('a device that never ends is refused like a file that is too large', () => {
  for (const words of [['replay'], ['judge'], ['run', '--expect'], ['run', '--workload']]) {
    const { code, err } = blkfuzz([...words, '/dev/zero']);
    expect([words, code, err.trimEnd().split('\n').length]).toEqual([words, 2, 1]);
  }
});

test('replay writes neither over the case it reads nor twice into one file', () => {
  const cwd = temporaryFolder();
  const litmus = readFileSync(join(ROOT, 'corpus/litmus/tag-fsync-lost.case.json'));
  writeFileSync(join(cwd, 'case.json'), litmus);
  expect(blkfuzz(['replay', 'case.json', '--image', './case.json'], { cwd }).code).toBe(2);
  expect(blkfuzz(['replay', 'case.json', '--image', 'out', '--trace', 'out'], { cwd }).code).toBe(2);
  expect(readFileSync(join(cwd, 'case.json')).equals(litmus)).toBe(true);
});

test('a device too small for the recorded stream is refused, naming what it needs', () => {
  const { code, err } = blkfuzz(['--workload', join(ROOT, 'corpus/streams/ext4-rename.log.gz'), '--sectors', '64']);
  expect(code).toBe(2);
  expect(err).toContain('131072');
});
