/**
 * The set of images that power loss can leave now (disk.md) as a union of products: in each product every unit has a
 * list of contents to choose from, independently of the others. `any` is one product; `fifo` has one per completed
 * command above the floor, `epoch` one per epoch; the images of different products may coincide.
 */
import { assert } from '../base/assert.ts';
import { NIL } from '../stack/block/bios.ts';
import type { Disk } from '../stack/disk/disk.ts';
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
 * The products of scope power, in the order in which more and more is on the medium.
 * @param countMax a unit with more contents than that need not list them all.
 */
export function imageProducts(disk: Disk, countMax: number = Infinity): Iterable<Product> {
  if (isOneProduct(disk)) return [anyProduct(disk, countMax)];
  return orderedProducts(disk, countMax);
}

/** Scope power: every unit chooses by itself (destage `any`, or no volatile cache). */
export function isOneProduct(disk: Disk): boolean {
  return !disk.media.isVolatile || disk.media.destage === 'any';
}

function anyProduct(disk: Disk, countMax: number): Product {
  const { floor } = disk.media;
  const layers = layersByUnit(disk, startedWrites(disk));
  const units = openUnits(disk).map((unit) => {
    const bases = [contentAt(disk, floor, unit), ...cachedContents(disk, unit)];
    return { unit, options: unitOptions(disk, unit, bases, layers.get(unit), countMax) };
  });
  return { base: floor.slice(), units };
}

/** The products of `fifo` and `epoch`, each over what the ones before it leave once they are over. */
function* orderedProducts(disk: Disk, countMax: number): Generator<Product> {
  const base = disk.media.floor.slice();
  for (const { units, after } of orderedSteps(disk, countMax)) {
    yield { base: base.slice(), units };
    for (const { unit, content } of after) base.set(content, unit * disk.media.unitSectors);
  }
}

/** A product by what it changes: a unit that is not listed is left as it is. The first option is what was there before. */
export interface Step {
  readonly units: Product['units'];
  /** What is on the medium when the product is over. */
  readonly after: readonly { readonly unit: number; readonly content: Content }[];
}

/** One step per completed command and one for those started (`fifo`), or one per epoch; before the first there is the floor. */
export function* orderedSteps(disk: Disk, countMax: number): Generator<Step> {
  const { media, commands } = disk;
  const started = startedWrites(disk);
  const last = new Map<number, Content>();
  if (media.destage === 'fifo') {
    for (const nodes of completedGroups(disk)) yield stepOf(disk, nodes, [], last, countMax);
    yield stepOf(disk, [], started, last, countMax);
    return;
  }
  const nodesOf = nodesByEpoch(disk);
  for (const epoch of openEpochs(disk)) {
    const own = started.filter((tag) => commands.epoch[tag] === epoch);
    yield stepOf(disk, nodesOf.get(epoch) ?? [], own, last, countMax);
  }
}

/** Cached versions (in the order of completion) and started writes join what `last` says of the units, or the floor. */
function stepOf(
  disk: Disk,
  nodes: readonly number[],
  started: readonly number[],
  last: Map<number, Content>,
  countMax: number,
): Step {
  const { media } = disk;
  const layers = layersByUnit(disk, started);
  const bases = new Map<number, Content[]>();
  const before = (unit: number): Content => last.get(unit) ?? contentAt(disk, media.floor, unit);
  for (const unit of layers.keys()) bases.set(unit, [before(unit)]);
  for (const node of nodes) {
    const unit = media.unit[node];
    const known = bases.get(unit);
    if (known === undefined) bases.set(unit, [before(unit), contentOf(disk, node)]);
    else known.push(contentOf(disk, node));
  }
  const units = [...bases].map(([unit, contents]) => ({
    unit,
    options: unitOptions(disk, unit, contents, layers.get(unit), countMax),
  }));
  const after = [...bases].map(([unit, contents]) => ({ unit, content: contents.at(-1)! }));
  for (const { unit, content } of after) last.set(unit, content);
  return { units, after };
}

function nodesByEpoch({ media }: Disk): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (let node = media.oldest; node !== NIL; node = media.after[node]) {
    const epoch = media.epoch[node];
    assert(epoch >= media.floorEpochMax, 'what reaches the medium takes the earlier epochs along');
    const nodes = found.get(epoch);
    if (nodes === undefined) found.set(epoch, [node]);
    else nodes.push(node);
  }
  return found;
}
