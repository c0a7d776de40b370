/**
 * A host page cache under a buffered backend (disk.md "Scopes", last paragraph; facts.md §13.2 B17): 4096-byte pages,
 * written back a page at a time as an action of the schedule. A page under write-back may be dirtied again, but is not
 * sent again before that ends. A page not sent is lost in every image.
 * Left out: eviction (what was written stays readable), read-ahead, limits on dirty memory.
 */
import { STATUS } from '../../base/history.ts';
import { PAGE_SECTORS } from '../../base/units.ts';
import { Bag } from '../bag.ts';
import { BIO, type Bios } from '../block/bios.ts';
import type { HostQueue } from '../group/partition.ts';
import type { KeyBytes } from '../key/bytes.ts';

/** Owner of a write-back's bios; every other owner is a ring request. */
export const OWNER_HOST_PAGES = -1;
/** No content of the sector is cached; any version, the initial one included, is a content. */
const ABSENT = -100;

export class HostCache {
  /** Pages whose write-back may start. */
  readonly ready: Bag;
  /** Pages dirty or under write-back. */
  owedCount = 0;
  /** Of a write-back since the last fsync. */
  private error: number = STATUS.ok;
  private readonly content: Int32Array;
  /** 1: the sector differs from what was last sent. */
  private readonly dirty: Uint8Array;
  /** Dirty sectors of a page, and bios of its write-back that have not ended. */
  private readonly dirtyCount: Int32Array;
  private readonly writing: Int32Array;
  private readonly bios: Bios;
  private host!: HostQueue;

  constructor(sectorCount: number, bios: Bios) {
    const pageCount = Math.ceil(sectorCount / PAGE_SECTORS);
    this.bios = bios;
    this.ready = new Bag(pageCount);
    this.content = new Int32Array(pageCount * PAGE_SECTORS);
    this.dirty = new Uint8Array(pageCount * PAGE_SECTORS);
    this.dirtyCount = new Int32Array(pageCount);
    this.writing = new Int32Array(pageCount);
  }

  attach(host: HostQueue): void {
    this.host = host;
  }

  reset(): void {
    this.ready.clear();
    this.owedCount = 0;
    this.error = STATUS.ok;
    this.content.fill(ABSENT);
    this.dirty.fill(0);
    this.dirtyCount.fill(0);
    this.writing.fill(0);
  }

  writeKey(key: KeyBytes): void {
    key.put(this.error);
    for (let s = 0; s < this.content.length; s++) {
      if (this.content[s] === ABSENT) continue;
      key.put(s);
      key.put(this.content[s]);
      key.put(this.dirty[s]);
      // Once a page is enough; its first cached sector may be any.
      key.put(this.writing[s >> 3]);
    }
    key.put(-1);
  }

  write(sector: number, count: number, version: number): void {
    for (let s = sector; s < sector + count; s++) {
      const page = s >> 3;
      if (this.dirtyCount[page] === 0 && this.writing[page] === 0) this.owedCount++;
      this.dirtyCount[page] += 1 - this.dirty[s];
      this.content[s] = version;
      this.dirty[s] = 1;
      this.refresh(page);
    }
  }

  /** Whether a read of this sector is answered from here, and with what. */
  has(sector: number): boolean {
    return this.content[sector] !== ABSENT;
  }

  versionAt(sector: number): number {
    return this.content[sector];
  }

  /** Sends the dirty sectors of a page, a bio per run of one version. */
  writeback(page: number): void {
    const end = (page + 1) * PAGE_SECTORS;
    // Counted up first: a bio may end while the next is being submitted.
    this.writing[page] = 1;
    this.dirtyCount[page] = 0;
    this.refresh(page);
    let sector = page * PAGE_SECTORS;
    while (sector < end) {
      if (this.dirty[sector] === 0) {
        sector++;
        continue;
      }
      const version = this.content[sector];
      let to = sector;
      while (to < end && this.dirty[to] === 1 && this.content[to] === version) this.dirty[to++] = 0;
      this.writing[page]++;
      const op = version < 0 ? -1 : version;
      this.host.submit(this.bios.alloc(BIO.write, sector, to - sector, version, OWNER_HOST_PAGES, op));
      sector = to;
    }
    this.pieceEnded(page);
  }

  /** Starts the write-back of every page that can be sent now, in order; what a host fsync does first. */
  writebackAll(): void {
    while (this.ready.count > 0) this.writeback(this.ready.lowest);
  }

  /** A piece of a write-back has ended; what failed stays dirty, and the next fsync reports it. */
  bioEnded(sector: number, count: number, status: number): void {
    const page = sector >> 3;
    if (status !== STATUS.ok) {
      this.error = status;
      for (let s = sector; s < sector + count; s++) {
        this.dirtyCount[page] += 1 - this.dirty[s];
        this.dirty[s] = 1;
      }
    }
    this.pieceEnded(page);
  }

  /** The error that an fsync has to report, if there is one; only once. */
  takeError(): number {
    const { error } = this;
    this.error = STATUS.ok;
    return error;
  }

  private pieceEnded(page: number): void {
    if (--this.writing[page] > 0) return;
    if (this.dirtyCount[page] === 0) this.owedCount--;
    this.refresh(page);
  }

  private refresh(page: number): void {
    this.ready.put(page, this.dirtyCount[page] > 0 && this.writing[page] === 0);
  }
}
