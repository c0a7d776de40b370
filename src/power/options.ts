/**
 * Which contents a unit may be left with (disk.md, "Surviving images"), spelled out. Plain code for small runs: the
 * enumeration and the check of a case's image use it; the engine's hot paths don't.
 */
import { NIL } from '../stack/block/bios.ts';
import { COMMAND } from '../stack/disk/commands.ts';
import type { Disk } from '../stack/disk/disk.ts';
import { type Content, type Layer, layersContents } from './layers.ts';

/** Cached versions of the unit, oldest first. */
export function cachedContents(disk: Disk, unit: number): Content[] {
  const { media } = disk;
  const contents: Content[] = [];
  for (let node = media.unitHead[unit]; node !== NIL; node = media.newer[node]) contents.push(contentOf(disk, node));
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
    if (commands.started.has(tag) && (commands.flags[tag] & COMMAND.write) !== 0) tags.push(tag);
  return tags;
}

/**
 * The started writes of each unit as layers over it, oldest first; `tags` are theirs. One walk over what they cover.
 */
export function layersByUnit(disk: Disk, tags: readonly number[]): Map<number, Layer[]> {
  const { commands, media } = disk;
  const scratch = new Int32Array(tags.length > 0 ? media.sectorCount : 0);
  const found = new Map<number, Layer[]>();
  for (const tag of tags) {
    const end = commands.sector[tag] + commands.count[tag];
    disk.overlay(tag, scratch, commands.sector[tag], end);
    for (let from = commands.sector[tag]; from < end;) {
      const unit = Math.floor(from / media.unitSectors);
      const to = Math.min(end, (unit + 1) * media.unitSectors);
      const layer = { from, versions: [...scratch.subarray(from, to)] };
      const layers = found.get(unit);
      if (layers === undefined) found.set(unit, [layer]);
      else layers.push(layer);
      from = to;
    }
  }
  return found;
}

/**
 * Every base with any subset of the started writes laid over it, in any order; each content once, the first base first
 * and last of all the newest base under all of the writes.
 * @param layers what the started writes put into the unit, oldest first.
 * @param countMax of more contents, some of them, more than that.
 */
export function unitOptions(
  disk: Disk,
  unit: number,
  bases: readonly Content[],
  layers: readonly Layer[] = [],
  countMax: number = Infinity,
): Content[] {
  const from = unit * disk.media.unitSectors;
  const most = [...bases.at(-1)!];
  for (const layer of layers) layer.versions.forEach((version, i) => (most[layer.from - from + i] = version));
  const found = new Map<string, Content>();
  for (const content of [...bases, ...overBases(disk, from, bases, layers, countMax)])
    found.set(content.join(), content);
  const rest = [...found.values()].filter((content, index) => index === 0 || content.join() !== most.join());
  return rest[0].join() === most.join() ? rest : [...rest, most];
}

/** A base on top hides the writes that did not survive: bases and writes are layers alike. */
function overBases(
  disk: Disk,
  from: number,
  bases: readonly Content[],
  layers: readonly Layer[],
  countMax: number,
): readonly Content[] {
  const { unitSectors } = disk.media;
  if (layers.length === 0) return [];
  if (unitSectors === 1) return layers.map(({ versions }) => versions);
  const sectors = Array.from({ length: unitSectors }, (_, i) => from + i);
  return layersContents([...bases.map((versions) => ({ from, versions })), ...layers], sectors, countMax);
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
