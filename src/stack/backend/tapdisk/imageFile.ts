/**
 * A raw image file on a host file system (facts.md §9.4, §9.5), as small as is true: blocks of 8 sectors, each written or
 * not. A block that is not reads as zeros, whatever lies below. The first write to reach one makes it written, in the
 * running transaction of the file system's journal, which is memory; a commit writes one record, as a barrier, to a
 * sector behind the device. A record says of every block whether it is written, so the last one that survived is the
 * whole of what recovery finds. Data is ordered: a block joins the transaction when its data has been written.
 * A hole is a block that has to be allocated first; what can be lost of it is the same as of an unwritten block, since
 * 2.6.36 allocates holes unwritten. A full image has no metadata. Opened without O_DIRECT, a page cache lies above.
 * Left out: i_size and growing files, zeroing the rest of a block (it reads as zeros anyway), records of several sectors,
 * the checkpoint (a record holds all), a journal that aborts (resend.ts), the error of a page, which a sync writes again.
 */
import { STATUS } from '../../../base/history.ts';
import { VERSION } from '../../../base/history.ts';
import { PAGE_SECTORS } from '../../../base/units.ts';
import { BIO, BIO_AT, type Bios } from '../../block/bios.ts';
import type { Queue } from '../../block/queue.ts';
import type { StackConfig } from '../../config.ts';
import { IntList } from '../../journal.ts';
import type { KeyBytes } from '../../key/bytes.ts';
import type { Planted } from '../../mutants.ts';
import type { Decoder, ReadSector } from '../decoder.ts';
import { HostCache, OWNER_HOST_PAGES } from '../hostcache.ts';
import { Snapshots } from '../snapshots.ts';
import { hasMetadata, journalSectorOf, METADATA_FIRST } from '../../layout.ts';
import { resend } from './resend.ts';

/** Owners of the file system's own bios, besides OWNER_HOST_PAGES. */
const OWNER_RECORD = -2;
const OWNER_FLUSH = -3;

/** What a sync does, in this order. */
const SYNC = { none: 0, pages: 1, settle: 2, ending: 3 } as const;

export class ImageFile implements Decoder {
  /** Null: opened with O_DIRECT. */
  readonly cache: HostCache | null;
  readonly hasMetadata: boolean;
  private readonly journalSector: number;
  /** Blocks written as far as memory knows, a bit each. */
  private readonly written: Int32Array;
  private readonly records: Snapshots;
  /** The running transaction holds something. */
  private isChanged = false;
  private isCommitting = false;
  private isFlushing = false;
  private phase: number = SYNC.none;
  private commitsAlways = false;
  /** B32: a write ends before its blocks are converted; first sector and number of sectors of what is put off. */
  private readonly convertsLate: boolean;
  private readonly late: IntList = new IntList();
  private readonly planted: Planted;
  private readonly bios: Bios;
  private host!: Queue;

  constructor({ disk, backendOptions }: StackConfig, bios: Bios, isBuffered: boolean, planted: Planted) {
    const wordCount = Math.ceil(disk.sectors / PAGE_SECTORS / 32);
    this.bios = bios;
    this.planted = planted;
    this.convertsLate = planted.is('B32');
    this.hasMetadata = hasMetadata(backendOptions);
    this.cache = isBuffered ? new HostCache(disk.sectors, bios) : null;
    this.journalSector = journalSectorOf(disk.sectors);
    this.written = new Int32Array(wordCount);
    this.records = new Snapshots(wordCount, METADATA_FIRST);
  }

  attach(host: Queue): void {
    this.host = host;
    this.cache?.attach(host);
  }

  reset(): void {
    this.cache?.reset();
    this.records.reset();
    this.written.fill(0);
    this.late.clear();
    this.isChanged = false;
    this.isCommitting = false;
    this.isFlushing = false;
    this.phase = SYNC.none;
    this.commitsAlways = false;
  }

  writeKey(key: KeyBytes): void {
    this.records.writeKey(key);
  }

  /** The part of its state that no power loss shows. */
  writeLiveKey(key: KeyBytes): void {
    key.putFlags(this.isChanged, this.isCommitting, this.isFlushing, this.commitsAlways);
    key.put(this.phase);
    for (const word of this.written) key.put(word);
    for (let i = 0; i < this.late.count; i++) key.put(this.late.items[i]);
    this.cache?.writeKey(key);
  }

