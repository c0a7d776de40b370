/** Pages show what the program really prints; a line […] marks a cut. `UPDATE_README=1` takes the shown lines anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../corpus/folder.ts';
import { ROOT, blkfuzz } from './program.ts';

const BLOCK = /<!-- output: npx blkfuzz (.*) -->\n```\n([^]*?)\n```\n<!-- end of output -->/;
const TABLES = /<!-- markdown: npx blkfuzz (.*) -->\n([^]*?)\n<!-- end of markdown -->/g;

test.each(['README.md', 'docs/explore.md'])('the output in %s is, cuts aside, what the command prints', (name) => {
  const path = join(ROOT, name);
  const page = readFileSync(path, 'utf8');
  const [, words, shown] = BLOCK.exec(page)!;
  const { out } = blkfuzz(words.split(' '), { cwd: temporaryFolder() });
  const pieces = shown.split('\n[…]\n');
  expect(pieces.length).toBeGreaterThan(2);
  if (process.env.UPDATE_README === '1')
    writeFileSync(
      path,
      page.replace(shown, () => retaken(pieces, out)),
    );
  let from = 0;
  for (const piece of pieces) {
    const at = out.indexOf(`${piece}\n`, from);
    expect(at, `not printed, or not in this order:\n${piece}`).toBeGreaterThanOrEqual(from);
    from = at + piece.length;
  }
});

test.each(['docs/mutants.md', 'README.md'])(
  'the tables in %s are those that the command computes',
  (name) => {
    const path = join(ROOT, name);
    let page = readFileSync(path, 'utf8');
    const tables = [...page.matchAll(TABLES)];
    expect(tables.length).toBeGreaterThan(0);
    for (const [, words, shown] of tables) {
      const { out } = blkfuzz(words.split(' '));
      page = page.replace(`-->\n${shown}\n<!-- end of markdown`, () => `-->\n${out}<!-- end of markdown`);
      if (process.env.UPDATE_README === '1') writeFileSync(path, page);
      else expect(`${shown}\n`).toBe(out);
    }
    // The matrix: two and a half million states: half a minute of both cores, more where others are at work.
  },
  600_000,
);

/** Of a page that takes minutes: tables that are made again on every change, one after the other in a command each. */
const SAMPLE = [
  '--backend qemu-xendisk --disk write-through --disk write-back',
  '--backend tapdisk --crash guest --disk write-back',
];

test('tables in docs/systems.md are those that the command computes; with UPDATE_README=1 it is made anew', () => {
  const path = join(ROOT, 'docs/systems.md');
  let page = readFileSync(path, 'utf8');
  if (process.env.UPDATE_README === '1') {
    for (const [, words, shown] of page.matchAll(TABLES)) {
      const { out } = blkfuzz(words.split(' '));
      page = page.replace(`${words} -->\n${shown}\n<!-- end`, () => `${words} -->\n${out}<!-- end`);
    }
    writeFileSync(path, page);
  }
  for (const words of SAMPLE) {
    const tables = blkfuzz(['matrix', ...words.split(' '), '--markdown'])
      .out.split('\n\n')
      .filter((part) => part.startsWith('| **'));
    expect(tables.length).toBeGreaterThan(0);
    for (const table of tables) expect(page.split('\n\n')).toContain(table);
  }
}, 900_000);

/** Each piece again as it is printed now: from its first line on, as many lines. */
function retaken(pieces: readonly string[], out: string): string {
  const lines = out.split('\n');
  return pieces
    .map((piece) => {
      const wanted = piece.split('\n');
      const at = lines.indexOf(wanted[0]);
      return at < 0 ? piece : lines.slice(at, at + wanted.length).join('\n');
    })
    .join('\n[…]\n');
}
