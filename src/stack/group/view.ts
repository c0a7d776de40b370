/**
 * One guest's view of a disk that several share: the disk as if the others had never written, in the guest's own sectors
 * and versions. What power loss can leave of the guest's sectors is exactly what it can leave of this disk, whatever the
 * destage order: fifo cuts the guest's writes where it cuts all, and the host's commands are never ORDERED, so
 * there is one epoch (the test enumerates both sides). Made anew from the shared disk when asked for.
 */
import { assert } from '../../base/assert.ts';
import { type History, VERSION } from '../../base/history.ts';
import { BIO_AT, Bios, NIL } from '../block/bios.ts';
import { Clock } from '../clock.ts';
import type { StackConfig } from '../config.ts';
import { COMMAND } from '../disk/commands.ts';
import { Disk } from '../disk/disk.ts';
import type { DiskEvent } from '../disk/log.ts';
import type { Evidence } from '../evidence.ts';
import { Journal } from '../journal.ts';
import type { Partition } from './partition.ts';

export class GuestView implements Evidence {
  readonly config: StackConfig;
  readonly history: History;
  readonly disk: Disk;
  readonly bios: Bios = new Bios();
  /** Never on: a view is made anew, and so is whatever is made of it. */
  readonly journal: Journal = new Journal();
  readonly clock: Clock;
  /** No backend that maps addresses takes several guests. */
  readonly decoder: null = null;
  private readonly shared: Disk;
  private readonly sharedBios: Bios;
  private readonly partition: Partition;

  constructor(config: StackConfig, history: History, shared: Disk, sharedBios: Bios, part: Partition, clock: Clock) {
    this.config = config;
    this.history = history;
    this.shared = shared;
    this.sharedBios = sharedBios;
    this.partition = part;
    this.clock = clock;
    // What is copied takes no time.
    this.disk = new Disk(config.disk, this.bios, new Clock(), this.journal);
  }

  get diskImage(): Int32Array {
    return this.history.image;
  }

  decode(): void {}

  /** Brings the view up to date; `reads` are the versions that the reads of all guests have returned. */
  update(reads: Int32Array): void {
    const { history, partition } = this;
    this.bios.reset();
    this.disk.reset(history.readVersions);
    this.copyMedium();
    this.copyCache();
    this.copyCommands();
    for (let i = 0; i < partition.readCount; i++)
      history.readVersions[i] = this.versionOf(reads[partition.firstRead + i]);
  }

  /** A version on the shared disk as the guest knows it. */
  private versionOf(version: number): number {
    if (version < 0) return version;
    const own = version - this.partition.firstOp;
    return own >= 0 && own < this.history.opCount ? own : VERSION.misplaced;
  }

  private copyMedium(): void {
    const { floor } = this.shared.media;
    const { media } = this.disk;
    const { start, sectorCount } = this.partition;
    for (let sector = 0; sector < sectorCount; sector++) {
      const version = floor[start + sector];
      if (version !== VERSION.initial) media.write(sector, 1, this.versionOf(version), 0, 0, true);
    }
  }

  private copyCache(): void {
    const { partition, disk } = this;
    const { media } = this.shared;
    const { unitSectors } = media;
    for (let node = media.oldest; node !== NIL; node = media.after[node]) {
      const first = media.unit[node] * unitSectors;
      if (!partition.has(first)) continue;
      for (let i = 0; i < unitSectors; i++) {
        const version = this.versionOf(media.content[node * unitSectors + i]);
        disk.media.write(first - partition.start + i, 1, version, media.seq[node], 0, false);
      }
    }
  }

  /** The guest's writes that the disk has accepted. Nothing is ordered against them: all have started. */
  private copyCommands(): void {
    const { commands } = this.shared;
    for (let tag = commands.head; tag !== NIL; tag = commands.next[tag]) {
      assert((commands.flags[tag] & COMMAND.ordered) === 0, 'the host of several guests sends no ORDERED command');
      const isWrite = (commands.flags[tag] & COMMAND.write) !== 0;
      if (!isWrite || !this.partition.has(commands.sector[tag])) continue;
      this.disk.accept(commands.flags[tag] & ~COMMAND.started, NIL, this.copyBios(commands.bioHead[tag]));
    }
  }

  private copyBios(head: number): number {
    const from = this.sharedBios.rows;
    let first: number = NIL;
    let last: number = NIL;
    for (let bio = head; bio !== NIL; bio = from[bio + BIO_AT.next]) {
      const sector = from[bio + BIO_AT.sector] - this.partition.start;
      const version = this.versionOf(from[bio + BIO_AT.version]);
      const copy = this.bios.alloc(from[bio + BIO_AT.flags], sector, from[bio + BIO_AT.count], version, NIL, NIL);
      if (last === NIL) first = copy;
      else this.bios.rows[last + BIO_AT.next] = copy;
      last = copy;
    }
    return first;
  }

  /** Of what reached the shared disk what concerns the guest: its own commands, and every flush. */
  eventsOf(events: readonly DiskEvent[]): DiskEvent[] {
    const { partition } = this;
    const kept = new Set<number>();
    return events.flatMap((event): DiskEvent[] => {
      if (event.ev === 'complete') return kept.has(event.of) ? [event] : [];
      if (event.ev !== 'flush' && !partition.has(event.sector)) return [];
      kept.add(event.at);
      if (event.ev === 'flush') return [event];
      const own = { ...event, sector: event.sector - partition.start };
      return [own.ev === 'write' ? { ...own, versions: own.versions.map((version) => this.versionOf(version)) } : own];
    });
  }
}
