/**
 * What the page cache owes the device: per file a list of contents that are dirty or under write-back, oldest first. A
 * sector has two at most, one of each; a content keeps its place when its write-back begins, so the list stays in
 * order, and what a file owes from before a time is seen at its head.
 */
import { NIL } from '../block/bios.ts';

export class OwedContent {
  /** Of a sector's contents 2·sector and 2·sector + 1 the dirty one, or the next to be so. */
  private readonly slot: Uint8Array;
  /** Since when a content has been dirty; 0: there is none. */
  private readonly since: Int32Array;
  private readonly after: Int32Array;
  private readonly before: Int32Array;
  private readonly head: Int32Array;
  private readonly tail: Int32Array;

  constructor(fileCount: number, sectorCount: number) {
    this.slot = new Uint8Array(sectorCount);
    this.since = new Int32Array(2 * sectorCount);
    this.after = new Int32Array(2 * sectorCount);
    this.before = new Int32Array(2 * sectorCount);
    this.head = new Int32Array(fileCount);
    this.tail = new Int32Array(fileCount);
  }

  fits(fileCount: number, sectorCount: number): boolean {
    return fileCount <= this.head.length && sectorCount <= this.slot.length;
  }

  /** Owes nothing any more; only these sectors have been written. */
  reset(sectors: Int32Array): void {
    this.head.fill(NIL);
    this.tail.fill(NIL);
    for (let i = 0; i < sectors.length; i++) {
      this.since[2 * sectors[i]] = 0;
      this.since[2 * sectors[i] + 1] = 0;
    }
  }

  /** A clean sector is dirtied; times never go back. */
  dirtied(file: number, sector: number, time: number): void {
    const node = 2 * sector + this.slot[sector];
    const tail = this.tail[file];
    this.since[node] = time;
    this.before[node] = tail;
    this.after[node] = NIL;
    if (tail === NIL) this.head[file] = node;
    else this.after[tail] = node;
    this.tail[file] = node;
  }

  /** What is dirty is under write-back from now on. */
  begun(sector: number): void {
    this.slot[sector] ^= 1;
  }

  /** The write-back has ended. */
  ended(file: number, sector: number): void {
    const node = 2 * sector + (this.slot[sector] ^ 1);
    const before = this.before[node];
    const after = this.after[node];
    this.since[node] = 0;
    if (before === NIL) this.head[file] = after;
    else this.after[before] = after;
    if (after === NIL) this.tail[file] = before;
    else this.before[after] = before;
  }

  isWriting(sector: number): boolean {
    return this.writingSince(sector) !== 0;
  }

  /** Since when the dirty content has been dirty, and the one under write-back; 0: there is none. */
  dirtySince(sector: number): number {
    return this.since[2 * sector + this.slot[sector]];
  }

  writingSince(sector: number): number {
    return this.since[2 * sector + (this.slot[sector] ^ 1)];
  }

  /** Whether this one is dirty, not under write-back. */
  isDirty(node: number): boolean {
    return (node & 1) === this.slot[node >> 1];
  }

  /** Whether the file owes anything from before the time. */
  isBefore(file: number, time: number): boolean {
    return this.first(file, time) !== NIL;
  }

  /** The oldest content of the file (its sector twice, or one more), if it is from before the time; NIL: none. */
  first(file: number, time: number): number {
    const node = this.head[file];
    return node !== NIL && this.since[node] < time ? node : NIL;
  }

  next(node: number, time: number): number {
    const after = this.after[node];
    return after !== NIL && this.since[after] < time ? after : NIL;
  }
}
