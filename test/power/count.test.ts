import { expect, test } from 'vitest';
import { imageCount } from '../../src/power/count.ts';
import { enumerateImages } from '../../src/power/enumerate.ts';
import { imageProducts } from '../../src/power/products.ts';
import { COMMAND } from '../../src/stack/disk/commands.ts';
import { type Cut, canonicalOf } from './cut.ts';
import { type DiskWalk, handMade, walkDisk } from './disk-walks.ts';

const WALKS = 8000;
const COUNT_MAX = 4096;

/** What is wrong with a cut's count, or its enumeration; and how many images its products have, each for itself. */
function compare(cut: Cut): { complaints: string[]; images: number; inProducts: number } {
  const { sectors } = cut.document;
  const image = new Int32Array(sectors);
  const seen = new Set<string>();
  const count = imageCount(cut.disk, cut.scope);
  const visited = enumerateImages(cut.disk, cut.scope, COUNT_MAX, image, () => {
    seen.add(canonicalOf(image, sectors));
    return true;
  });
  const nothing = { images: seen.size, inProducts: 0 };
  if (visited < 0)
    return { ...nothing, complaints: count > COUNT_MAX ? [] : [`${cut.name}: ${count}, and more are built`] };
  const products = cut.scope === 'host' ? [] : imageProducts(cut.disk);
  const sizes = Array.from(products, ({ units }) => units.reduce((size, { options }) => size * options.length, 1));
  const twice = visited > seen.size ? [`${cut.name}: ${visited} are built, ${seen.size} different ones`] : [];
  const wrong = count === BigInt(seen.size) ? [] : [`${cut.name}: ${count} are counted, and ${seen.size} built`];
  return {
    images: seen.size,
    inProducts: sizes.reduce((sum, size) => sum + size, 0),
    complaints: [...twice, ...wrong],
  };
}

for (const [what, versionCount] of [
  ['whatever a disk is given', Infinity],
  ['where the same version is written again and again', 3],
] as const)
  test(`as many images are counted as there are different ones, each built once: ${what}`, () => {
    let images = 0;
    let overlapping = 0;
    for (let index = 0; index < WALKS; index++) {
      const compared = compare(walkDisk(index, versionCount));
      expect(compared.complaints).toEqual([]);
      images += compared.images;
      if (compared.inProducts > compared.images) overlapping++;
    }
    expect(images).toBeGreaterThan(10 * WALKS);
    // A canary too: whoever adds up the products would be wrong this often.
    expect(overlapping).toBeGreaterThan(WALKS / 10);
  });

/** The count of a disk on which `steps` has been done. */
function counted(
  config: Parameters<typeof handMade>[0],
  steps: (disk: DiskWalk) => void,
  scope?: Cut['scope'],
): bigint {
  const cut = handMade({ depth: 256, ...config }, steps, scope);
  return imageCount(cut.disk, cut.scope);
}

/** Writes of `count` sectors at 0, 1, 2 …, of which the first `done` complete. */
function staggered(disk: DiskWalk, writes: number, count: number, done = 0): void {
  for (let i = 0; i < writes; i++) {
    const tag = disk.write(i, count);
    if (i < done) disk.complete(tag);
  }
}

test('sets far too large to be built are counted exactly', () => {
  const sectors = 256;
  const twice = (disk: DiskWalk): void => [0, 1].forEach(() => disk.complete(disk.write(0, sectors)));
  expect(counted({ sectors }, twice)).toBe(3n ** 256n);
  // Two writes of everything: the floor, any part of the first, and any part of the second.
  expect(counted({ sectors, destage: 'fifo' }, twice)).toBe(2n ** 257n - 1n);
  expect(counted({ sectors, destage: 'epoch' }, twice)).toBe(3n ** 256n);
  const epochs = (disk: DiskWalk): void => [0, 1].forEach(() => disk.complete(disk.write(0, sectors, COMMAND.ordered)));
  expect(counted({ sectors, destage: 'epoch' }, epochs)).toBe(2n ** 257n - 1n);
});

test('a discard gives back images that have been there before, and they count once', () => {
  // What part of the write a discard has left, a part of the write has left before.
  const lost = (disk: DiskWalk): void => {
    disk.complete(disk.write(0, 200));
    disk.complete(disk.write(0, 200, COMMAND.discard));
  };
  expect(counted({ sectors: 256, destage: 'fifo' }, lost)).toBe(2n ** 200n);
  const singly = (disk: DiskWalk): void => {
    for (let x = 0; x < 60; x++) disk.complete(disk.write(x, 1));
    disk.complete(disk.write(0, 60, COMMAND.discard));
  };
  expect(counted({ sectors: 64, destage: 'fifo' }, singly)).toBe(2n ** 60n);
});

test('commands of a host crash are counted by what may lie over what', () => {
  const orders = (writes: number, count: number) => (disk: DiskWalk) => staggered(disk, writes, count);
  const host = (writes: number, count: number): bigint => counted({ sectors: 512 }, orders(writes, count), 'host');
  expect(host(200, 1)).toBe(1n);
  expect(host(200, 2)).toBe(2n ** 199n);
  expect(counted({ sectors: 64 }, (disk) => Array.from({ length: 100 }, () => disk.write(0, 50)), 'host')).toBe(100n);
  // Where three and more meet, not every choice of who is seen where comes of an order.
  expect(host(3, 3)).toBe(BigInt(bruteForce(3, 3)));
  expect(host(6, 4)).toBe(BigInt(bruteForce(6, 4)));
});

/** What staggered writes may leave, over all of their orders. */
function bruteForce(writes: number, count: number): number {
  const seen = new Set<string>();
  const lay = (image: readonly number[], left: readonly number[]): void => {
    if (left.length === 0) seen.add(image.join());
    for (const write of left)
      lay(
        image.map((version, x) => (x >= write && x < write + count ? write : version)),
        left.filter((other) => other !== write),
      );
  };
  lay(
    Array.from({ length: writes + count }, () => -1),
    Array.from({ length: writes }, (_, write) => write),
  );
  return seen.size;
}

test('started writes to parts of a unit are counted in all their orders', () => {
  const parts = (disk: DiskWalk): void => {
    for (let i = 0; i < 248; i++) disk.write(i % 8, 1);
  };
  expect(counted({ sectors: 8, atomic: 4096 }, parts)).toBe(32n ** 8n);
  // Nor does the enumeration spell out more than it is asked for.
  const cut = handMade({ sectors: 8, atomic: 4096, depth: 256 }, parts);
  expect(enumerateImages(cut.disk, cut.scope, 1000, new Int32Array(8), () => true)).toBe(-1);
});
