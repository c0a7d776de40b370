/** The cases of the planted bugs: each breaks, and beside each its twin without the bug, which holds. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readCase } from '../../dist/corpus/read.js';
import { replayCase } from '../../dist/fuzz/replay.js';
import { MUTANTS } from '../../dist/stack/mutants.js';

const FOLDER = fileURLToPath(new URL('../../corpus/regress/', import.meta.url));

test('every planted bug has its two cases', () => {
  const names = MUTANTS.flatMap((id) => [`${id}-broken.case.json`, `${id}-sound.case.json`]);
  expect(readdirSync(FOLDER).filter((name) => name.endsWith('.case.json'))).toEqual(expect.arrayContaining(names));
});

test.each(MUTANTS)('%s breaks its case, and nothing breaks the same case without it', (id) => {
  const broken = readCase(`${FOLDER}${id}-broken.case.json`);
  const sound = readCase(`${FOLDER}${id}-sound.case.json`);
  expect([broken.stack.mutant, sound.stack.mutant]).toEqual([id, undefined]);
  // The bug of a guest is in what it issues: its twin is the same guest in order, and issues something else.
  if (!broken.guests!.some(({ guest }) => guest)) expect(sound.guests).toEqual(broken.guests);
  const { verdicts } = replayCase(broken);
  expect(Object.values(verdicts)).toContain('violated');
  expect(verdicts).toMatchObject(broken.expect!);
  expect(sound.crash?.image).toBeUndefined();
  expect(Object.values(replayCase(sound).verdicts)).not.toContain('violated');
});
