import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../corpus/folder.ts';
import { blkfuzz, complaint } from './program.ts';

/** A case as it was found, not shrunk. */
let found: string;
beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'blkfuzz-cases-'));
  const { out } = blkfuzz(['--mode', 'tag', '--seed', '1', '--no-shrink', '--json', '--corpus', folder]);
  found = readFileSync(JSON.parse(out).violations[0].case, 'utf8');
  rmSync(folder, { recursive: true });
});

/** A folder with the case in it as a.case.json. */
function folderWithCase(text: string = found): string {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'a.case.json'), text);
  return cwd;
}
const parsed = () => JSON.parse(found);
const violatedOf = (c: any) => Object.keys(c.expect).find((name) => c.expect[name] === 'violated')!;

test('a case replays from a file and from stdin', () => {
  const cwd = folderWithCase();
  const fromFile = blkfuzz(['replay', 'a.case.json', '--json'], { cwd });
  const fromStdin = blkfuzz(['replay', '-', '--json'], { cwd, input: found });
  expect([fromFile.code, fromStdin.code]).toEqual([0, 0]);
  const [one] = JSON.parse(fromFile.out).cases;
  expect(one).toMatchObject({ asExpected: true, stable: true, differences: [], verdicts: parsed().expect });
  expect(JSON.parse(fromStdin.out).cases[0]).toEqual({ ...one, file: 'stdin' });
});

test('a case that comes out differently is named with what differs, exit 1', () => {
  const c = parsed();
  const guarantee = violatedOf(c);
  c.expect[guarantee] = 'holds';
  const { code, out } = blkfuzz(['replay', 'a.case.json'], { cwd: folderWithCase(JSON.stringify(c)) });
  expect(code).toBe(1);
  expect(out).toContain(`a.case.json: ${guarantee}: expected holds, found violated`);
});

test('a bad file among several is named, the rest replayed, exit 2', () => {
  const cwd = folderWithCase();
  const ended = blkfuzz(['replay', 'nowhere', 'a.case.json', '--json'], { cwd });
  expect(ended.code).toBe(2);
  expect(complaint(ended)).toMatch(/^nowhere: cannot be read/);
  expect(JSON.parse(ended.out).cases.map(({ asExpected }: any) => asExpected)).toEqual([undefined, true]);
});

test('the history of a case is judged as the case was', () => {
  const cwd = folderWithCase();
  const { code, out } = blkfuzz(['replay', 'a.case.json', 'a.case.json', '--history'], { cwd });
  expect(code).toBe(0);
  const documents = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(documents).toHaveLength(2);
  expect(documents[0]).toMatchObject({
    format: 'blkfuzz.history/1',
    scope: 'power',
    diskModel: { cache: 'writeback' },
  });
  const judged = blkfuzz(['judge', '-', '--json'], { input: out });
  expect(
    judged.out
      .split('\n')
      .slice(0, 2)
      .map((line) => JSON.parse(line).violations),
  ).toEqual(documents.map(({ violations }) => violations));
  expect(documents[0].violations.map(({ guarantee }: any) => guarantee)).toContain(violatedOf(parsed()));
});

test('the surviving image says in text who wrote each sector', () => {
  const cwd = folderWithCase();
  const { code } = blkfuzz(['replay', 'a.case.json', '--image', 'out.img', '--trace', 'out.json'], { cwd });
  expect(code).toBe(0);
  expect(statSync(join(cwd, 'out.img')).size).toBe(64 * 512);
  const [document] = blkfuzz(['replay', 'a.case.json', '--history'], { cwd })
    .out.split('\n')
    .map((line) => line && JSON.parse(line));
  const image = readFileSync(join(cwd, 'out.img'));
  for (const [sector, version] of document.image)
    expect(image.toString('utf8', sector * 512, sector * 512 + 100)).toContain(`version ${version}\n`);
  const trace = JSON.parse(readFileSync(join(cwd, 'out.json'), 'utf8'));
  expect(trace.traceEvents.length).toBeGreaterThan(5);
});

