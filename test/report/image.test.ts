import { expect, test } from 'vitest';
import { VERSION } from '../../src/base/history.ts';
import { rawImage, rawImageChunks } from '../../src/report/image.ts';
import { type Draft, caseOf, lateCrash, replayed, write } from './cases.ts';

const DRAFT: Draft = {
  name: 'image',
  threads: [[write(8, 2)], [{ op: 'bufwrite', file: 7, sector: 20, count: 1 }]],
  crash: lateCrash([9, 0], [20, 1]),
};

function sectorText(image: Uint8Array, sector: number): string {
  return new TextDecoder().decode(image.subarray(512 * sector, 512 * (sector + 1))).replace(/\0*$/, '');
}

test('a sector says which operation wrote it, and the initial content is zeros', () => {
  const image = rawImage(replayed(caseOf(DRAFT)));
  expect(image.length).toBe(64 * 512);
  expect(sectorText(image, 8)).toBe('');
  expect(sectorText(image, 9)).toBe('op 0 write t0 sector 8+2 version 0\n');
  expect(sectorText(image, 20)).toBe('op 1 bufwrite t1 file 7 sector 20 version 1\n');
});

test('a marker is written as its name', () => {
  const replay = replayed(caseOf(DRAFT));
  replay.history.image[30] = VERSION.torn;
  replay.history.image[31] = VERSION.stale;
  const image = rawImage(replay);
  expect(sectorText(image, 30)).toBe('torn\n');
  expect(sectorText(image, 31)).toBe('stale\n');
});

test('a large disk comes in chunks, the last as short as it has to be', () => {
  const crash = lateCrash([5000, 0]);
  const replay = replayed(caseOf({ name: 'large', disk: { sectors: 5001 }, threads: [[write(5000)]], crash }));
  const chunks = [...rawImageChunks(replay)];
  expect(chunks.map(({ length }) => length / 512)).toEqual([2048, 2048, 905]);
  expect(sectorText(chunks[2], 904)).toBe('op 0 write t0 sector 5000 version 0\n');
});
