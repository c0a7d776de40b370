/**
 * The disk (disk.md): accepts commands, completes started ones in whatever order the schedule decides, and keeps
 * what the medium and the cache hold. It knows nothing of what sends the commands.
 */
import { VERSION } from '../../base/history.ts';
import { type Bios, NIL } from '../block/bios.ts';
import type { Clock } from '../clock.ts';
import type { DiskConfig } from '../config.ts';
import { Journal } from '../journal.ts';
import { COMMAND, Commands } from './commands.ts';
import type { DiskEvent } from './log.ts';
import { Media } from './media.ts';

export class Disk {
  readonly commands: Commands;
  readonly media: Media;
  readonly config: DiskConfig;
  /** Filled while it is not null. */
  log: DiskEvent[] | null = null;
  private readonly bios: Bios;
  private readonly clock: Clock;
  /** Versions that reads return; a read bio says where its sectors lie in it. */
  private readVersions: Int32Array = new Int32Array(0);
  private completedCount = 0;

  constructor(config: DiskConfig, bios: Bios, clock: Clock, journal: Journal = new Journal()) {
    this.config = config;
    this.bios = bios;
    this.clock = clock;
    this.commands = new Commands(config, journal);
    this.media = new Media(config, journal);
  }

  reset(readVersions: Int32Array): void {
    this.readVersions = readVersions;
    this.completedCount = 0;
    this.commands.reset();
    this.media.reset();
    if (this.log !== null) this.log = [];
  }

  /** Accepts a command of `flags` (COMMAND); `request` is handed back when it completes. Returns its tag. */
  accept(flags: number, request: number, bioHead: number): number {
    const at = this.clock.tick();
    if (this.log !== null) this.logAccepted(flags, bioHead, at);
    const tag = this.commands.accept(flags, request, bioHead, at, this.completedCount);
    this.measure(tag, bioHead);
    return tag;
  }

  /** Notes which sectors a command covers. */
  private measure(tag: number, bioHead: number): void {
    const { bios, commands } = this;
    let count = 0;
    for (let bio = bioHead; bio !== NIL; bio = bios.next[bio]) count += bios.count[bio];
    commands.count[tag] = count;
    commands.sector[tag] = bioHead === NIL ? 0 : bios.sector[bioHead];
  }

  /** Completes a started command and returns its request. */
  complete(tag: number): number {
    const { commands } = this;
    const at = this.clock.tick();
    const flags = commands.flags[tag];
    const seq = ++this.completedCount;
    if ((flags & COMMAND.flush) !== 0) {
      if ((flags & COMMAND.ignored) === 0) this.media.flush(commands.startSeq[tag]);
    } else if ((flags & COMMAND.write) !== 0) this.store(tag, seq);
    else this.fetch(commands.bioHead[tag]);
    const isRead = (flags & (COMMAND.flush | COMMAND.write)) === 0;
    if (this.log !== null && !isRead) this.log.push({ at, ev: 'complete', of: commands.acceptedAt[tag] });
    const request = commands.request[tag];
    commands.complete(tag, seq);
    return request;
  }

  /** Lays a write's versions over an image, within [from, to). */
  overlay(tag: number, image: Int32Array, from: number, to: number): void {
    const { bios, commands } = this;
    const discard = (commands.flags[tag] & COMMAND.discard) !== 0;
    for (let bio = commands.bioHead[tag]; bio !== NIL; bio = bios.next[bio]) {
      const first = Math.max(from, bios.sector[bio]);
      const end = Math.min(to, bios.sector[bio] + bios.count[bio]);
      if (first < end) image.fill(discard ? VERSION.initial : bios.version[bio], first, end);
    }
  }

  private store(tag: number, seq: number): void {
    const { bios, commands, media } = this;
    const flags = commands.flags[tag];
    const fua = (flags & COMMAND.fua) !== 0 && this.config.fua;
    const discard = (flags & COMMAND.discard) !== 0;
    for (let bio = commands.bioHead[tag]; bio !== NIL; bio = bios.next[bio]) {
      const version = discard ? VERSION.initial : bios.version[bio];
      media.write(bios.sector[bio], bios.count[bio], version, seq, commands.epoch[tag], fua);
    }
  }

  private fetch(bioHead: number): void {
    const { bios, media, readVersions } = this;
    for (let bio = bioHead; bio !== NIL; bio = bios.next[bio]) {
      const end = bios.sector[bio] + bios.count[bio];
      for (let sector = bios.sector[bio]; sector < end; sector++)
        readVersions[bios.version[bio] + sector] = media.current[sector];
    }
  }

  private logAccepted(flags: number, bioHead: number, at: number): void {
    const { bios } = this;
    const tag = (flags & COMMAND.ordered) !== 0 ? 'ordered' : 'simple';
    if ((flags & COMMAND.flush) !== 0) {
      this.log!.push({ at, ev: 'flush', tag });
      return;
    }
    if ((flags & COMMAND.write) === 0) return;
    const sector = bios.sector[bioHead];
    const versions: number[] = [];
    for (let bio = bioHead; bio !== NIL; bio = bios.next[bio])
      for (let i = 0; i < bios.count[bio]; i++) versions.push(bios.version[bio]);
    if ((flags & COMMAND.discard) !== 0) this.log!.push({ at, ev: 'discard', sector, count: versions.length, tag });
    else this.log!.push({ at, ev: 'write', sector, versions, tag, fua: (flags & COMMAND.fua) !== 0 });
  }
}
