/**
 * Which contents a unit may be left with (disk.md, "Surviving images"), spelled out. Plain code for small runs: the
 * enumeration and the check of a case's image use it; the engine's hot paths don't.
 */
import { NIL } from '../stack/block/bios.ts';
import { COMMAND } from '../stack/disk/commands.ts';
import type { Disk } from '../stack/disk/disk.ts';

/** Content of one unit: a version per sector. */
export type Content = readonly number[];

/** Where nothing has been written yet: no version. */
export const HOLE: number = -(2 ** 31);

/** Cached versions of the unit for which `open` says so, oldest first. */
export function cachedContents(disk: Disk, unit: number, open: (node: number) => boolean): Content[] {
  const { media } = disk;
  const contents: Content[] = [];
  for (let node = media.unitHead[unit]; node !== NIL; node = media.newer[node])
    if (open(node)) contents.push(contentOf(disk, node));
  return contents;
}

export function contentOf(disk: Disk, node: number): Content {
  const { content, unitSectors } = disk.media;
  return [...content.subarray(node * unitSectors, (node + 1) * unitSectors)];
}

/** What an image holds at a unit. */
export function contentAt(disk: Disk, image: Int32Array, unit: number): Content {
  const { unitSectors } = disk.media;
  return [...image.subarray(unit * unitSectors, (unit + 1) * unitSectors)];
}

/** Tags of the started writes, oldest first. */
export function startedWrites(disk: Disk): number[] {
  const { commands } = disk;
  const tags: number[] = [];
  for (let tag = commands.head; tag !== NIL; tag = commands.next[tag])
    if (commands.isStarted(tag) && (commands.flags[tag] & COMMAND.write) !== 0) tags.push(tag);
  return tags;
}

function covers(disk: Disk, tag: number, unit: number): boolean {
  const { commands, media } = disk;
  const from = unit * media.unitSectors;
  return commands.sector[tag] < from + media.unitSectors && commands.sector[tag] + commands.count[tag] > from;
}

/**
 * Every base with any subset of the started writes laid over it, in any order; each content once, the bases first and
 * last of all the newest base under all of the writes.
 */
export function unitOptions(
  disk: Disk,
  unit: number,
  bases: readonly Content[],
  started: readonly number[],
): Content[] {
  const patches = started.filter((tag) => covers(disk, tag, unit)).map((tag) => patchOf(disk, tag, unit));
  const found = new Map<string, Content>();
  for (const covering of coveringsOf(patches, disk.media.unitSectors))
    for (const base of bases) add(found, laidUnder(covering, base));
  const most = laidUnder(patches.reduceRight(laidUnder, hole(disk.media.unitSectors)), bases.at(-1)!);
  const rest = [...found.values()].filter((content, index) => index === 0 || content.join() !== most.join());
  return rest[0].join() === most.join() ? rest : [...rest, most];
}

/** What the started writes may leave of themselves, seen from above: no order is tried twice that shows the same. */
function coveringsOf(patches: readonly Content[], unitSectors: number): Content[] {
  const found = new Map<string, Content>();
  const extend = (covering: Content): void => {
    if (!add(found, covering)) return;
    for (const patch of patches) extend(laidUnder(covering, patch));
  };
  extend(hole(unitSectors));
  return [...found.values()];
}

/** What a write puts into a unit, with holes where it puts nothing. */
function patchOf(disk: Disk, tag: number, unit: number): Content {
  const { unitSectors, sectorCount } = disk.media;
  const from = unit * unitSectors;
  const scratch = new Int32Array(sectorCount).fill(HOLE, from, from + unitSectors);
  disk.overlay(tag, scratch, from, from + unitSectors);
  return contentAt(disk, scratch, unit);
}

function hole(unitSectors: number): Content {
  return Array.from({ length: unitSectors }, () => HOLE);
}

function laidUnder(over: Content, under: Content): Content {
  return over.map((version, i) => (version === HOLE ? under[i] : version));
}

function add(found: Map<string, Content>, content: Content): boolean {
  const key = content.join();
  if (found.has(key)) return false;
  found.set(key, content);
  return true;
}

/** Units that a cached version or a started write makes uncertain, ascending. */
export function openUnits(disk: Disk): number[] {
  const { commands, media } = disk;
  const units = new Set<number>();
  for (let node = media.oldest; node !== NIL; node = media.after[node]) units.add(media.unit[node]);
  for (const tag of startedWrites(disk)) {
    const last = Math.floor((commands.sector[tag] + commands.count[tag] - 1) / media.unitSectors);
    for (let unit = Math.floor(commands.sector[tag] / media.unitSectors); unit <= last; unit++) units.add(unit);
  }
  return [...units].sort((a, b) => a - b);
}

/** Cached versions grouped by command, in completion order. */
export function completedGroups(disk: Disk): number[][] {
  const { media } = disk;
  const groups: number[][] = [];
  let last = NIL;
  for (let node = media.oldest; node !== NIL; node = media.after[node]) {
    if (media.seq[node] !== last) groups.push([]);
    last = media.seq[node];
    groups.at(-1)!.push(node);
  }
  return groups;
}

/** Epochs that an image may be of: those with something open, not before any floor's. */
export function openEpochs(disk: Disk): number[] {
  const { commands, media } = disk;
  const epochs = new Set<number>([media.floorEpochMax]);
  for (let node = media.oldest; node !== NIL; node = media.after[node]) epochs.add(media.epoch[node]);
  for (const tag of startedWrites(disk)) epochs.add(commands.epoch[tag]);
  return [...epochs].filter((epoch) => epoch >= media.floorEpochMax).sort((a, b) => a - b);
}
