/**
 * Every image that power loss can leave now (disk.md), each once, for small sets: built whole, one after the other, so
 * that it can be judged. The products of the set are walked in turn, each from its least image on, and an image that
 * an earlier product has too is passed over: what two products have in common is known beforehand (overlaps.ts), so
 * nothing is remembered of the images.
 */
import type { Scope } from '../stack/config.ts';
import type { Disk } from '../stack/disk/disk.ts';
import { type Choices, choicesOf } from './enumerate/choices.ts';
import { GrayWalk } from './enumerate/gray.ts';
import { earlierBoxes } from './enumerate/overlaps.ts';

/** Sectors, each once: the first `count` items. */
export interface ChangedSectors {
  readonly items: Int32Array;
  readonly count: number;
}

/**
 * An image has been built; false: no more of them.
 * @param changed where it differs from the one before, and perhaps where it doesn't; null: it is the first.
 */
export type Visit = (changed: ChangedSectors | null) => boolean;

/** Walks the sets of one crash point after the other; tables are reused. */
export class ImageEnumerator {
  private readonly walk: GrayWalk = new GrayWalk();
  private count = 0;

  /**
   * Builds the images one by one in `image` and hands each over. The first is the one with the least, and within a
   * product neighbours differ in one unit.
   * @returns how many were visited, or -1 when there are more than `countMax`, of which no more than that are visited.
   */
  enumerate(disk: Disk, scope: Scope, countMax: number, image: Int32Array, visit: Visit): number {
    const choices = choicesOf(disk, scope, countMax);
    image.set(choices.base);
    this.walk.begin(image, disk.media.sectorCount);
    this.count = 0;
    for (let at = 0; at < choices.touched.length; at++)
      if (!this.walkProduct(choices, at, countMax, visit)) return this.count > countMax ? -1 : this.count;
    return this.count;
  }

  /** False: no more. */
  private walkProduct(choices: Choices, at: number, countMax: number, visit: Visit): boolean {
    const { walk } = this;
    const boxes = earlierBoxes(choices, at);
    walk.enter(choices, at, boxes);
    if (boxes.some((box) => box.every((shared) => !shared.includes(0)))) return true;
    do {
      if (!walk.isNew) continue;
      const isFirst = this.count === 0;
      if (++this.count > countMax || !visit(isFirst ? null : walk.changed)) return false;
      walk.forget();
    } while (walk.advance());
    return true;
  }
}

/** The same, once. */
export function enumerateImages(disk: Disk, scope: Scope, countMax: number, image: Int32Array, visit: Visit): number {
  return new ImageEnumerator().enumerate(disk, scope, countMax, image, visit);
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
  for (const [sector, version] of pairs) image[sector] = version;
}
