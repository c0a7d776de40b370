/**
 * The guest's page cache (modes.md rule 8; facts.md §9.1): buffered writes by sector, write-back at any time. A
 * write-back takes the versions of the moment its request enters the queue; a sector under write-back may be dirtied
 * again but is not written again before that ends. Errors are kept until an fsync has told of them (fsyncs.ts).
 * Left out: pages (dirt is kept by sector), limits on dirty memory, reads through the cache.
 */
import { STATUS, VERSION } from '../../base/history.ts';
import { RING_REQUEST_SECTORS_MAX } from '../../base/units.ts';
import type { Program } from '../../guest/program.ts';
import { Bag } from '../bag.ts';
import { BIO, type Bios, NIL } from '../block/bios.ts';
import type { Queue } from '../block/queue.ts';
import { IntList } from '../journal.ts';
import type { KeyBytes } from '../key/bytes.ts';
import { OwedContent } from './owed.ts';

/** Owner of a write-back's bios; every other owner is an operation. */
export const OWNER_PAGES = -1;
const CLEAN = VERSION.initial;

/** A write-back that failed: the writes whose data it carried were submitted between these times. */
export interface WritebackError {
  readonly file: number;
  readonly status: number;
  readonly since: number;
  readonly until: number;
}

export class PageCache {
  /** Sectors whose write-back may start. */
  readonly ready: Bag = new Bag(0);
  /** Write-backs that failed; the fsyncs of their files have to tell. */
  readonly errors: WritebackError[] = [];
  /** Version not yet under write-back. */
  private dirty: Int32Array = new Int32Array(0);
  /** What is dirty, and what is under write-back. */
  private owed: OwedContent = new OwedContent(0, 0);
  private fileAt: Int32Array = new Int32Array(0);
  /** flush-fua: sectors dirtied while a barrier is under way wait for its end. */
  private held: Uint8Array = new Uint8Array(0);
  /** The same as places in the program's list of file sectors, and those places. */
  private readonly heldPlaces: IntList = new IntList();
  private placeAt: Int32Array = new Int32Array(0);
  private holding = false;
  /** Sectors whose write-back an fsync starts now. */
  private readonly startable: IntList = new IntList();
  private program: Program | null = null;
  private readonly bios: Bios;
  private readonly queue: () => Queue;

  constructor(bios: Bios, queue: () => Queue) {
    this.bios = bios;
    this.queue = queue;
  }

  reset(program: Program): void {
    if (this.program !== program) this.layOut(program);
    this.ready.clear();
    this.errors.length = 0;
    this.holding = false;
    this.heldPlaces.clear();
    this.owed.reset(program.fileSectors);
    for (let i = 0; i < program.fileSectors.length; i++) {
      const sector = program.fileSectors[i];
      this.dirty[sector] = CLEAN;
      this.held[sector] = 0;
    }
  }

  /** Since when a sector has been dirty matters only to the fsyncs that wait for it: `laterThan` says which. */
  writeKey(key: KeyBytes, laterThan: (file: number, time: number) => number): void {
    const { fileCount, fileSectors, fileSectorStart } = this.program!;
    key.put(this.holding ? 1 : 0);
    for (let file = 0; file < fileCount; file++) {
      for (let i = fileSectorStart[file]; i < fileSectorStart[file + 1]; i++) {
        const s = fileSectors[i];
        key.put(this.dirty[s]);
        if (this.dirty[s] !== CLEAN) key.put(laterThan(file, this.owed.dirtySince(s)));
        key.put(this.owed.isWriting(s) ? laterThan(file, this.owed.writingSince(s)) : -1);
        key.put(this.held[s]);
      }
    }
  }

  write(sector: number, count: number, version: number, time: number): void {
    for (let s = sector; s < sector + count; s++) {
      if (this.dirty[s] === CLEAN) this.owed.dirtied(this.fileAt[s], s, time);
      this.dirty[s] = version;
      if (this.holding && this.held[s] === 0) {
        this.held[s] = 1;
        this.heldPlaces.push(this.placeAt[s]);
      }
      this.refresh(s);
    }
  }

