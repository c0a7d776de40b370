/**
 * What the disk holds (disk.md, "Surviving images"): per atomic unit the floor, which is certainly on the medium,
 * and above it a chain of the versions that completed writes have left in the volatile cache. One list through all
 * of them in completion order, so that a flush settles exactly what it covers, each version once.
 * Facts: §15 of facts.md. Left out: nothing of disk.md; what may survive of it is drawn in src/power.
 */
import { assert } from '../../base/assert.ts';
import { VERSION } from '../../base/history.ts';
import { SECTOR_BYTES } from '../../base/units.ts';
import { NIL, resized } from '../block/bios.ts';
import type { DiskConfig } from '../config.ts';
import { IntList, Journal } from '../journal.ts';
import type { KeyBytes } from '../key/bytes.ts';
import type { Commands } from './commands.ts';

/** Sectors below which filling whole columns is cheaper than noting what is written. */
const SMALL = 4096;

export class Media {
  readonly sectorCount: number;
  readonly unitSectors: number;
  /** Unit of a sector: so many bits less. */
  private readonly unitShift: number;
  readonly isVolatile: boolean;
  readonly destage: DiskConfig['destage'];
  /** Version of every sector as a read finds it: in the cache, or on the medium. */
  readonly current: Int32Array;
  /** Version of every sector that is certainly on the medium. */
  readonly floor: Int32Array;
  /** The latest epoch that some floor version belongs to. */
  floorEpochMax = 0;
  /** Oldest and newest cached version of a unit above its floor. */
  readonly unitHead: Int32Array;
  readonly unitTail: Int32Array;
  /** Cached versions above the floor: unit, completion number of the command, its epoch, links. */
  unit: Int32Array = new Int32Array(0);
  seq: Int32Array = new Int32Array(0);
  epoch: Int32Array = new Int32Array(0);
  /** The unit's next newer version. */
  newer: Int32Array = new Int32Array(0);
  /** Next and previous version in completion order. */
  after: Int32Array = new Int32Array(0);
  private before: Int32Array = new Int32Array(0);
  /** Whole content: unitSectors versions for each cached version. */
  content: Int32Array = new Int32Array(0);
  /** Oldest cached version of all. */
  oldest: number = NIL;
  private newest: number = NIL;
  /** First sector and number of sectors of what has been written since the reset, on a device that is not small. */
  private readonly written: IntList = new IntList();
  private readonly journal: Journal;
  /** Versions given back, the last one first. */
  private free: number = NIL;
  /** From here on no row has been used since the reset. */
  private unused = 0;

  constructor(config: DiskConfig, journal: Journal = new Journal()) {
    this.journal = journal;
    this.unitSectors = config.atomic / SECTOR_BYTES;
    this.unitShift = 31 - Math.clz32(this.unitSectors);
    assert(1 << this.unitShift === this.unitSectors, 'sectors of a unit are a power of two');
    assert(config.sectors % this.unitSectors === 0, 'a disk has whole atomic units');
    this.sectorCount = config.sectors;
    this.isVolatile = config.cache === 'writeback';
    this.destage = config.destage;
    this.current = new Int32Array(config.sectors);
    this.floor = new Int32Array(config.sectors);
    const unitCount = config.sectors / this.unitSectors;
    this.unitHead = new Int32Array(unitCount);
    this.unitTail = new Int32Array(unitCount);
    this.wipe(0, config.sectors);
  }

  reset(): void {
    const { items, count } = this.written;
    if (this.sectorCount <= SMALL) this.wipe(0, this.sectorCount);
    else for (let i = 0; i < count; i += 2) this.wipe(items[i], items[i] + items[i + 1]);
    this.written.clear();
    this.floorEpochMax = 0;
    this.oldest = NIL;
    this.newest = NIL;
    this.free = NIL;
    this.unused = 0;
  }

  /** Nothing was ever written to these sectors. */
  private wipe(from: number, to: number): void {
    const firstUnit = from >> this.unitShift;
    const unitEnd = (to - 1 + this.unitSectors) >> this.unitShift;
    this.current.fill(VERSION.initial, from, to);
    // A unit settles as a whole.
    this.floor.fill(VERSION.initial, firstUnit << this.unitShift, unitEnd << this.unitShift);
    this.unitHead.fill(NIL, firstUnit, unitEnd);
    this.unitTail.fill(NIL, firstUnit, unitEnd);
  }

  /**
   * A write completes. `seq` numbers completions; `fua`: it goes to the medium, and takes along what the
   * destage order puts before it.
   */
  write(sector: number, count: number, version: number, seq: number, epoch: number, fua: boolean): void {
    const end = sector + count;
    if (this.sectorCount > SMALL) this.written.pushTwo(sector, count);
    // A loop: most writes are of a few sectors, and the built-in fill costs more than they do.
    for (let s = sector; s < end; s++) this.current[s] = version;
    if (fua === true && this.isVolatile) this.settleBefore(seq, epoch);
    const unitEnd = ((end - 1) >> this.unitShift) + 1;
    for (let unit = sector >> this.unitShift; unit < unitEnd; unit++) {
      if (this.isVolatile === true && fua === false) this.add(unit, seq, epoch);
      else this.settleUnit(unit, epoch);
    }
  }

