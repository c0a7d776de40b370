/**
 * Scope host: everything accepted completes, overlapping commands in any order the tags allow, so an image says which
 * command was the last at each sector. ORDERED commands cut the commands into segments; a command may be the last at a
 * sector iff no later segment covers it. Two sectors have any two last commands together, unless each of the two covers
 * both sectors: then each would have to come after the other. No more than pairs are asked for, so no order is tried.
 * Nothing accepted is lost here, and nothing can be held back: every image costs the same.
 */
import { NIL } from '../../../stack/block/bios.ts';
import type { Disk } from '../../../stack/disk/disk.ts';
import { segmentsOf } from '../../host.ts';
import type { Rule } from './rules.ts';

/** An open write, or what no open write covers. */
export interface Last {
  /** NIL: none. */
  readonly tag: number;
  /** Sectors at which it may be the last, with their versions. */
  readonly sectors: readonly number[];
  readonly versions: readonly number[];
}

/** Writes an image that violates one of the rules; false: none does. */
export function searchHost(disk: Disk, rules: readonly Rule[], image: Int32Array): boolean {
  const lasts = lastWrites(disk);
  for (const rule of rules) {
    const late = searchRule(disk, lasts, rule);
    if (late === null) continue;
    completeAll(disk, late, image);
    return true;
  }
  return false;
}

/** Whether some image violates one of the rules; `lasts` are those of the disk as it stands. */
export function isViolated(disk: Disk, lasts: readonly Last[], rules: readonly Rule[]): boolean {
  return rules.some((rule) => searchRule(disk, lasts, rule) !== null);
}

/** The tags to complete late, in this order, for an image that violates the rule; null: there is none. */
function searchRule(disk: Disk, lasts: readonly Last[], rule: Rule): readonly number[] | null {
  const end = ({ sectors, versions }: Last, but: number): number =>
    sectors.reduce(
      (least, x, i) => (covers(disk, but, x) ? least : Math.min(least, rule.ends(x, versions[i]))),
      Infinity,
    );
  const stood = ({ sectors, versions }: Last, but: number): number =>
    sectors.reduce((most, x, i) => (covers(disk, but, x) ? most : Math.max(most, rule.stands(x, versions[i]))), 0);
  const standing = lasts.map((last) => stood(last, NIL));
  for (const ending of lasts) {
    const ended = end(ending, NIL);
    for (const [i, last] of lasts.entries()) {
      if (ended >= standing[i]) continue;
      // One of the two has its sector to itself, and completes first.
      if (ending === last || end(ending, last.tag) < standing[i]) return [ending.tag, last.tag];
      if (ended < stood(last, ending.tag)) return [last.tag, ending.tag];
    }
  }
  return null;
}

function covers({ commands }: Disk, tag: number, sector: number): boolean {
  return tag !== NIL && sector >= commands.sector[tag] && sector < commands.sector[tag] + commands.count[tag];
}

/** The open writes with what each may be the last to write, and the rest. */
export function lastWrites(disk: Disk): Last[] {
  const { current, sectorCount } = disk.media;
  const covered = new Uint8Array(sectorCount);
  const written = new Int32Array(sectorCount);
  const lasts = segmentsOf(disk)
    .toReversed()
    .flatMap((tags) => {
      const own = tags.map((tag): Last => {
        const sectors = sectorsOf(disk, tag).filter((x) => covered[x] === 0);
        disk.overlay(tag, written, 0, sectorCount);
        return { tag, sectors, versions: sectors.map((x) => written[x]) };
      });
      for (const { sectors } of own) for (const x of sectors) covered[x] = 1;
      return own;
    });
  const rest = Array.from({ length: sectorCount }, (_, x) => x).filter((x) => covered[x] === 0);
  return [...lasts, { tag: NIL, sectors: rest, versions: rest.map((x) => current[x]) }];
}

function sectorsOf({ commands }: Disk, tag: number): number[] {
  return Array.from({ length: commands.count[tag] }, (_, i) => commands.sector[tag] + i);
}

/** The cache after every accepted command, in the order of acceptance but for `late`: each of those as late as may be. */
export function completeAll(disk: Disk, late: readonly number[], image: Int32Array): void {
  const order = segmentsOf(disk).flatMap((tags) => [
    ...tags.filter((tag) => !late.includes(tag)),
    ...late.filter((tag) => tags.includes(tag)),
  ]);
  image.set(disk.media.current);
  for (const tag of order) disk.overlay(tag, image, 0, disk.media.sectorCount);
}
