/**
 * A few telling images out of the surviving set, for shrinking: everything survives; everything but one unit; nothing
 * but one unit; nothing. Nearly every violation that some image shows, one of these shows, with as little lost (or kept)
 * as possible. No proof that there is none: that is what enumeration and the exact check are for.
 */
import { NIL } from '../stack/block/bios.ts';
import type { Scope } from '../stack/config.ts';
import type { Disk } from '../stack/disk/disk.ts';
import { type Product, imageProducts } from './products.ts';
import { openUnits, startedWrites } from './options.ts';

/**
 * Builds the images in `image`, one after the other, until `visit` returns true.
 * @param unitsMax of more open units, the ones looked at singly: those of `hints` (sectors) first.
 * @returns whether it did.
 */
export function probeImages(
  disk: Disk,
  scope: Scope,
  image: Int32Array,
  hints: readonly number[],
  unitsMax: number,
  visit: () => boolean,
): boolean {
  const simple = scope === 'power' && (!disk.media.isVolatile || disk.media.destage === 'any');
  if (simple) return probeIndependent(disk, image, hints, unitsMax, visit);
  for (const product of imageProducts(disk, scope)) if (probeProduct(disk, product, image, visit)) return true;
  return false;
}

/** `destage: any`: every unit on its own, floor or newest, without spelling the choices out. */
function probeIndependent(
  disk: Disk,
  image: Int32Array,
  hints: readonly number[],
  unitsMax: number,
  visit: () => boolean,
): boolean {
  const { media } = disk;
  const least = media.floor;
  const most = media.current.slice();
  for (const tag of startedWrites(disk)) disk.overlay(tag, most, 0, media.sectorCount);
  const units = hinted(disk, openUnits(disk), hints).slice(0, unitsMax);
  image.set(most);
  if (visit()) return true;
  if (units.some((unit) => tryUnit(disk, image, unit, least, most, visit))) return true;
  image.set(least);
  if (visit()) return true;
  return units.some((unit) => tryUnit(disk, image, unit, most, least, visit));
}

/** The image with one unit as in `other` (or as cached in between), and as it was again. */
function tryUnit(
  disk: Disk,
  image: Int32Array,
  unit: number,
  other: Int32Array,
  back: Int32Array,
  visit: () => boolean,
): boolean {
  const { media } = disk;
  const from = unit * media.unitSectors;
  const to = from + media.unitSectors;
  image.set(other.subarray(from, to), from);
  if (visit()) return true;
  for (let node = media.unitHead[unit]; node !== NIL; node = media.newer[node]) {
    image.set(media.content.subarray(node * media.unitSectors, (node + 1) * media.unitSectors), from);
    if (visit()) return true;
  }
  image.set(back.subarray(from, to), from);
  return false;
}

function hinted(disk: Disk, units: readonly number[], hints: readonly number[]): number[] {
  const first = new Set(hints.map((sector) => Math.floor(sector / disk.media.unitSectors)));
  return [...units.filter((unit) => first.has(unit)), ...units.filter((unit) => !first.has(unit))];
}

function probeProduct(disk: Disk, product: Product, image: Int32Array, visit: () => boolean): boolean {
  const { unitSectors } = disk.media;
  const all = (last: boolean): void => {
    image.set(product.base);
    for (const { unit, options } of product.units) image.set(last ? options.at(-1)! : options[0], unit * unitSectors);
  };
  for (const last of [true, false]) {
    all(last);
    if (visit()) return true;
    for (const { unit, options } of product.units) {
      for (const content of options) {
        image.set(content, unit * unitSectors);
        if (visit()) return true;
      }
      image.set(last ? options.at(-1)! : options[0], unit * unitSectors);
    }
  }
  return false;
}