  /** From now on, what gets dirty stays until `release`. */
  hold(): void {
    this.holding = true;
  }

  release(): void {
    this.holding = false;
    const sectors = this.program!.fileSectors;
    const { items, count } = this.heldPlaces;
    this.heldPlaces.sort();
    for (let i = 0; i < count; i++) {
      const place = items[i];
      this.held[sectors[place]] = 0;
      this.refresh(sectors[place]);
    }
    this.heldPlaces.clear();
  }

  /** Writes back the run of ready sectors of one file that starts here: a bio per run of one version. */
  startWriteback(sector: number): void {
    const file = this.fileAt[sector];
    let end = sector;
    while (end < this.fileAt.length && this.fileAt[end] === file && this.ready.has(end)) end++;
    let from = sector;
    while (from < end) {
      const version = this.dirty[from];
      let to = from;
      while (to < end && this.dirty[to] === version && to - from < RING_REQUEST_SECTORS_MAX) this.begin(to++);
      this.queue().submit(this.bios.alloc(BIO.write, from, to - from, version, OWNER_PAGES, version));
      from = to;
    }
  }

  /** @param submit of the write whose version was written back. */
  ended(sector: number, count: number, status: number, submit: number): void {
    const file = this.fileAt[sector];
    if (status !== STATUS.ok) this.addError(file, sector, count, status, submit);
    for (let s = sector; s < sector + count; s++) {
      this.owed.ended(file, s);
      this.refresh(s);
    }
  }

  private addError(file: number, sector: number, count: number, status: number, until: number): void {
    let since = until;
    for (let s = sector; s < sector + count; s++) since = Math.min(since, this.owed.writingSince(s));
    this.errors.push({ file, status, since, until });
  }

  /** Whether content of the file from before `time` is still dirty or under write-back. */
  owes(file: number, time: number): boolean {
    return this.owed.isBefore(file, time);
  }

  /** Starts the write-back of what the file owes from before `time` and can be written now; true if any was. */
  startOwed(file: number, time: number, dryRun: boolean): boolean {
    const { owed, startable } = this;
    startable.clear();
    for (let node = owed.first(file, time); node !== NIL; node = owed.next(node, time)) {
      const s = node >> 1;
      if (!owed.isDirty(node) || !this.ready.has(s)) continue;
      if (dryRun) return true;
      startable.push(s);
    }
    startable.sort();
    // One write-back may take the next ones along.
    for (let i = 0; i < startable.count; i++)
      if (this.ready.has(startable.items[i])) this.startWriteback(startable.items[i]);
    return startable.count > 0;
  }

  private begin(sector: number): void {
    this.dirty[sector] = CLEAN;
    this.owed.begun(sector);
    this.refresh(sector);
  }

  /** Puts the sector on the ready list, or takes it off. */
  private refresh(sector: number): void {
    const isReady = this.dirty[sector] !== CLEAN && !this.owed.isWriting(sector) && this.held[sector] === 0;
    this.ready.put(sector, isReady);
  }

  private layOut(program: Program): void {
    const { fileSectors, fileSectorStart, fileCount, sectorCount } = program;
    this.program = program;
    if (this.fileAt.length !== sectorCount) {
      this.fileAt = new Int32Array(sectorCount);
      this.dirty = new Int32Array(sectorCount);
      this.placeAt = new Int32Array(sectorCount);
      this.held = new Uint8Array(sectorCount);
      this.ready.grow(sectorCount);
    }
    this.fileAt.fill(-1);
    if (!this.owed.fits(fileCount, sectorCount)) this.owed = new OwedContent(fileCount, sectorCount);
    for (let file = 0; file < fileCount; file++)
      for (let i = fileSectorStart[file]; i < fileSectorStart[file + 1]; i++) {
        this.fileAt[fileSectors[i]] = file;
        this.placeAt[fileSectors[i]] = i;
      }
  }
}
