import { expect, test } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import { ImageSampler } from '../../src/power/sample.ts';
import { survivingImages } from '../oracle/surviving.ts';
import { expectNone } from './agreement.ts';
import { type Cut, canonicalOf, readHoldsBack } from './cut.ts';
import { handMade, walkDisk } from './disk-walks.ts';

const WALKS = 600;
/** Images of a set that is small enough to be drawn empty. */
const SMALL = 12;
const DRAWS_MAX = 50_000;

/** Draws until all that is wanted has come; returns what hasn't, and an image from outside the set. */
function drawAll(
  cut: Cut,
  images: ReadonlySet<string>,
  wanted: Iterable<string>,
): { left: Set<string>; outside: string[] } {
  const sampler = new ImageSampler();
  const random = new RandomStream(cut.name);
  const image = new Int32Array(cut.document.sectors);
  const left = new Set(wanted);
  for (let draws = 0; left.size > 0 && draws < DRAWS_MAX; draws++) {
    sampler.draw(cut.disk, cut.scope, random, image);
    const drawn = canonicalOf(image, image.length);
    if (!images.has(drawn)) return { left, outside: [drawn] };
    left.delete(drawn);
  }
  return { left, outside: [] };
}

test('the sampler draws only images that may survive, and each of a small set sooner or later', () => {
  let imageCount = 0;
  for (let index = 0; index < WALKS; index++) {
    const cut = walkDisk(index);
    const { images, whole } = survivingImages(cut.document, SMALL);
    if (!whole || images.size < 2 || readHoldsBack(cut.disk)) continue;
    const { left, outside } = drawAll(cut, images, images);
    expectNone(cut, [...outside.map((image) => `drawn: ${image}`), ...[...left].map((image) => `not drawn: ${image}`)]);
    imageCount += images.size;
  }
  expect(imageCount).toBeGreaterThan(1000);
});

test('the sampler draws images of large sets only out of the set', () => {
  const sampler = new ImageSampler();
  let setCount = 0;
  for (let index = 0; index < WALKS; index++) {
    const cut = walkDisk(index);
    const { images, whole } = survivingImages(cut.document, 1000);
    if (!whole || images.size <= SMALL) continue;
    setCount++;
    const random = new RandomStream(`draws ${index}`);
    const image = new Int32Array(cut.document.sectors);
    for (let draws = 0; draws < 20; draws++) {
      sampler.draw(cut.disk, cut.scope, random, image);
      const drawn = canonicalOf(image, image.length);
      if (!images.has(drawn)) expectNone(cut, [`drawn, but can't survive: ${drawn}`]);
    }
  }
  expect(setCount).toBeGreaterThan(100);
});

test('three partial writes may lie over two units in orders of which neither is a turn of the other', () => {
  const cut = handMade({ atomic: 4096, sectors: 16 }, (disk) => {
    disk.write(1, 12);
    disk.write(3, 12);
    disk.write(5, 6);
  });
  // Bottom up 0, 1, 2 in the first unit; 1, 0, 2 in the second.
  const wanted = '-1 0 0 1 1 2 2 2 2 2 2 0 0 1 1 -1';
  const { images } = survivingImages(cut.document);
  const { left, outside } = drawAll(cut, images, [wanted]);
  expect({ left: [...left], outside }).toEqual({ left: [], outside: [] });
});
