/**
 * Which versions a sector may be left with, read off the disk and shown to a view: what is certainly on the medium,
 * what lies above it in the cache, what started writes may still put there (atomic unit 512).
 */
import { VERSION } from '../../base/history.ts';
import type { Program } from '../../guest/program.ts';
import { NIL, type Bios, BIO_AT } from '../../stack/block/bios.ts';
import { COMMAND } from '../../stack/disk/commands.ts';
import type { Disk } from '../../stack/disk/disk.ts';
import { SectorRows } from './rows.ts';

/** Takes versions of sectors in: the first one anew, further ones beside it. */
interface Viewer {
  set(sector: number, version: number): void;
  join(sector: number, version: number): unknown;
}

export class Survivors {
  /** How many started writes cover a sector. */
  private readonly starts: SectorRows = new SectorRows(1);
  private readonly disk: Disk;
  private readonly bios: Bios;

  constructor(disk: Disk, bios: Bios) {
    this.disk = disk;
    this.bios = bios;
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

  /** All that may be left of the sector. */
  show(viewer: Viewer, sector: number): void {
    const { media } = this.disk;
    viewer.set(sector, media.floor[sector]);
    for (let node = media.unitHead[sector]; node !== NIL; node = media.newer[node])
      viewer.join(sector, media.content[node]);
    this.showStarted(viewer, sector);
  }

  /**
   * All that started writes may leave: few cover one sector, and there are no more than the disk is deep.
   * @param epoch those of this epoch only; -1: of any.
   */
  showStarted(viewer: Viewer, sector: number, epoch: number = -1): void {
    let left = this.starts.items[sector];
    const { commands } = this.disk;
    for (let i = 0; left > 0; i++) {
      const tag = commands.started.items[i];
      const from = commands.sector[tag];
      if ((commands.flags[tag] & COMMAND.write) === 0 || sector < from || sector >= from + commands.count[tag])
        continue;
      if (epoch < 0 || commands.epoch[tag] === epoch) viewer.join(sector, this.versionOf(tag, sector));
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
    while (sector >= bios.rows[bio + BIO_AT.sector] + bios.rows[bio + BIO_AT.count]) bio = bios.rows[bio + BIO_AT.next];
    return bios.rows[bio + BIO_AT.version];
  }
}
