import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeCase } from '../../src/case/encode.ts';
import { foundName, saveFound } from '../../src/corpus/found.ts';
import { listCases, readCorpus } from '../../src/corpus/list.ts';
import { readCase } from '../../src/corpus/read.ts';
import { smallCase } from './case.ts';
import { temporaryFolder, thrown } from './folder.ts';

test('a found case is saved under a name made of its content, in folders made for it', () => {
  const folder = join(temporaryFolder(), 'corpus', 'found');
  const path = saveFound(folder, smallCase);
  expect(basename(path)).toMatch(/^tag-blkback-fsync-durability-[0-9a-f]{12}\.case\.json$/);
  const saved = readCase(path);
  expect(saved).toEqual({ ...smallCase, name: basename(path, '.case.json') });
  expect(foundName(saved)).toBe(saved.name);
});

test('finding a case again writes the same file', () => {
  const folder = temporaryFolder();
  const found = { version: '0.1.0', seed: '7', run: 12 };
  const first = saveFound(folder, { ...smallCase, found });
  const again = saveFound(folder, { ...smallCase, found: { ...found, run: 400 }, name: 'x', comment: 'again' });
  expect(again).toBe(first);
  expect(readdirSync(folder)).toEqual([basename(first)]);
  expect(readCase(first).found?.run).toBe(400);
});

test('cases that differ in anything that decides the run have names of their own', () => {
  const variants = [
    smallCase,
    { ...smallCase, schedule: ['g0.t0'] },
    { ...smallCase, crash: { step: 10 } },
    { ...smallCase, crash: { step: 9, image: [] } },
    { ...smallCase, scope: 'host' as const },
    { ...smallCase, stack: { ...smallCase.stack, ring: { slots: 4, start: 0 } } },
    { ...smallCase, expect: { integrity: 'holds' as const } },
  ];
  expect(new Set(variants.map(foundName)).size).toBe(variants.length);
});

test('the first violated guarantee in the order of the contract names the case; a case without one says none', () => {
  const expectations = { 'fsync-durability': 'violated', 'barrier-order': 'violated' } as const;
  expect(foundName({ ...smallCase, expect: expectations })).toMatch(/^tag-blkback-barrier-order-/);
  expect(foundName({ ...smallCase, expect: {} })).toMatch(/^tag-blkback-none-/);
});

test('a folder that cannot be made is one clear error', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  expect(thrown(() => saveFound(join(folder, 'file', 'found'), smallCase))).toMatchObject({ code: 'unwritable' });
});

test('the cases of a folder are listed by the bytes of their paths, those of deeper folders too', () => {
  const folder = temporaryFolder();
  const names = ['b.case.json', 'B.case.json', 'a/z.case.json', 'a.case.json', 'é.case.json', '\uff5e.case.json', '😀.case.json'];
  mkdirSync(join(folder, 'a'));
  for (const name of [...names, 'notes.json', '.case.json.tmp', 'README.md']) writeFileSync(join(folder, name), '');
  symlinkSync('..', join(folder, 'a', 'loop'));
  const listed = listCases([folder]).map((path) => path.slice(folder.length + 1));
  expect(listed).toEqual(['B.case.json', 'a.case.json', 'a/z.case.json', 'b.case.json', 'é.case.json', '\uff5e.case.json', '😀.case.json']);
});

test('a file named outright is taken whatever its name, in the order given; a missing path is unreadable', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'z'), '');
  writeFileSync(join(folder, 'a.case.json'), '');
  expect(listCases([join(folder, 'z'), folder])).toEqual([join(folder, 'z'), join(folder, 'a.case.json')]);
  expect(thrown(() => listCases([join(folder, 'none')]))).toMatchObject({
    code: 'unreadable',
    message: `${join(folder, 'none')}: cannot be read: no such file or folder (ENOENT)`,
  });
});

test('a bad file among many is an entry that says so', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'bad.case.json'), '{');
  writeFileSync(join(folder, 'good.case.json'), encodeCase(smallCase));
  const [bad, good] = readCorpus([folder]);
  expect(bad).toMatchObject({ path: join(folder, 'bad.case.json'), error: { code: 'bad-input' } });
  expect(good).toEqual({ path: join(folder, 'good.case.json'), case: smallCase });
  expect(readFileSync(join(folder, 'good.case.json'), 'utf8')).toBe(encodeCase(smallCase));
});
