import { expect, test } from 'vitest';
import { probeImages } from '../../src/power/probes.ts';
import { startedWrites } from '../../src/power/options.ts';
import { survivingImages } from '../oracle/surviving.ts';
import { expectNone } from './agreement.ts';
import { type Cut, canonicalOf } from './cut.ts';
import { handMade, walkDisk } from './disk-walks.ts';

const WALKS = 300;

/** The probed images in their order. */
function probed(cut: Cut, hints: readonly number[] = [], unitsMax = 256): string[] {
  const { sectors } = cut.document;
  const image = new Int32Array(sectors);
  const images: string[] = [];
  const found = probeImages(cut.disk, cut.scope, image, hints, unitsMax, () => {
    images.push(canonicalOf(image, sectors));
    return false;
  });
  expect(found).toBe(false);
  return images;
}

test('every probed image may survive', () => {
  let imageCount = 0;
  for (let index = 0; index < WALKS; index++) {
    const cut = walkDisk(index);
    const { images, whole } = survivingImages(cut.document);
    if (!whole) continue;
    const all = probed(cut);
    expectNone(
      cut,
      all.filter((image) => !images.has(image)),
    );
    imageCount += all.length;
  }
  expect(imageCount).toBeGreaterThan(2000);
});

test('the least and the most are among the probed images of a power loss', () => {
  for (let index = 0; index < WALKS; index++) {
    const cut = walkDisk(index);
    if (cut.scope === 'host') continue;
    const { floor, current, sectorCount } = cut.disk.media;
    const images = probed(cut);
    expect(images, cut.name).toContain(canonicalOf(floor, sectorCount));
    // With nothing under way the most is the cache.
    if (startedWrites(cut.disk).length === 0) expect(images, cut.name).toContain(canonicalOf(current, sectorCount));
  }
});

test('without a destage order each unit alone is lost, and each alone is kept', () => {
  const cut = handMade({ sectors: 3 }, (disk) => disk.complete(disk.write(0, 3)));
  const single = ['-1 0 0', '0 -1 0', '0 0 -1', '0 -1 -1', '-1 0 -1', '-1 -1 0'];
  expect(new Set(probed(cut))).toEqual(new Set(['0 0 0', '-1 -1 -1', ...single]));
});

test('of more units than are asked for, those of the hints are looked at', () => {
  const cut = handMade({ sectors: 3 }, (disk) => disk.complete(disk.write(0, 3)));
  expect(new Set(probed(cut, [2], 1))).toEqual(new Set(['0 0 0', '-1 -1 -1', '0 0 -1', '-1 -1 0']));
});

test('probing ends with the image that was wanted', () => {
  for (const destage of ['any', 'fifo', 'epoch'] as const) {
    const cut = handMade({ sectors: 2, destage }, (disk) => {
      disk.complete(disk.write(0, 1));
      disk.complete(disk.write(1, 1));
    });
    const image = new Int32Array(2);
    const found = probeImages(cut.disk, 'power', image, [], 8, () => canonicalOf(image, 2) === '0 -1');
    expect(found).toBe(true);
    expect(canonicalOf(image, 2)).toBe('0 -1');
  }
});
