/**
 * Every image that power loss can leave now (disk.md), one after the other, for small sets: each is built whole, so
 * that the oracle can judge it. A set is described as a union of products: in each product every unit has a list of
 * contents to choose from, independently of the others.
 */
import { VERSION } from '../base/history.ts';
import { NIL } from '../stack/block/bios.ts';
import type { Scope } from '../stack/config.ts';
import { COMMAND } from '../stack/disk/commands.ts';
import type { Disk } from '../stack/disk/disk.ts';
import {
  type Content,
  HOLE,
  cachedContents,
  completedGroups,
  contentAt,
  contentOf,
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

/** The set of surviving images as a union of products; the images of different products may coincide. */
export function imageProducts(disk: Disk, scope: Scope): Iterable<Product> {
  if (scope === 'host') return hostProducts(disk);
  if (!disk.media.isVolatile || disk.media.destage === 'any') return [anyProduct(disk)];
  return disk.media.destage === 'fifo' ? fifoProducts(disk) : epochProducts(disk);
}

/**
 * Builds the images one by one in `image` and hands each over; neighbours differ in few units, the first is the one
 * with the least. Stops when `visit` returns false.
 * @returns how many were visited, or -1 when there are more than `countMax`.
 */
export function enumerateImages(
  disk: Disk,
  scope: Scope,
  countMax: number,
  image: Int32Array,
  visit: () => boolean,
): number {
  let count = 0;
  for (const product of imageProducts(disk, scope)) {
    image.set(product.base);
    const state = { goOn: true, count, countMax };
    walk(product, 0, disk.media.unitSectors, image, state, visit);
    count = state.count;
    if (count > countMax) return -1;
    if (!state.goOn) break;
  }
  return count;
}

/** How many images the products have; those of several products (fifo, epoch) count in each. */
export function imageCount(disk: Disk, scope: Scope): bigint {
  let count = 0n;
  for (const { units } of imageProducts(disk, scope))
    count += units.reduce((product, { options }) => product * BigInt(options.length), 1n);
  return count;
}

interface WalkState {
  goOn: boolean;
  count: number;
  readonly countMax: number;
}

function walk(
  product: Product,
  depth: number,
  unitSectors: number,
  image: Int32Array,
  state: WalkState,
  visit: () => boolean,
): void {
  if (depth === product.units.length) {
    state.count++;
    state.goOn = state.count <= state.countMax && visit();
    return;
  }
  const { unit, options } = product.units[depth];
  for (const content of options) {
    image.set(content, unit * unitSectors);
    walk(product, depth + 1, unitSectors, image, state, visit);
    if (!state.goOn) return;
  }
}

function anyProduct(disk: Disk): Product {
  const { floor } = disk.media;
  const started = startedWrites(disk);
  const units = openUnits(disk).map((unit) => {
    const bases = [contentAt(disk, floor, unit), ...cachedContents(disk, unit, () => true)];
    return { unit, options: unitOptions(disk, unit, bases, started) };
  });
  return { base: floor.slice(), units };
}

function* fifoProducts(disk: Disk): Generator<Product> {
  const { media } = disk;
  const base = media.floor.slice();
  for (const group of completedGroups(disk)) {
    const units = group.map((node) => ({
      unit: media.unit[node],
      options: [contentAt(disk, base, media.unit[node]), contentOf(disk, node)],
    }));
    yield { base: base.slice(), units };
    for (const node of group) base.set(contentOf(disk, node), media.unit[node] * media.unitSectors);
  }
  yield { base, units: overlays(disk, base, startedWrites(disk)) };
}

function* epochProducts(disk: Disk): Generator<Product> {
  const { media, commands } = disk;
  for (const epoch of openEpochs(disk)) {
    const base = media.floor.slice();
    for (let node = media.oldest; node !== NIL; node = media.after[node])
      if (media.epoch[node] < epoch) base.set(contentOf(disk, node), media.unit[node] * media.unitSectors);
    const started = startedWrites(disk).filter((tag) => commands.epoch[tag] === epoch);
    const units = openUnits(disk).map((unit) => {
      const cached = cachedContents(disk, unit, (node) => media.epoch[node] === epoch);
      return { unit, options: unitOptions(disk, unit, [contentAt(disk, base, unit), ...cached], started) };
    });
    yield { base, units };
  }
}

function overlays(disk: Disk, base: Int32Array, started: readonly number[]): Product['units'] {
  return openUnits(disk).map((unit) => ({
    unit,
    options: unitOptions(disk, unit, [contentAt(disk, base, unit)], started),
  }));
}

/**
 * Scope host: the accepted commands complete in any order the tags allow. Decided backwards, from the command that
 * completes last: what it wrote stands, and of those before it only what shows matters. Each image comes once.
 */
function* hostProducts(disk: Disk): Generator<Product> {
  const { commands, media } = disk;
  const open: number[] = [];
  for (let tag = commands.head; tag !== NIL; tag = commands.next[tag]) open.push(tag);
  const seen = new Set<string>();
  const stack: { image: Int32Array; left: readonly number[] }[] = [
    { image: new Int32Array(media.sectorCount).fill(HOLE), left: open },
  ];
  while (stack.length > 0) {
    const { image, left } = stack.pop()!;
    const key = `${left.join()}|${image.join()}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (left.length === 0)
      yield { base: image.map((version, s) => (version === HOLE ? media.current[s] : version)), units: [] };
    else
      for (const tag of lastOnes(disk, image, left))
        stack.push({ image: laidUnder(disk, image, tag), left: left.filter((other) => other !== tag) });
  }
}

/** Of the commands left, those that may complete last; one alone if it shows the same wherever it comes among them. */
function lastOnes(disk: Disk, image: Int32Array, left: readonly number[]): readonly number[] {
  const { flags, sector, count } = disk.commands;
  const barrier = left.findLastIndex((tag) => (flags[tag] & COMMAND.ordered) !== 0);
  if (barrier === left.length - 1) return [left[barrier]];
  const free = left.slice(barrier + 1);
  const meets = (tag: number, other: number): boolean => {
    const end = Math.min(sector[tag] + count[tag], sector[other] + count[other]);
    for (let s = Math.max(sector[tag], sector[other]); s < end; s++) if (image[s] === HOLE) return true;
    return false;
  };
  const alone = free.find((tag) => !writes(disk, tag) || free.every((other) => other === tag || !meets(tag, other)));
  return alone === undefined ? free : [alone];
}

/** The image with what the command writes wherever nothing later has written. */
function laidUnder(disk: Disk, image: Int32Array, tag: number): Int32Array {
  if (!writes(disk, tag)) return image;
  const written = image.slice();
  disk.overlay(tag, written, 0, disk.media.sectorCount);
  return image.map((version, s) => (version === HOLE ? written[s] : version));
}

function writes(disk: Disk, tag: number): boolean {
  return (disk.commands.flags[tag] & COMMAND.write) !== 0;
}

/** The sectors at which an image differs from the floor, with their versions: how a case names an image. */
export function imageOverFloor(disk: Disk, image: Int32Array): [sector: number, version: number][] {
  const { floor, sectorCount } = disk.media;
  const pairs: [number, number][] = [];
  for (let sector = 0; sector < sectorCount; sector++)
    if (image[sector] !== floor[sector]) pairs.push([sector, image[sector]]);
  return pairs;
}

/** Writes the image that differs from the floor at these sectors; the opposite of `imageOverFloor`. */
export function layOverFloor(disk: Disk, pairs: readonly (readonly [number, number])[], image: Int32Array): void {
  image.set(disk.media.floor);
  for (const [sector, version] of pairs) image[sector] = Math.max(version, VERSION.initial);
}
