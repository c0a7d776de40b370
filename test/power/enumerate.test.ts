import { expect, test } from 'vitest';
import { enumerateImages, imageOverFloor, layOverFloor } from '../../src/power/enumerate.ts';
import { isOneProduct } from '../../src/power/products.ts';
import { type Cut, canonicalOf } from './cut.ts';
import { handMade, walkDisk } from './disk-walks.ts';

const WALKS = 200;
const COUNT_MAX = 4096;

/** The images of a cut in the order in which they are built, and what the enumeration returned. */
function enumerated(cut: Cut, countMax = COUNT_MAX, stopAfter = Infinity): { images: string[]; count: number } {
  const { sectors } = cut.document;
  const image = new Int32Array(sectors);
  const images: string[] = [];
  const count = enumerateImages(cut.disk, cut.scope, countMax, image, () => {
    images.push(canonicalOf(image, sectors));
    return images.length < stopAfter;
  });
  return { images, count };
}

/** Two writes in the cache and one started, over four sectors. */
function threeWrites(destage: 'any' | 'fifo' | 'epoch'): Cut {
  return handMade({ sectors: 4, destage }, (disk) => {
    disk.complete(disk.write(0, 2));
    disk.complete(disk.write(1, 1));
    disk.write(3, 1);
  });
}

test('the first image is the one with the least: the floor', () => {
  for (const destage of ['any', 'fifo', 'epoch'] as const)
    expect(enumerated(threeWrites(destage)).images[0]).toBe('-1 -1 -1 -1');
  for (let index = 0; index < WALKS; index++) {
    const cut = walkDisk(index);
    const { floor, sectorCount } = cut.disk.media;
    if (cut.scope === 'power') expect(enumerated(cut).images[0], cut.name).toBe(canonicalOf(floor, sectorCount));
  }
});

test('neighbours differ in one unit where units choose by themselves, and the sectors that have changed are listed', () => {
  let steps = 0;
  for (let index = 0; index < WALKS; index++) {
    const { disk, scope } = walkDisk(index);
    const { unitSectors, sectorCount } = disk.media;
    const image = new Int32Array(sectorCount);
    let before = image.slice();
    enumerateImages(disk, scope, COUNT_MAX, image, (changed) => {
      const listed = changed === null ? [...image.keys()] : [...changed.items.subarray(0, changed.count)];
      const differing = [...image.keys()].filter((x) => image[x] !== before[x]);
      before = image.slice();
      expect(differing.filter((x) => !listed.includes(x))).toEqual([]);
      expect(new Set(listed).size).toBe(listed.length);
      if (changed === null || scope === 'host' || !isOneProduct(disk)) return true;
      expect(new Set(differing.map((x) => Math.floor(x / unitSectors))).size).toBe(1);
      expect(differing).toEqual(listed);
      steps++;
      return true;
    });
  }
  expect(steps).toBeGreaterThan(400);
});

test('destage any builds each image once', () => {
  const { images, count } = enumerated(threeWrites('any'));
  expect(count).toBe(12);
  expect(new Set(images).size).toBe(12);
});

test('a set beyond the bound comes to -1 and no image more than the bound is handed over', () => {
  const cut = threeWrites('any');
  expect(enumerated(cut, 12)).toMatchObject({ count: 12 });
  const { images, count } = enumerated(cut, 11);
  expect(count).toBe(-1);
  expect(images).toHaveLength(11);
});

test('the enumeration stops where it is told to and says how far it came', () => {
  for (const destage of ['any', 'fifo', 'epoch'] as const) {
    const { images, count } = enumerated(threeWrites(destage), COUNT_MAX, 3);
    expect(count).toBe(3);
    expect(images).toHaveLength(3);
  }
});

test('scope host builds each image once', () => {
  const cut = handMade({ sectors: 2 }, (disk) => [1, 2, 3].forEach(() => disk.write(0, 2)), 'host');
  expect(enumerated(cut).images.toSorted()).toEqual(['0 0', '1 1', '2 2']);
});

test('an image named by where it differs from the floor is the same image again', () => {
  let pairCount = 0;
  for (let index = 0; index < WALKS; index++) {
    const cut = walkDisk(index);
    const again = new Int32Array(cut.document.sectors);
    for (const text of enumerated(cut).images.slice(0, 64)) {
      const pairs = imageOverFloor(cut.disk, Int32Array.from(text.split(' '), Number));
      layOverFloor(cut.disk, pairs, again);
      expect(canonicalOf(again, again.length), cut.name).toBe(text);
      expect(pairs.every(([sector, version]) => cut.disk.media.floor[sector] !== version)).toBe(true);
      pairCount += pairs.length;
    }
  }
  expect(pairCount).toBeGreaterThan(1000);
});

test('many writes under way to the same sectors are no more images than what they leave', () => {
  for (const scope of ['power', 'host'] as const) {
    const cut = handMade({ sectors: 1 }, (disk) => Array.from({ length: 32 }, () => disk.write(0, 1)), scope);
    expect(new Set(enumerated(cut).images).size).toBe(scope === 'power' ? 33 : 32);
  }
  const disjoint = handMade({ sectors: 32 }, (disk) => Array.from({ length: 32 }, (_, s) => disk.write(s, 1)), 'host');
  expect(enumerated(disjoint).count).toBe(1);
  const parts = handMade({ sectors: 8, atomic: 4096 }, (disk) =>
    Array.from({ length: 24 }, (_, index) => disk.write(index % 4, 1)),
  );
  expect(enumerated(parts).count).toBe(7 ** 4);
});

test('of a unit under several writes the most comes last: the cache with all of them in order', () => {
  const cut = handMade({ sectors: 8, atomic: 4096 }, (disk) => {
    disk.complete(disk.write(0, 4));
    disk.write(1, 2);
    disk.write(6, 1);
    disk.write(2, 2);
  });
  expect(enumerated(cut).images.at(-1)).toBe('0 1 3 3 -1 -1 2 -1');
});
