/**
 * The set of images that power loss can leave now (disk.md) as a union of products: in each product every unit has a
 * list of contents to choose from, independently of the others. `any` is one product; `fifo` has one per completed
 * command above the floor, `epoch` one per epoch; the images of different products may coincide.
 */
import { NIL } from '../stack/block/bios.ts';
import type { Scope } from '../stack/config.ts';
import type { Disk } from '../stack/disk/disk.ts';
import { hostImages } from './host.ts';
import type { Content } from './layers.ts';
import {
  cachedContents,
  completedGroups,
  contentAt,
  contentOf,
  layersByUnit,
  openEpochs,
  openUnits,
  startedWrites,
  unitOptions,
} from './options.ts';

/** One independent choice per unit, over a base image. */
export interface Product {
  readonly base: Int32Array;
  readonly units: readonly { readonly unit: number; readonly options: readonly Content[] }[];
}

/**
 * The products, in the order in which more and more is on the medium; scope host: every image by itself.
 * @param countMax a unit with more contents than that need not list them all.
 */
export function imageProducts(disk: Disk, scope: Scope, countMax: number = Infinity): Iterable<Product> {
  if (scope === 'host') return hostProducts(disk);
  if (isOneProduct(disk)) return [anyProduct(disk, countMax)];
  return disk.media.destage === 'fifo' ? fifoProducts(disk, countMax) : epochProducts(disk, countMax);
}

/** Scope power: every unit chooses by itself (destage `any`, or no volatile cache). */
export function isOneProduct(disk: Disk): boolean {
  return !disk.media.isVolatile || disk.media.destage === 'any';
}

function* hostProducts(disk: Disk): Generator<Product> {
  for (const base of hostImages(disk)) yield { base, units: [] };
}

function anyProduct(disk: Disk, countMax: number): Product {
  const { floor } = disk.media;
  const layers = layersByUnit(disk, startedWrites(disk));
  const units = openUnits(disk).map((unit) => {
    const bases = [contentAt(disk, floor, unit), ...cachedContents(disk, unit, () => true)];
    return { unit, options: unitOptions(disk, unit, bases, layers.get(unit), countMax) };
  });
  return { base: floor.slice(), units };
}

function* fifoProducts(disk: Disk, countMax: number): Generator<Product> {
  const { media } = disk;
  const base = media.floor.slice();
  for (const group of completedGroups(disk)) {
    const units = group.map((node) => ({
      unit: media.unit[node],
      options: unitOptions(disk, media.unit[node], [contentAt(disk, base, media.unit[node]), contentOf(disk, node)]),
    }));
    yield { base: base.slice(), units };
    for (const node of group) base.set(contentOf(disk, node), media.unit[node] * media.unitSectors);
  }
  const layers = layersByUnit(disk, startedWrites(disk));
  const units = openUnits(disk).map((unit) => ({
    unit,
    options: unitOptions(disk, unit, [contentAt(disk, base, unit)], layers.get(unit), countMax),
  }));
  yield { base, units };
}

function* epochProducts(disk: Disk, countMax: number): Generator<Product> {
  const { media, commands } = disk;
  for (const epoch of openEpochs(disk)) {
    const base = media.floor.slice();
    for (let node = media.oldest; node !== NIL; node = media.after[node])
      if (media.epoch[node] < epoch) base.set(contentOf(disk, node), media.unit[node] * media.unitSectors);
    const started = startedWrites(disk).filter((tag) => commands.epoch[tag] === epoch);
    const layers = layersByUnit(disk, started);
    const units = openUnits(disk).map((unit) => {
      const cached = cachedContents(disk, unit, (node) => media.epoch[node] === epoch);
      return {
        unit,
        options: unitOptions(disk, unit, [contentAt(disk, base, unit), ...cached], layers.get(unit), countMax),
      };
    });
    yield { base, units };
  }
}
