/** Rows of integers, one per sector, all zero at first: a run wipes what the run before may have written, no more. */
import type { Program } from '../../guest/program.ts';

/** Entries below which a fill is cheaper than going through a program's operations. */
const SMALL = 4096;

export class SectorRows {
  readonly width: number;
  /** `width` entries for each sector. */
  items: Int32Array = new Int32Array(0);
  private used: Program | null = null;

  constructor(width: number) {
    this.width = width;
  }

  /** All zero again, with room for the program's device; every entry written from now on is of a sector it covers. */
  begin(program: Program): void {
    const { used } = this;
    this.used = program;
    const length = this.width * program.sectorCount;
    if (this.items.length < length) this.items = new Int32Array(length);
    else if (length <= SMALL) this.items.fill(0);
    else if (used !== null) this.wipe(used);
  }

  private wipe({ opCount, sector, count }: Program): void {
    const { items, width } = this;
    for (let op = 0; op < opCount; op++) {
      const end = (sector[op] + count[op]) * width;
      for (let at = sector[op] * width; at < end; at++) items[at] = 0;
    }
  }
}
