/** Versions that started writes may leave, chained by sector (atomic unit 512): head[sector] → entry → next[entry]. */
import { NIL } from '../stack/block/bios.ts';
import type { Disk } from '../stack/disk/disk.ts';
import { IntList } from '../stack/journal.ts';
import { startedWrites } from './options.ts';

export class StartedVersions {
  readonly head: Int32Array;
  readonly next: IntList = new IntList();
  readonly sector: IntList = new IntList();
  readonly version: IntList = new IntList();

  constructor(disk: Disk) {
    const { commands, media } = disk;
    const scratch = new Int32Array(media.sectorCount);
    this.head = new Int32Array(media.sectorCount).fill(NIL);
    for (const tag of startedWrites(disk)) {
      const end = commands.sector[tag] + commands.count[tag];
      disk.overlay(tag, scratch, commands.sector[tag], end);
      for (let x = commands.sector[tag]; x < end; x++) {
        this.next.push(this.head[x]);
        this.head[x] = this.sector.count;
        this.sector.push(x);
        this.version.push(scratch[x]);
      }
    }
  }

  has(sector: number, version: number): boolean {
    let at = this.head[sector];
    while (at !== NIL && this.version.items[at] !== version) at = this.next.items[at];
    return at !== NIL;
  }
}