  sectorAt(sector: number, read: ReadSector): number {
    if (!this.hasMetadata) return read(sector);
    const record = read(this.journalSector);
    const block = sector >> 3;
    const isWritten = this.records.has(record) && ((this.records.at(record, block >> 5) >>> (block & 31)) & 1) === 1;
    return isWritten ? read(sector) : VERSION.initial;
  }

  sectorNow(sector: number, read: ReadSector): number {
    if (this.cache?.has(sector) === true) return this.cache.versionAt(sector);
    return this.isWritten(sector) ? read(sector) : VERSION.initial;
  }

  /** All of this is the host's. */
  sectorReopened(sector: number, read: ReadSector): number {
    return this.sectorNow(sector, read);
  }

  /** Nobody waits in a sync any more. */
  reopen(): void {
    this.phase = SYNC.none;
    this.commitsAlways = false;
  }

  guestSectorOf(sector: number): number {
    return sector;
  }

  /** Whether a read of this sector goes to the disk: it is zeros otherwise. */
  isWritten(sector: number): boolean {
    return !this.hasMetadata || ((this.written[sector >> 8] >>> ((sector >> 3) & 31)) & 1) === 1;
  }

  /** A write of these sectors has ended: their blocks hold data now. */
  wrote(sector: number, count: number): void {
    if (this.convertsLate && this.hasMetadata && this.planted.reach()) this.late.pushTwo(sector, count);
    else this.convert(sector, count);
  }

  private convert(sector: number, count: number): void {
    if (!this.hasMetadata) return;
    for (let x = sector; x < sector + count; x++) {
      if (this.isWritten(x)) continue;
      this.written[x >> 8] |= 1 << ((x >> 3) & 31);
      this.isChanged = true;
    }
  }

  /** Whether the file system has something to do by itself. */
  get canWork(): boolean {
    return this.late.count > 0 || (this.isChanged && !this.isCommitting);
  }

  /** The file system's own work, whenever it likes: what it has put off, then a commit. */
  work(): void {
    if (this.late.count === 0) this.commit();
    for (let i = 0; i < this.late.count; i += 2) this.convert(this.late.items[i], this.late.items[i + 1]);
    this.late.clear();
  }

  /** Writes a record of all blocks: the cache is flushed before it, and after it or with FUA, as the host's mode does. */
  private commit(): void {
    const record = this.records.codeOf(this.written);
    this.isChanged = false;
    this.isCommitting = true;
    this.host.submit(this.bios.alloc(BIO.write | BIO.barrier, this.journalSector, 1, record, OWNER_RECORD, -1));
  }

  /** A bio with one of the file system's owners has ended. */
  bioEnded(bio: number, status: number): void {
    const { rows } = this.bios;
    const owner = rows[bio + BIO_AT.owner];
    if (owner === OWNER_HOST_PAGES) {
      if (status === STATUS.ok) this.wrote(rows[bio + BIO_AT.sector], rows[bio + BIO_AT.count]);
      this.cache!.bioEnded(rows[bio + BIO_AT.sector], rows[bio + BIO_AT.count], status);
    } else if (status !== STATUS.ok && (owner === OWNER_RECORD || owner === OWNER_FLUSH))
      resend(bio, this.bios, this.host);
    else if (owner === OWNER_RECORD) this.isCommitting = false;
    else if (owner === OWNER_FLUSH) this.isFlushing = false;
  }

  /** Somebody waits in fdatasync or (`all`: times are committed too) fsync. */
  beginSync(all: boolean): void {
    this.phase = this.cache === null ? SYNC.settle : SYNC.pages;
    this.commitsAlways = all && this.hasMetadata;
  }

  get isSyncing(): boolean {
    return this.phase !== SYNC.none;
  }

  get canStep(): boolean {
    if (this.phase === SYNC.pages) return this.cache!.owedCount === 0 || this.cache!.ready.count > 0;
    return this.phase !== SYNC.none && !this.isCommitting && !this.isFlushing;
  }

  /** The sync goes on: dirty pages, then a commit (of a transaction that holds something) or a flush of the disk. */
  step(): void {
    if (this.phase === SYNC.ending) this.phase = SYNC.none;
    else if (this.phase === SYNC.pages && this.cache!.owedCount > 0) this.cache!.writebackAll();
    else if (this.phase === SYNC.pages) this.phase = SYNC.settle;
    else {
      this.phase = SYNC.ending;
      if (this.isChanged || this.commitsAlways) this.commit();
      else this.flush();
    }
  }

  private flush(): void {
    this.isFlushing = true;
    this.host.submit(this.bios.alloc(BIO.barrier, 0, 0, 0, OWNER_FLUSH, -1));
  }
}
