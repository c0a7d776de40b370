/**
 * What a host crash leaves (disk.md, scope `host`): the accepted commands complete in any order the tags allow. An
 * ORDERED command divides them: of two sides, the later covers whatever both write. Between two of them, writes that
 * meet where nothing later covers them hang together; groups that do not are independent. So the set is one product,
 * of a cell per group.
 */
import { NIL } from '../stack/block/bios.ts';
import { COMMAND } from '../stack/disk/commands.ts';
import type { Disk } from '../stack/disk/disk.ts';
import { type Content, type Layer, layersContents, layersCount } from './layers.ts';

/** Sectors whose versions hang together, and what they may be left with; each content once. */
export interface HostCell {
  readonly sectors: readonly number[];
  readonly options: readonly Content[];
}

interface Group {
  readonly sectors: number[];
  readonly layers: Set<Layer>;
}

/** How many images a host crash can leave now. */
export function hostImageCount(disk: Disk): bigint {
  return groupsOf(disk).reduce((count, { layers, sectors }) => count * layersCount([...layers], sectors), 1n);
}

/**
 * The cells, those of one content included; the rest of an image is the disk's cache.
 * @param countMax a cell with more contents lists one more than that.
 */
export function hostCells(disk: Disk, countMax: number = Infinity): HostCell[] {
  return groupsOf(disk).map(({ layers, sectors }) => ({
    sectors,
    options: layersContents([...layers], sectors, countMax),
  }));
}

function groupsOf(disk: Disk): Group[] {
  const covered = new Uint8Array(disk.media.sectorCount);
  const scratch = new Int32Array(disk.media.sectorCount);
  const groups: Group[] = [];
  for (const segment of segmentsOf(disk).reverse()) {
    const layers = segment.map((tag) => layerOf(disk, tag, scratch)).sort((a, b) => a.from - b.from);
    groups.push(...groupsWithin(layers, covered));
    for (const layer of layers) covered.fill(1, layer.from, endOf(layer));
  }
  return groups;
}

/** Open writes in the order of acceptance, divided where the tags keep an order. */
/** Tags of the accepted writes, cut at the ORDERED commands; those of one segment may complete in any order. */
export function segmentsOf({ commands }: Disk): number[][] {
  const segments: number[][] = [[]];
  for (let tag = commands.head; tag !== NIL; tag = commands.next[tag]) {
    const ordered = (commands.flags[tag] & COMMAND.ordered) !== 0;
    if (ordered) segments.push([]);
    if ((commands.flags[tag] & COMMAND.write) !== 0) segments.at(-1)!.push(tag);
    if (ordered) segments.push([]);
  }
  return segments;
}

function layerOf(disk: Disk, tag: number, scratch: Int32Array): Layer {
  const from = disk.commands.sector[tag];
  const end = from + disk.commands.count[tag];
  disk.overlay(tag, scratch, from, end);
  return { from, versions: [...scratch.subarray(from, end)] };
}

/** Layers ascending by their first sector; a group ends before the first uncovered sector that none of it reaches. */
function groupsWithin(layers: readonly Layer[], covered: Uint8Array): Group[] {
  const groups: Group[] = [];
  let open: Layer[] = [];
  let next = 0;
  let reach = 0;
  for (let x = 0; next < layers.length || open.length > 0; x++) {
    while (next < layers.length && layers[next].from <= x) open.push(layers[next++]);
    open = open.filter((layer) => endOf(layer) > x);
    if (open.length === 0 || covered[x] === 1) continue;
    if (x >= reach) groups.push({ sectors: [], layers: new Set() });
    const group = groups.at(-1)!;
    group.sectors.push(x);
    for (const layer of open) {
      group.layers.add(layer);
      reach = Math.max(reach, endOf(layer));
    }
  }
  return groups;
}

function endOf({ from, versions }: Layer): number {
  return from + versions.length;
}
