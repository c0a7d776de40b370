import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { linesOf } from '../../src/cli/lines.ts';
import { temporaryFolder } from '../corpus/folder.ts';

async function linesIn(content: string | Uint8Array, byteCountMax: number): Promise<(string | null)[]> {
  const path = join(temporaryFolder(), 'lines');
  writeFileSync(path, content);
  const lines: (string | null)[] = [];
  for await (const { number, bytes } of linesOf(path, byteCountMax)) {
    lines.push(bytes === undefined ? null : Buffer.from(bytes).toString());
    expect(number).toBe(lines.length);
  }
  return lines;
}

test('a file comes apart at its newlines', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.stringMatching(/^[a-zé ]{0,9}$/), { minLength: 1 }), async (lines) => {
      const expected = lines.at(-1) === '' ? lines.slice(0, -1) : lines;
      expect(await linesIn(lines.join('\n'), 100)).toEqual(expected);
    }),
    { seed: 3, numRuns: 50 },
  );
});

test('a line that is too long is passed over, however long it is, and the next one is whole', async () => {
  const long = 'x'.repeat(300_000);
  expect(await linesIn(`ab\n${long}\ncd\nabcde\n${long}`, 4)).toEqual(['ab', null, 'cd', null, null]);
});

test('lines longer than a read are put together', async () => {
  const long = 'y'.repeat(200_000);
  expect(await linesIn(`${long}\nz\n`, 1_000_000)).toEqual([long, 'z']);
});
