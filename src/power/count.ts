/**
 * How many images power loss can leave now (disk.md), exactly, however many: none is built. Where units choose by
 * themselves the numbers of their contents are multiplied; after a host crash those of the groups of commands. For
 * `fifo` and `epoch` each product counts what no earlier one has: its images, less those in the boxes that it shares
 * with earlier ones (enumerate/overlaps.ts). A union of boxes is counted cell by cell, by which boxes the choices so far
 * lie in. That is polynomial: a version is alive in one run of products, so the choices of versions leave a run of boxes,
 * and zeros, which alone may return (discards), choose for a unit all that its versions don't: a run determines which
 * units can have chosen zeros, but for its two ends. A version that is written twice (requests issued again after a
 * migration) is counted right too, at a price that grows with how often it comes back.
 */
import { NIL } from '../stack/block/bios.ts';
import type { Scope } from '../stack/config.ts';
import type { Disk } from '../stack/disk/disk.ts';
import type { IntList } from '../stack/journal.ts';
import { choicesOf, numbersAt } from './enumerate/choices.ts';
import { type Box, earlierBoxes } from './enumerate/overlaps.ts';
import { hostImageCount } from './host.ts';
import { layersCount } from './layers.ts';
import { cachedContents, contentAt, layersByUnit, openUnits, startedWrites } from './options.ts';
import { isOneProduct } from './products.ts';
import { SectorChoices } from './sector-choices.ts';

/** Cached versions beyond which counting a union of products takes too long to be done at every step of a long run. */
const CACHED_MAX = 512;

/** Whether counting takes a moment only: else a report says how many images there are at least. */
export function isCountable(disk: Disk, scope: Scope): boolean {
  return scope === 'host' || isOneProduct(disk) || hasAtMost(disk, CACHED_MAX);
}

function hasAtMost({ media }: Disk, count: number): boolean {
  let left = count;
  for (let node = media.oldest; node !== NIL && left >= 0; node = media.after[node]) left--;
  return left >= 0;
}

/**
 * The number of distinct images.
 * @param choices room to count in, for those who count often.
 */
export function imageCount(disk: Disk, scope: Scope, choices: SectorChoices = new SectorChoices()): bigint {
  if (scope === 'host') return hostImageCount(disk);
  if (!isOneProduct(disk)) return unionCount(disk, scope);
  return disk.media.unitSectors === 1 ? productOfAll(choices.of(disk)) : productOf(unitChoices(disk));
}

function productOfAll({ items, count }: IntList): bigint {
  return productOf(items.subarray(0, count));
}

/** Small factors are gathered before they are multiplied: the product of many is long. */
function productOf(factors: Iterable<bigint | number>): bigint {
  let product = 1n;
  let small = 1;
  for (const factor of factors) {
    if (typeof factor === 'number' && small * factor <= Number.MAX_SAFE_INTEGER) small *= factor;
    else {
      product *= BigInt(small) * BigInt(factor);
      small = 1;
    }
  }
  return product * BigInt(small);
}

/** Per open unit how many contents it may be left with. */
function* unitChoices(disk: Disk): Generator<bigint | number> {
  const { floor, unitSectors } = disk.media;
  const layers = layersByUnit(disk, startedWrites(disk));
  for (const unit of openUnits(disk)) {
    const contents = [contentAt(disk, floor, unit), ...cachedContents(disk, unit)];
    const bases = [...new Map(contents.map((content) => [content.join(), content])).values()];
    const own = layers.get(unit);
    if (own === undefined) yield bases.length;
    else {
      const from = unit * unitSectors;
      const sectors = contents[0].map((_, i) => from + i);
      yield layersCount([...bases.map((versions) => ({ from, versions })), ...own], sectors);
    }
  }
}

function unionCount(disk: Disk, scope: Scope): bigint {
  const choices = choicesOf(disk, scope);
  let count = 0n;
  choices.touched.forEach((cells, at) => {
    const own = productOf(cells.map((cell) => numbersAt(choices.cells[cell], at).length));
    count += own - boxesCount(earlierBoxes(choices, at));
  });
  return count;
}

/** How many images lie in at least one of the boxes. */
function boxesCount(boxes: readonly Box[]): bigint {
  if (boxes.length === 0) return 0n;
  let frontier = new Map([['', { inside: [...boxes.keys()], count: 1n }]]);
  for (let cell = 0; cell < boxes[0].length; cell++) {
    const next: typeof frontier = new Map();
    for (const { inside, count } of frontier.values())
      for (let choice = 0; choice < boxes[0][cell].length; choice++) {
        const left = inside.filter((box) => boxes[box][cell][choice] === 1);
        if (left.length === 0) continue;
        const key = left.join();
        const known = next.get(key);
        if (known === undefined) next.set(key, { inside: left, count });
        else known.count += count;
      }
    frontier = next;
  }
  return [...frontier.values()].reduce((sum, { count }) => sum + count, 0n);
}
