/**
 * What an image costs: first of all units *lost*, which hold something older than the newest completed version (an
 * uncompleted write that did not survive is no loss), then units *kept* that hold neither their floor nor what the
 * cache holds: uncompleted writes, and versions in between, survive only if they have to.
 */
import type { Disk } from '../../../stack/disk/disk.ts';
import type { Content, Layer } from '../../layers.ts';
import { contentAt, layersByUnit, startedWrites, unitOptions } from '../../options.ts';

export const KEPT = 1;
/** More than all the units of a disk kept. */
export const LOST: number = 2 ** 26;

/** Costs of spelled out contents, for a disk as it stands. */
export class Costs {
  private readonly disk: Disk;
  private readonly started: ReadonlyMap<number, readonly Layer[]>;
  /** Per unit the contents that lose nothing. */
  private readonly newest: Map<number, Set<string>> = new Map();

  constructor(disk: Disk) {
    this.disk = disk;
    this.started = layersByUnit(disk, startedWrites(disk));
  }

  of(unit: number, content: Content): number {
    const { media } = this.disk;
    const text = content.join();
    if (text === contentAt(this.disk, media.current, unit).join()) return 0;
    const kept = text === contentAt(this.disk, media.floor, unit).join() ? 0 : KEPT;
    return this.newestOf(unit).has(text) ? kept : LOST + kept;
  }

  private newestOf(unit: number): Set<string> {
    const { disk } = this;
    let newest = this.newest.get(unit);
    if (newest === undefined) {
      const current = contentAt(disk, disk.media.current, unit);
      newest = new Set(unitOptions(disk, unit, [current], this.started.get(unit)).map((content) => content.join()));
      this.newest.set(unit, newest);
    }
    return newest;
  }
}
