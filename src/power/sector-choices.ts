/**
 * How many versions each open sector may be left with (disk.md), where a sector is a unit of its own (atomic unit 512):
 * the floor's, those cached above it, those of started writes; each version once. Linear in what is open, and nothing is
 * allocated once warm.
 */
import { NIL } from '../stack/block/bios.ts';
import type { Disk } from '../stack/disk/disk.ts';
import { IntList } from '../stack/journal.ts';
import { Marks } from './marks.ts';
import { StartedVersions } from './started.ts';

export class SectorChoices {
  private readonly started: StartedVersions = new StartedVersions();
  private readonly factors: IntList = new IntList();
  private readonly seen: Marks = new Marks();
  private readonly versions: Marks = new Marks();

  /** One number per sector that is left with one version of several, in no order; good until the next call. */
  of(disk: Disk): IntList {
    const { started, factors } = this;
    const { media } = disk;
    started.read(disk);
    factors.clear();
    this.seen.begin();
    for (let node = media.oldest; node !== NIL; node = media.after[node]) this.visit(disk, media.unit[node]);
    for (let at = 0; at < started.sector.count; at++) this.visit(disk, started.sector.items[at]);
    return factors;
  }

  private visit(disk: Disk, x: number): void {
    if (this.seen.add(x) === 0) return;
    const count = this.versionsAt(disk, x);
    if (count > 1) this.factors.push(count);
  }

  private versionsAt({ media }: Disk, x: number): number {
    const { started, versions } = this;
    versions.begin();
    let count = versions.add(media.floor[x]);
    for (let node = media.unitHead[x]; node !== NIL; node = media.newer[node])
      count += versions.add(media.content[node]);
    for (let at = started.head[x]; at !== NIL; at = started.next.items[at])
      count += versions.add(started.version.items[at]);
    return count;
  }
}
