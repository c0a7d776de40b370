import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CASE_LIMITS } from '../../src/case/case.ts';
import { encodeCase } from '../../src/case/encode.ts';
import { caseFromBytes, readCase } from '../../src/corpus/read.ts';
import { smallCase } from './case.ts';
import { temporaryFolder, thrown } from './folder.ts';

const text = encodeCase(smallCase);

test('a case file is read as the case it holds, with or without a byte order mark', () => {
  const path = join(temporaryFolder(), 'small.case.json');
  writeFileSync(path, text);
  expect(readCase(path)).toEqual(smallCase);
  writeFileSync(path, `\ufeff${text}`);
  expect(readCase(path)).toEqual(smallCase);
});

test.each<[string, string | Uint8Array, RegExp]>([
  ['empty', '', /: empty: expected a blkfuzz\.case\/1 document$/],
  ['binary', Uint8Array.of(0x7f, 0x45, 0, 0), /: a binary file; expected a blkfuzz\.case\/1 document$/],
  ['not UTF-8', Uint8Array.of(0x22, 0xff, 0x22), /: not UTF-8; expected a blkfuzz\.case\/1 document$/],
  ['truncated', text.slice(0, -40), /: not JSON: |column \d+: not JSON: /],
  ['a history', '{"format": "blkfuzz.history/1"}', /: format: expected a case/],
  ['wrong in one place', text.replace('"sector": 8', '"sector": 64'), /: guests\[0\]\.threads\[0\]\[0\]\.sector: /],
])('a file that is %s gets one line that starts with its path', (_, content, line) => {
  const path = join(temporaryFolder(), 'x.case.json');
  writeFileSync(path, content);
  const error = thrown(() => readCase(path)) as Error;
  expect(error).toMatchObject({ code: 'bad-input', exitCode: 2, message: expect.stringMatching(line) });
  expect(error.message.startsWith(`${path}: `)).toBe(true);
  expect(error.message).not.toContain('\n');
});

test('a remedy survives on its way through the file', () => {
  const bytes = new TextEncoder().encode('{"format": "blkfuzz.case/2"}');
  expect(thrown(() => caseFromBytes('stdin', bytes))).toMatchObject({
    message: 'stdin: format: "blkfuzz.case/2" was written by a newer blkfuzz; expected "blkfuzz.case/1"',
    remedy: 'use the version of blkfuzz that wrote it, or a later one',
  });
});

test('a folder, a missing file and a path through a file are unreadable', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'folder.case.json'));
  writeFileSync(join(folder, 'file'), text);
  const lines = [join(folder, 'folder.case.json'), join(folder, 'none'), join(folder, 'file', 'x')].map((path) => {
    const error = thrown(() => readCase(path));
    expect(error).toMatchObject({ code: 'unreadable', exitCode: 2 });
    return (error as Error).message.slice(folder.length + 1);
  });
  expect(lines).toEqual([
    'folder.case.json: cannot be read: is a folder (EISDIR)',
    'none: cannot be read: no such file or folder (ENOENT)',
    'file/x: cannot be read: a part of the path is not a folder (ENOTDIR)',
  ]);
});

test('a file that is too large, or never ends, is refused', () => {
  const path = join(temporaryFolder(), 'large.case.json');
  writeFileSync(path, '');
  truncateSync(path, CASE_LIMITS.textSizeMax + 1);
  for (const large of [path, '/dev/zero'])
    expect(thrown(() => readCase(large))).toMatchObject({
      code: 'bad-input',
      message: `${large}: too large: expected a case of at most 134217728 bytes`,
    });
});
