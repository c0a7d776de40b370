/**
 * How many versions each open sector may be left with (disk.md), where a sector is a unit of its own (atomic unit 512):
 * the floor's, those cached above it, those of started writes; each version once. Linear in what is open.
 */
import { VERSION } from '../base/history.ts';
import { NIL, resized } from '../stack/block/bios.ts';
import type { Disk } from '../stack/disk/disk.ts';
import { IntList } from '../stack/journal.ts';
import { StartedVersions } from './started.ts';

/** One number per sector that is left with one version of several, in no order. */
export function sectorChoices(disk: Disk): IntList {
  const started = new StartedVersions(disk);
  const factors = new IntList();
  const marks = new Marks();
  const isDone = new Uint8Array(disk.media.sectorCount);
  const visit = (x: number): void => {
    if (isDone[x] === 1) return;
    isDone[x] = 1;
    const count = versionsAt(disk, x, started, marks);
    if (count > 1) factors.push(count);
  };
  const { media } = disk;
  for (let node = media.oldest; node !== NIL; node = media.after[node]) visit(media.unit[node]);
  for (let at = 0; at < started.sector.count; at++) visit(started.sector.items[at]);
  return factors;
}

function versionsAt({ media }: Disk, x: number, started: StartedVersions, marks: Marks): number {
  marks.begin();
  let count = marks.add(media.floor[x]);
  for (let node = media.unitHead[x]; node !== NIL; node = media.newer[node]) count += marks.add(media.content[node]);
  for (let at = started.head[x]; at !== NIL; at = started.next.items[at]) count += marks.add(started.version.items[at]);
  return count;
}

/** A set of versions that is emptied at no cost. */
class Marks {
  private marks: Int32Array = new Int32Array(64);
  private round = 0;

  begin(): void {
    this.round++;
  }

  /** 1: the version is new; 0: it is in the set already. */
  add(version: number): number {
    // Codes of metadata lie below every other version.
    const at = version >= VERSION.initial ? 2 * (version + 1) : -2 * version + 1;
    if (at >= this.marks.length) this.marks = resized(this.marks, 2 * at);
    if (this.marks[at] === this.round) return 0;
    this.marks[at] = this.round;
    return 1;
  }
}
