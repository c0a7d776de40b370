import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { NIL } from '../../../src/stack/block/bios.ts';
import { DISK_DEFAULT, type DiskConfig } from '../../../src/stack/config.ts';
import { Media } from '../../../src/stack/disk/media.ts';
import { configs, steps, Twins } from './bench.ts';

/** Cached versions of a unit above its floor, oldest first. */
function maybe(media: Media, unit: number): number[][] {
  const contents: number[][] = [];
  for (let node = media.unitHead[unit]; node !== NIL; node = media.newer[node])
    contents.push([...media.content.subarray(node * media.unitSectors, (node + 1) * media.unitSectors)]);
  return contents;
}

/** Units of all cached versions, in completion order. */
function order(media: Media): number[] {
  const seqs: number[] = [];
  for (let node = media.oldest; node !== NIL; node = media.after[node]) seqs.push(media.seq[node]);
  return seqs;
}

test('floor, cached versions and current content are what disk.md says, after every step', () => {
  fc.assert(
    fc.property(configs, steps, (config, list) => {
      const twins = new Twins(config);
      const { naive } = twins;
      const { media } = twins.disk;
      const units = naive.unitNumbers();
      for (const step of list) {
        twins.take(step);
        const own = {
          floor: [...media.floor],
          current: [...media.current],
          maybe: units.map((unit) => maybe(media, unit)),
        };
        const floor = naive.floor();
        expect(own).toEqual({ floor, current: naive.current(), maybe: units.map((unit) => naive.maybe(unit)) });
        if (config.destage === 'epoch' && config.cache === 'writeback')
          expect(media.floorEpochMax).toBe(naive.floorEpochMax());
        expect(order(media)).toEqual(order(media).toSorted((a, b) => a - b));
      }
    }),
    { seed: 7, numRuns: 100 },
  );
});

function fresh(config: Partial<DiskConfig>): Media {
  const media = new Media({ ...DISK_DEFAULT, sectors: 16, ...config });
  media.reset();
  return media;
}

test.each(['none', 'nonvolatile'] as const)('with cache %s a write is on the medium when it completes', (cache) => {
  const media = fresh({ cache });
  media.write(2, 2, 7, 1, 0, false);
  expect([...media.floor.subarray(1, 5)]).toEqual([-1, 7, 7, -1]);
  expect(media.oldest).toBe(NIL);
});

test('a flush settles what was current when it started, and nothing newer', () => {
  const media = fresh({});
  media.write(0, 1, 7, 1, 0, false);
  media.write(0, 1, 8, 2, 0, false);
  media.write(1, 1, 9, 3, 0, false);
  media.flush(1);
  expect([media.floor[0], media.floor[1], maybe(media, 0), maybe(media, 1)]).toEqual([7, -1, [[8]], [[9]]]);
});

test('a flush takes no floor back that a FUA write has moved on', () => {
  const media = fresh({ fua: true });
  media.write(0, 1, 7, 1, 0, false);
  media.write(0, 1, 8, 2, 0, true);
  media.flush(1);
  expect([media.floor[0], maybe(media, 0)]).toEqual([8, []]);
});

test.each([
  ['any', [-1, -1, 3]],
  ['fifo', [1, 2, 3]],
  ['epoch', [1, -1, 3]],
] as const)('with destage %s a FUA write of the next epoch takes along %j', (destage, floor) => {
  const media = fresh({ fua: true, destage });
  media.write(0, 1, 1, 1, 0, false);
  media.write(1, 1, 2, 2, 1, false);
  media.write(2, 1, 3, 3, 1, true);
  expect([...media.floor.subarray(0, 3)]).toEqual(floor);
});

test('a FUA write to part of a unit of 4096 bytes takes the whole unit to the medium', () => {
  const media = fresh({ fua: true, atomic: 4096 });
  media.write(0, 2, 1, 1, 0, false);
  media.write(7, 2, 2, 2, 0, true);
  expect([...media.floor]).toEqual([1, 1, -1, -1, -1, -1, -1, 2, 2, -1, -1, -1, -1, -1, -1, -1]);
});

test('a request of several bios leaves one version of a unit', () => {
  const media = fresh({ atomic: 4096 });
  media.write(0, 4, 1, 1, 0, false);
  media.write(4, 4, 2, 1, 0, false);
  expect(maybe(media, 0)).toEqual([[1, 1, 1, 1, 2, 2, 2, 2]]);
});
