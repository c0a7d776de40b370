/**
 * The disk (disk.md): accepts commands, completes started ones in whatever order the schedule decides, and keeps
 * what the medium and the cache hold. It knows nothing of what sends the commands.
 */
import { VERSION } from '../../base/history.ts';
import { type Bios, NIL, BIO_AT } from '../block/bios.ts';
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
  /** Flushes completed. */
  flushCount = 0;

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
    this.flushCount = 0;
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
    for (let bio = bioHead; bio !== NIL; bio = bios.rows[bio + BIO_AT.next]) count += bios.rows[bio + BIO_AT.count];
    commands.count[tag] = count;
    commands.sector[tag] = bioHead === NIL ? 0 : bios.rows[bioHead + BIO_AT.sector];
  }

  /** Completes a started command and returns its request. */
  complete(tag: number): number {
    const { commands } = this;
    const at = this.clock.tick();
    const flags = commands.flags[tag];
    const seq = ++this.completedCount;
    if ((flags & COMMAND.flush) !== 0) {
      this.flushCount++;
      if ((flags & COMMAND.ignored) === 0) this.media.flush(commands.startSeq[tag]);
    } else if ((flags & COMMAND.write) !== 0) this.store(tag, seq);
    else this.fetch(commands.bioHead[tag]);
    const isRead = (flags & (COMMAND.flush | COMMAND.write)) === 0;
    if (this.log !== null && !isRead) this.log.push({ at, ev: 'complete', of: commands.acceptedAt[tag] });
    const request = commands.request[tag];
    commands.complete(tag, seq);
    return request;
  }

  /** Fails a started command, which changes nothing, and returns its request. */
  fail(tag: number): number {
    const { commands } = this;
    const at = this.clock.tick();
    const isRead = (commands.flags[tag] & (COMMAND.flush | COMMAND.write)) === 0;
    const of = commands.acceptedAt[tag];
    if (this.log !== null && !isRead) this.log.push({ at, ev: 'complete', of, status: 'eio' });
    const request = commands.request[tag];
    commands.complete(tag, ++this.completedCount);
    return request;
  }

  /** Lays a write's versions over an image, within [from, to). */
  overlay(tag: number, image: Int32Array, from: number, to: number): void {
    const { bios, commands } = this;
    const discard = (commands.flags[tag] & COMMAND.discard) !== 0;
    for (let bio = commands.bioHead[tag]; bio !== NIL; bio = bios.rows[bio + BIO_AT.next]) {
      const first = Math.max(from, bios.rows[bio + BIO_AT.sector]);
      const end = Math.min(to, bios.rows[bio + BIO_AT.sector] + bios.rows[bio + BIO_AT.count]);
      if (first < end) image.fill(discard ? VERSION.initial : bios.rows[bio + BIO_AT.version], first, end);
    }
  }

  private store(tag: number, seq: number): void {
    const { bios, commands, media } = this;
    const flags = commands.flags[tag];
    const fua = (flags & COMMAND.fua) !== 0 && this.config.fua;
    const discard = (flags & COMMAND.discard) !== 0;
    for (let bio = commands.bioHead[tag]; bio !== NIL; bio = bios.rows[bio + BIO_AT.next]) {
      const version = discard ? VERSION.initial : bios.rows[bio + BIO_AT.version];
      media.write(
        bios.rows[bio + BIO_AT.sector],
        bios.rows[bio + BIO_AT.count],
        version,
        seq,
        commands.epoch[tag],
        fua,
      );
    }
  }

  private fetch(bioHead: number): void {
    const { bios, media, readVersions } = this;
    for (let bio = bioHead; bio !== NIL; bio = bios.rows[bio + BIO_AT.next]) {
      const end = bios.rows[bio + BIO_AT.sector] + bios.rows[bio + BIO_AT.count];
      for (let sector = bios.rows[bio + BIO_AT.sector]; sector < end; sector++)
        readVersions[bios.rows[bio + BIO_AT.version] + sector] = media.current[sector];
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
    const sector = bios.rows[bioHead + BIO_AT.sector];
    const versions: number[] = [];
    for (let bio = bioHead; bio !== NIL; bio = bios.rows[bio + BIO_AT.next])
      for (let i = 0; i < bios.rows[bio + BIO_AT.count]; i++) versions.push(bios.rows[bio + BIO_AT.version]);
    if ((flags & COMMAND.discard) !== 0) this.log!.push({ at, ev: 'discard', sector, count: versions.length, tag });
    else this.log!.push({ at, ev: 'write', sector, versions, tag, fua: (flags & COMMAND.fua) !== 0 });
  }
}
