import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { makeFolder, writeFileAtomically } from '../../src/corpus/write.ts';
import { temporaryFolder, thrown } from './folder.ts';

test('a new file holds what was written, text or bytes, and nothing is left beside it', () => {
  const folder = temporaryFolder();
  writeFileAtomically(join(folder, 'text'), 'é\n');
  writeFileAtomically(join(folder, 'bytes'), Uint8Array.of(0, 255, 10));
  expect(readFileSync(join(folder, 'text'), 'utf8')).toBe('é\n');
  expect([...readFileSync(join(folder, 'bytes'))]).toEqual([0, 255, 10]);
  expect(readdirSync(folder).sort()).toEqual(['bytes', 'text']);
});

test('an existing file is replaced as a whole: who has the old one open still reads it', () => {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, 'old');
  const before = statSync(path).ino;
  writeFileAtomically(path, 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(statSync(path).ino).not.toBe(before);
});

test('a reader beside the writer sees the old file or the new one, never half', async () => {
  const path = join(temporaryFolder(), 'file');
  const contents = ['a', 'b'].map((letter) => letter.repeat(100_000));
  writeFileSync(path, contents[0]);
  const reader = new Worker(
    `const { workerData, parentPort } = require('node:worker_threads');
     const { readFileSync } = require('node:fs');
     const seen = new Set();
     for (let i = 0; i < 300; i++) {
       const text = readFileSync(workerData, 'utf8');
       seen.add(text.length + [...new Set(text)].join(''));
       if (i === 0) parentPort.postMessage('reading');
     }
     parentPort.postMessage([...seen]);`,
    { eval: true, workerData: path },
  );
  const seen = await new Promise<string[]>((resolve, reject) => {
    reader.on('error', reject);
    reader.on('message', (message: string | string[]) => {
      if (typeof message !== 'string') return resolve(message);
      for (let i = 1; i <= 60; i++) writeFileAtomically(path, contents[i % 2]);
    });
  });
  expect(seen.filter((what) => what !== '100000a' && what !== '100000b')).toEqual([]);
});

test('a link to a file stays a link, and the file it leads to is replaced', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'kept'));
  writeFileSync(join(folder, 'kept', 'file'), 'old');
  symlinkSync(join('kept', 'file'), join(folder, 'link'));
  writeFileAtomically(join(folder, 'link'), 'new');
  expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(folder, 'kept', 'file'), 'utf8')).toBe('new');
});

test('a file over a folder is refused, the folder stays, nothing is left behind', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'taken'));
  writeFileSync(join(folder, 'taken', 'inside'), 'kept');
  const error = thrown(() => writeFileAtomically(join(folder, 'taken'), 'x'));
  expect(error).toMatchObject({ code: 'unwritable', exitCode: 74, remedy: 'name a file, not a folder' });
  expect(error).toMatchObject({ message: `${join(folder, 'taken')}: cannot be written: is a folder (EISDIR)` });
  expect(readdirSync(folder)).toEqual(['taken']);
  expect(readdirSync(join(folder, 'taken'))).toEqual(['inside']);
});

test('a folder that is a file or is not there is refused with a remedy', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), 'kept');
  expect(thrown(() => writeFileAtomically(join(folder, 'file', 'x'), 'x'))).toMatchObject({
    code: 'unwritable',
    message: expect.stringMatching(/: cannot be written: .*\(ENOTDIR\)$/),
    remedy: expect.any(String),
  });
  expect(thrown(() => writeFileAtomically(join(folder, 'none', 'x'), 'x'))).toMatchObject({
    code: 'unwritable',
    message: expect.stringMatching(/\(ENOENT\)$/),
    remedy: 'create the folder first or choose another one',
  });
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('kept');
  expect(readdirSync(folder)).toEqual(['file']);
});

test('when the new file cannot take the place of the old one, its draft is removed', () => {
  const folder = temporaryFolder();
  const path = `${join(folder, 'file')}/`;
  expect(thrown(() => writeFileAtomically(path, 'x'))).toMatchObject({ code: 'unwritable' });
  expect(readdirSync(folder)).toEqual([]);
});

test('a full device says so and stays a device', () => {
  expect(thrown(() => writeFileAtomically('/dev/full', 'x'))).toMatchObject({
    code: 'unwritable',
    message: '/dev/full: cannot be written: no space left (ENOSPC)',
    remedy: 'make room or choose another folder',
  });
  expect(lstatSync('/dev/full').isCharacterDevice()).toBe(true);
  writeFileAtomically('/dev/null', 'x');
  expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
});

test('when writing fails midway, the old file is as it was and the draft is removed', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), 'old');
  // No content at all: the draft has been made when that comes out, and it is no fault of the file system.
  expect(thrown(() => writeFileAtomically(join(folder, 'file'), null as never))).toBeInstanceOf(TypeError);
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['file']);
});

test('a path never breaks the line of its error', () => {
  const error = thrown(() => writeFileAtomically('/nowhere\n\u001b[31m/x', 'x'));
  expect(error).toMatchObject({ message: '/nowhere??[31m/x: cannot be written: no such file or folder (ENOENT)' });
});

test('a folder is made with those above it, once', () => {
  const folder = temporaryFolder();
  makeFolder(join(folder, 'a', 'b', 'c'));
  makeFolder(join(folder, 'a', 'b', 'c'));
  expect(statSync(join(folder, 'a', 'b', 'c')).isDirectory()).toBe(true);
  writeFileSync(join(folder, 'file'), '');
  expect(thrown(() => makeFolder(join(folder, 'file')))).toMatchObject({ code: 'unwritable' });
  expect(thrown(() => makeFolder(join(folder, 'file', 'below')))).toMatchObject({ code: 'unwritable' });
});