  /** A flush that started after completion number `seq` completes. */
  flush(seq: number): void {
    while (this.oldest !== NIL && this.seq[this.oldest] <= seq) this.settleOldest();
  }

  writeKey(key: KeyBytes, commands: Commands): void {
    for (let s = 0; s < this.sectorCount; s++) {
      if (this.floor[s] === VERSION.initial) continue;
      key.put(s);
      key.put(this.floor[s]);
    }
    key.put(NIL);
    if (this.destage === 'any')
      for (let unit = 0; unit < this.unitHead.length; unit++)
        this.writeNodes(key, this.unitHead[unit], this.newer, commands);
    else this.writeNodes(key, this.oldest, this.after, commands);
    key.put(NIL);
  }

  private writeNodes(key: KeyBytes, from: number, next: Int32Array, commands: Commands): void {
    const ordered = this.destage !== 'any';
    let seq = 0;
    for (let node = from; node !== NIL; node = next[node]) {
      key.put(this.unit[node]);
      key.put(commands.flushesOver(this.seq[node]));
      if (ordered) key.put(this.seq[node] === seq ? 1 : 0);
      if (this.destage === 'epoch') key.put(this.epoch[node] - this.floorEpochMax);
      for (let i = 0; i < this.unitSectors; i++) key.put(this.content[node * this.unitSectors + i]);
      seq = this.seq[node];
    }
    if (from !== NIL) key.put(NIL);
  }

  /** The cached version before `node` in completion order. */
  previous(node: number): number {
    return this.before[node];
  }

  /** What a FUA write takes to the medium besides itself (disk.md, fifo and epoch). */
  private settleBefore(seq: number, epoch: number): void {
    if (this.destage === 'fifo') this.flush(seq - 1);
    if (this.destage !== 'epoch') return;
    while (this.oldest !== NIL && this.epoch[this.oldest] < epoch) this.settleOldest();
  }

  private settleOldest(): void {
    const node = this.oldest;
    const unit = this.unit[node];
    const at = unit * this.unitSectors;
    for (let i = 0; i < this.unitSectors; i++) this.floor[at + i] = this.content[node * this.unitSectors + i];
    if (this.epoch[node] > this.floorEpochMax) this.floorEpochMax = this.epoch[node];
    this.journal.noteSettled(unit);
    this.unitHead[unit] = this.newer[node];
    if (this.newer[node] === NIL) this.unitTail[unit] = NIL;
    this.unlink(node);
  }

  /** The unit's cached content is on the medium now. */
  private settleUnit(unit: number, epoch: number): void {
    this.journal.noteSettled(unit);
    const at = unit * this.unitSectors;
    for (let i = at; i < at + this.unitSectors; i++) this.floor[i] = this.current[i];
    if (epoch > this.floorEpochMax) this.floorEpochMax = epoch;
    let node = this.unitHead[unit];
    while (node !== NIL) {
      const next = this.newer[node];
      this.unlink(node);
      node = next;
    }
    this.unitHead[unit] = NIL;
    this.unitTail[unit] = NIL;
  }

  private add(unit: number, seq: number, epoch: number): void {
    const tail = this.unitTail[unit];
    // A command of several bios leaves one version of a unit, not one per bio.
    const node = tail !== NIL && this.seq[tail] === seq ? tail : this.append(unit, seq, epoch);
    const from = unit * this.unitSectors;
    for (let i = 0; i < this.unitSectors; i++) this.content[node * this.unitSectors + i] = this.current[from + i];
  }

  private append(unit: number, seq: number, epoch: number): number {
    const node = this.take();
    this.unit[node] = unit;
    this.seq[node] = seq;
    this.epoch[node] = epoch;
    this.newer[node] = NIL;
    const tail = this.unitTail[unit];
    if (tail === NIL) this.unitHead[unit] = node;
    else this.newer[tail] = node;
    this.unitTail[unit] = node;
    this.before[node] = this.newest;
    this.after[node] = NIL;
    if (this.newest === NIL) this.oldest = node;
    else this.after[this.newest] = node;
    this.newest = node;
    return node;
  }

  private unlink(node: number): void {
    const before = this.before[node];
    const after = this.after[node];
    if (before === NIL) this.oldest = after;
    else this.after[before] = after;
    if (after === NIL) this.newest = before;
    else this.before[after] = before;
    this.release(node);
  }

  private release(node: number): void {
    this.after[node] = this.free;
    this.free = node;
  }

  private take(): number {
    const node = this.free;
    if (node !== NIL) {
      this.free = this.after[node];
      return node;
    }
    if (this.unused === this.unit.length) this.grow();
    return this.unused++;
  }

  private grow(): void {
    const to = Math.max(64, 2 * this.unit.length);
    this.unit = resized(this.unit, to);
    this.seq = resized(this.seq, to);
    this.epoch = resized(this.epoch, to);
    this.newer = resized(this.newer, to);
    this.after = resized(this.after, to);
    this.before = resized(this.before, to);
    this.content = resized(this.content, to * this.unitSectors);
  }
}
