/**
 * Where a VHD keeps the guest's sectors (facts.md §13.3), in memory and on the disk: an allocation table (BAT) with an
 * entry for each block, and for each allocated block a sector of bits, one for each of its sectors, before its data. Here
 * a block has 8 sectors (a real one 4096), so that a small device has several, and lies in two pages: the bits in the
 * last sector of the first one, behind the gap that aligns the data.
 * The storage was used before: what was never written are stale bytes; bits never written are as good as all set.
 * Left out: the footer and its copy, which recovery needs and nothing on the way writes; the batmap; parent images, so a
 * bit not set reads as zeros; endianness.
 */
import { VERSION } from '../../../base/history.ts';
import { PAGE_SECTORS } from '../../../base/units.ts';
import type { KeyBytes } from '../../key/bytes.ts';
import type { Decoder, ReadSector } from '../decoder.ts';
import { Snapshots } from '../snapshots.ts';
import { BAT_ENTRIES, batSectors, blocksOf, METADATA_FIRST, SLOT_SECTORS } from '../../layout.ts';

/** An entry of the BAT without a block. */
export const UNUSED = -1;
/** All bits of a block. */
const ALL_BITS = (1 << PAGE_SECTORS) - 1;
/** A sector of zeros that the backend wrote; as a sector of bits, none set. */
export const ZEROS: number = METADATA_FIRST;
/** Codes of BAT sectors begin below those of the sectors of bits. */
const TABLE_FIRST = METADATA_FIRST - ALL_BITS - 1;

export class VhdMap implements Decoder {
  /** Blocks' places, in the order in which they were taken; what memory knows of a block, once it is published. */
  readonly slotOf: Int32Array;
  readonly bits: Int32Array;
  /** By place the block that took it. */
  readonly blockOf: Int32Array;
  private slotCount = 0;
  /** The table as it is written next: with the place of a block that is not published yet. */
  private readonly table: Int32Array;
  private readonly tables: Snapshots;
  private readonly dataFirst: number;

  constructor(sectorCount: number) {
    const blockCount = blocksOf(sectorCount);
    this.slotOf = new Int32Array(blockCount);
    this.bits = new Int32Array(blockCount);
    this.blockOf = new Int32Array(blockCount);
    this.table = new Int32Array(batSectors(sectorCount) * BAT_ENTRIES);
    this.tables = new Snapshots(BAT_ENTRIES, TABLE_FIRST);
    this.dataFirst = Math.ceil(batSectors(sectorCount) / PAGE_SECTORS) * PAGE_SECTORS;
  }

  reset(): void {
    this.slotOf.fill(UNUSED);
    this.bits.fill(0);
    this.table.fill(UNUSED);
    this.tables.reset();
    this.slotCount = 0;
  }

  /** Reserves the next place for a block. */
  take(block: number): number {
    this.blockOf[this.slotCount] = block;
    return this.slotCount++;
  }

  /** Puts a block into the table, and returns the code of its sector as it has to be written now. */
  enter(block: number, slot: number): number {
    const from = batSector(block) * BAT_ENTRIES;
    this.table[block] = slot;
    return this.tables.codeOf(this.table.subarray(from, from + BAT_ENTRIES));
  }

  bitsSector(slot: number): number {
    return this.dataFirst + slot * SLOT_SECTORS + PAGE_SECTORS - 1;
  }

  /** Where sector `sector` of the guest lies if its block is in this place. */
  dataSector(slot: number, sector: number): number {
    return this.dataFirst + slot * SLOT_SECTORS + PAGE_SECTORS + (sector & (PAGE_SECTORS - 1));
  }

  /** The block in whose place a sector of the disk lies. */
  blockAt(diskSector: number): number {
    return this.blockOf[Math.floor((diskSector - this.dataFirst) / SLOT_SECTORS)];
  }

  /** Memory dies with its process. */
  sectorReopened(sector: number, read: ReadSector): number {
    return this.sectorAt(sector, read);
  }

  reopen(read: ReadSector): void {
    this.slotCount = 0;
    for (let block = 0; block < this.slotOf.length; block++) {
      const table = read(batSector(block));
      const slot = this.tables.has(table) ? this.tables.at(table, block % BAT_ENTRIES) : UNUSED;
      this.table[block] = slot;
      this.slotOf[block] = slot;
      this.bits[block] = slot === UNUSED ? 0 : bitsOf(read(this.bitsSector(slot)));
      if (slot === UNUSED) continue;
      this.blockOf[slot] = block;
      this.slotCount = Math.max(this.slotCount, slot + 1);
    }
  }

  guestSectorOf(sector: number): number {
    return this.blockAt(sector) * PAGE_SECTORS + (sector & (PAGE_SECTORS - 1));
  }

  /** Whether a read of the guest's sector goes to the disk: it is zeros otherwise. */
  isWritten(sector: number): boolean {
    return ((this.bits[sector >> 3] >>> (sector & 7)) & 1) === 1;
  }

  sectorAt(sector: number, read: ReadSector): number {
    const block = sector >> 3;
    const table = read(batSector(block));
    if (table === VERSION.initial) return VERSION.initial;
    // A table that is none points anywhere.
    if (!this.tables.has(table)) return VERSION.stale;
    const slot = this.tables.at(table, block % BAT_ENTRIES);
    if (slot === UNUSED) return VERSION.initial;
    const bits = bitsOf(read(this.bitsSector(slot)));
    return ((bits >>> (sector & 7)) & 1) === 0 ? VERSION.initial : dataOf(read(this.dataSector(slot, sector)));
  }

  sectorNow(sector: number, read: ReadSector): number {
    if (!this.isWritten(sector)) return VERSION.initial;
    return dataOf(read(this.dataSector(this.slotOf[sector >> 3], sector)));
  }

  writeKey(key: KeyBytes): void {
    this.tables.writeKey(key);
  }

  writeLiveKey(key: KeyBytes): void {
    for (let block = 0; block < this.slotOf.length; block++) {
      key.put(this.slotOf[block]);
      key.put(this.table[block]);
      key.put(this.bits[block]);
    }
    for (let slot = 0; slot < this.slotCount; slot++) key.put(this.blockOf[slot]);
    key.put(UNUSED);
  }
}

/** The sector of the disk that holds a block's entry. */
export function batSector(block: number): number {
  return Math.floor(block / BAT_ENTRIES);
}

/** The code of a sector of bits. */
export function bitsCode(bits: number): number {
  return METADATA_FIRST - bits;
}

/** The bits of so many sectors, the guest's or those of the disk that hold them. */
export function bitsFrom(sector: number, count: number): number {
  return ((1 << count) - 1) << (sector & (PAGE_SECTORS - 1));
}

function bitsOf(version: number): number {
  return version <= METADATA_FIRST && version > TABLE_FIRST ? METADATA_FIRST - version : ALL_BITS;
}

function dataOf(version: number): number {
  if (version >= 0) return version;
  return version === ZEROS ? VERSION.initial : VERSION.stale;
}