test('shrinking writes beside the case, where it is told to, or in its place, and the same guarantee is violated', () => {
  const cwd = folderWithCase();
  const guarantee = violatedOf(parsed());
  expect(blkfuzz(['shrink', 'a.case.json'], { cwd }).code).toBe(0);
  const small = readFileSync(join(cwd, 'a.shrunk.case.json'), 'utf8');
  expect(JSON.parse(small).guests[0].threads.flat().length).toBeLessThan(parsed().guests[0].threads.flat().length);
  expect(JSON.parse(small).expect[guarantee]).toBe('violated');
  expect(readFileSync(join(cwd, 'a.case.json'), 'utf8')).toBe(found);
  expect(blkfuzz(['shrink', 'a.case.json', '-o', 'b.case.json', '--guarantee', guarantee], { cwd }).code).toBe(0);
  expect(readFileSync(join(cwd, 'b.case.json'), 'utf8')).toBe(small);
  expect(blkfuzz(['shrink', '-', '-o', '-'], { cwd, input: found }).out).toBe(small);
  expect(blkfuzz(['shrink', 'a.case.json', '--in-place'], { cwd }).code).toBe(0);
  expect(readFileSync(join(cwd, 'a.case.json'), 'utf8')).toBe(small);
  expect(blkfuzz(['corpus', 'verify', '.'], { cwd })).toMatchObject({
    code: 0,
    out: '3 of 3 cases came out as they say\n',
  });
});

test('a case that violates nothing is not shrunk, nor one of something it does not violate', () => {
  const c = { ...parsed(), crash: { step: 0, image: [] }, expect: {} };
  const cwd = folderWithCase(JSON.stringify(c));
  const nothing = blkfuzz(['shrink', 'a.case.json'], { cwd });
  expect(nothing.code).toBe(2);
  expect(complaint(nothing)).toMatch(/^a.case.json: expected a case that violates something/);
  const other = blkfuzz(['shrink', 'a.case.json', '--guarantee', 'integrity'], { cwd });
  expect(other.code).toBe(2);
  expect(complaint(other)).toMatch(/^--guarantee: a.case.json doesn't violate integrity/);
});

test('a corpus is listed and verified, the worst of it being the exit code', () => {
  const cwd = folderWithCase();
  mkdirSync(join(cwd, 'sub'));
  const c = parsed();
  c.expect[violatedOf(c)] = 'holds';
  writeFileSync(join(cwd, 'sub/differs.case.json'), JSON.stringify(c));
  const verified = blkfuzz(['corpus', 'verify', '.', '--json'], { cwd });
  expect(verified.code).toBe(1);
  expect(JSON.parse(verified.out)).toMatchObject({ format: 'blkfuzz.corpus-verify/1', asExpected: 1 });
  writeFileSync(join(cwd, 'sub/bad.case.json'), '{}');
  expect(blkfuzz(['corpus', 'verify', '.'], { cwd }).code).toBe(2);
  const listed = blkfuzz(['corpus', 'list', '.', '--json'], { cwd });
  expect(listed.code).toBe(2);
  expect(JSON.parse(listed.out).cases.map(({ file }: any) => file)).toEqual([
    'a.case.json',
    'sub/bad.case.json',
    'sub/differs.case.json',
  ]);
  const empty = blkfuzz(['corpus', 'verify', temporaryFolder()]);
  expect(empty.code).toBe(2);
  expect(complaint(empty)).toMatch(/^no case in /);
});

test('what is saved can be found again: nothing else lies in the folder', () => {
  const cwd = temporaryFolder();
  blkfuzz(['--mode', 'tag', '--seed', '1', '--no-shrink', '--quiet'], { cwd });
  expect(readdirSync(join(cwd, 'corpus/found')).filter((name) => !name.endsWith('.case.json'))).toEqual([]);
});
