/**
 * Every way in which the decoding of one sector may come out: the decoder reads what it needs, and where a cell may hold
 * several contents it goes on once with each. A way ends in a leaf: what was chosen of the cells it read, and the version.
 */
import type { Decoder } from '../../../stack/backend/decoder.ts';
import { NIL } from '../../../stack/block/bios.ts';
import type { Cells } from './cells.ts';

export interface Leaf {
  /** The guest's. */
  readonly sector: number;
  readonly version: number;
  /** The cells that were read, in that order, and the number of the content chosen of each. */
  readonly cells: readonly number[];
  readonly picks: readonly number[];
}

export function leavesOf(decoder: Decoder, sectorCount: number, cells: Cells): Leaf[] {
  const reader = new Reader(cells);
  const leaves: Leaf[] = [];
  for (let sector = 0; sector < sectorCount; sector++) reader.decode(decoder, sector, leaves);
  return leaves;
}

/** Whether both may come out of one image. */
export function areConsistent(one: Leaf, other: Leaf): boolean {
  for (let i = 0; i < one.cells.length; i++) {
    const at = other.cells.indexOf(one.cells[i]);
    if (at >= 0 && other.picks[at] !== one.picks[i]) return false;
  }
  return true;
}

class Reader {
  private readonly cells: Cells;
  /** By cell the content chosen on this way, or NIL. */
  private readonly chosen: Int32Array;
  /** The cells read on this way, and what is chosen of them, kept from the way before as far as they are the same. */
  private readonly path: number[] = [];
  private readonly picks: number[] = [];
  private depth = 0;

  constructor(cells: Cells) {
    this.cells = cells;
    this.chosen = new Int32Array(cells.options.length).fill(NIL);
  }

  decode(decoder: Decoder, sector: number, leaves: Leaf[]): void {
    const { path, picks, chosen } = this;
    const read = (at: number): number => this.read(at);
    path.length = 0;
    picks.length = 0;
    do {
      this.depth = 0;
      const version = decoder.sectorAt(sector, read);
      leaves.push({ sector, version, cells: [...path], picks: [...picks] });
      for (const cell of path) chosen[cell] = NIL;
    } while (this.advance());
  }

  private read(sector: number): number {
    const { cells, chosen, path, picks } = this;
    const cell = cells.cellOf[sector];
    if (cell === NIL) return cells.base[sector];
    if (chosen[cell] === NIL) {
      if (this.depth === path.length) {
        path.push(cell);
        picks.push(0);
      }
      chosen[cell] = picks[this.depth++];
    }
    return cells.options[cell][chosen[cell]][cells.placeOf[sector]];
  }

  /** The next content of the last cell that has one left; false: none has. */
  private advance(): boolean {
    const { path, picks, cells } = this;
    while (path.length > 0) {
      const last = path.length - 1;
      if (++picks[last] < cells.options[path[last]].length) return true;
      path.pop();
      picks.pop();
    }
    return false;
  }
}
