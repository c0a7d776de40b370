/** Versions that started writes may leave, chained by sector (atomic unit 512): head[sector] → entry → next[entry]. */
import { NIL } from '../stack/block/bios.ts';
import { COMMAND } from '../stack/disk/commands.ts';
import type { Disk } from '../stack/disk/disk.ts';
import { IntList } from '../stack/journal.ts';

export class StartedVersions {
  head: Int32Array = new Int32Array(0);
  readonly next: IntList = new IntList();
  readonly sector: IntList = new IntList();
  readonly version: IntList = new IntList();
  private scratch: Int32Array = new Int32Array(0);

  /** Takes what the disk has started now for what it held; nothing is allocated once warm. */
  read(disk: Disk): this {
    const { commands } = disk;
    this.clear(disk.media.sectorCount);
    for (let tag = commands.head; tag !== NIL; tag = commands.next[tag])
      if (commands.started.has(tag) && (commands.flags[tag] & COMMAND.write) !== 0) this.add(disk, tag);
    return this;
  }

  has(sector: number, version: number): boolean {
    let at = this.head[sector];
    while (at !== NIL && this.version.items[at] !== version) at = this.next.items[at];
    return at !== NIL;
  }

  private clear(sectorCount: number): void {
    for (let at = 0; at < this.sector.count; at++) this.head[this.sector.items[at]] = NIL;
    this.next.clear();
    this.sector.clear();
    this.version.clear();
    if (this.head.length === sectorCount) return;
    this.head = new Int32Array(sectorCount).fill(NIL);
    this.scratch = new Int32Array(sectorCount);
  }

  private add(disk: Disk, tag: number): void {
    const { commands } = disk;
    const end = commands.sector[tag] + commands.count[tag];
    disk.overlay(tag, this.scratch, commands.sector[tag], end);
    for (let x = commands.sector[tag]; x < end; x++) {
      this.next.push(this.head[x]);
      this.head[x] = this.sector.count;
      this.sector.push(x);
      this.version.push(this.scratch[x]);
    }
  }
}
