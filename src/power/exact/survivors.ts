/**
 * Which versions a sector may be left with, read off the disk: what is certainly on the medium, what lies above it in
 * the cache, what started writes may still put there (atomic unit 512). Of several versions only the least key and
 * the greatest rank matter.
 */
import { VERSION } from '../../base/history.ts';
import type { Program } from '../../guest/program.ts';
import { NIL, type Bios } from '../../stack/block/bios.ts';
import { COMMAND } from '../../stack/disk/commands.ts';
import type { Disk } from '../../stack/disk/disk.ts';
import type { ImageCount } from './images.ts';
import { NEVER, type Precedence } from './precedence.ts';
import { SectorRows } from './rows.ts';

export class Survivors {
  /** Least key and greatest rank (0: no write) of the versions seen since the last `clear`. */
  key: number = NEVER;
  stood = 0;
  /** How many started writes cover a sector. */
  private readonly starts: SectorRows = new SectorRows(1);
  private readonly disk: Disk;
  private readonly bios: Bios;
  private readonly precedence: Precedence;
  private readonly images: ImageCount | null;

  /** @param images is told of every version seen, if the images are counted. */
  constructor(disk: Disk, bios: Bios, precedence: Precedence, images: ImageCount | null) {
    this.images = images;
    this.disk = disk;
    this.bios = bios;
    this.precedence = precedence;
  }

  begin(program: Program): void {
    this.starts.begin(program);
  }

  /** A write has started; all of a step are to be told before any sector is looked at. */
  started(tag: number): void {
    const { sector, count } = this.disk.commands;
    this.count(sector[tag], count[tag], 1);
  }

  /** One that covers these sectors has completed. */
  finished(sector: number, count: number): void {
    this.count(sector, count, -1);
  }

  clear(): void {
    this.key = NEVER;
    this.stood = 0;
  }

  /** Takes a version of a sector in. */
  see(version: number, sector: number): void {
    if (this.images !== null) this.images.see(version, sector);
    const key = this.precedence.keyOfVersion(version, sector);
    if (key < this.key) this.key = key;
    if (version < 0) return;
    const rank = this.precedence.rank[version];
    if (rank > this.stood) this.stood = rank;
  }

  /** All that the cache and the medium may leave. */
  seeStored(sector: number): void {
    const { media } = this.disk;
    this.see(media.floor[sector], sector);
    for (let node = media.unitHead[sector]; node !== NIL; node = media.newer[node])
      this.see(media.content[node], sector);
  }

  /**
   * All that started writes may leave: few cover one sector, and there are no more than the disk is deep.
   * @param epoch those of this epoch only; -1: of any.
   */
  seeStarted(sector: number, epoch: number = -1): void {
    let left = this.starts.items[sector];
    const { commands } = this.disk;
    for (let i = 0; left > 0; i++) {
      const tag = commands.started[i];
      const from = commands.sector[tag];
      if ((commands.flags[tag] & COMMAND.write) === 0 || sector < from || sector >= from + commands.count[tag])
        continue;
      if (epoch < 0 || commands.epoch[tag] === epoch) this.see(this.versionOf(tag, sector), sector);
      left--;
    }
  }

  private count(sector: number, count: number, by: number): void {
    const { items } = this.starts;
    const end = sector + count;
    for (let x = sector; x < end; x++) items[x] += by;
  }

  /** The version that a write command puts at one of its sectors. */
  private versionOf(tag: number, sector: number): number {
    const { bios } = this;
    const { commands } = this.disk;
    if ((commands.flags[tag] & COMMAND.discard) !== 0) return VERSION.initial;
    let bio = commands.bioHead[tag];
    while (sector >= bios.sector[bio] + bios.count[bio]) bio = bios.next[bio];
    return bios.version[bio];
  }
}
