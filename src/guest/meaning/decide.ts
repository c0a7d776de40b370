/**
 * Decides a guest's promise over every image of a product at once: whether some image of it breaks the promise, and
 * which. Recovery runs once for each way in which the few sectors that steer it can come out; what it then takes as its
 * state is chosen cell by cell, and since cells choose independently only the sets of counts that they allow together
 * have to be followed. No image is left out.
 */
import { recover, type Found } from './recovery.ts';
import { type Demand, demandsOf } from './promise.ts';
import type { Meaning } from './meaning.ts';

/** Sectors that come out together, as one of some contents; the last one has the most of what was written. */
export interface Cell {
  readonly sectors: readonly number[];
  readonly options: readonly (readonly number[])[];
}

/** Images: `base` with each cell at one of its options. */
export interface Choice {
  readonly base: Int32Array;
  readonly cells: readonly Cell[];
}

/** Where a set of counts comes from. */
interface Way {
  readonly before: number;
  readonly cell: number;
  readonly option: number;
}

/** Writes an image of the product that breaks the promise; false: none does. @param allowed not 0. */
export function breakPromise(meaning: Meaning, allowed: number, choice: Choice, image: Int32Array): boolean {
  return new Search(meaning, allowed, choice).run(image);
}

class Search {
  private readonly meaning: Meaning;
  private readonly allowed: number;
  private readonly choice: Choice;
  /** By sector its cell and its place there. */
  private readonly cellOf: Map<number, number> = new Map();
  /** By cell the option taken; -1: open. */
  private readonly taken: Int32Array;

  constructor(meaning: Meaning, allowed: number, choice: Choice) {
    this.meaning = meaning;
    this.allowed = allowed;
    this.choice = choice;
    this.taken = new Int32Array(choice.cells.length).fill(-1);
    choice.cells.forEach(({ sectors }, cell) => {
      for (const sector of sectors) this.cellOf.set(sector, cell);
    });
  }

  run(image: Int32Array): boolean {
    const recovery = recover(this.meaning);
    let step = recovery.next();
    while (step.done !== true) {
      const cell = this.openCell(step.value);
      if (cell >= 0) return this.branch(cell, image);
      step = recovery.next(this.versionAt(step.value));
    }
    return this.decide(step.value, image);
  }

  /** Each option of a cell that steers recovery. */
  private branch(cell: number, image: Int32Array): boolean {
    const { options } = this.choice.cells[cell];
    for (let option = 0; option < options.length; option++) {
      this.taken[cell] = option;
      if (this.run(image)) return true;
    }
    this.taken[cell] = -1;
    return false;
  }

  /** Whether the cells still open can be chosen so that no count is left. */
  private decide(found: Found, image: Int32Array): boolean {
    const byCell = new Map<number, Demand[]>();
    let start = this.allowed;
    for (const demand of demandsOf(this.meaning, found)) {
      const cell = this.openCell(demand.sector);
      if (cell < 0) start &= demand.allowed(demand.sector < 0 ? -1 : this.versionAt(demand.sector));
      else if (byCell.has(cell)) byCell.get(cell)!.push(demand);
      else byCell.set(cell, [demand]);
    }
    const layers: Map<number, Way | null>[] = [new Map([[start, null]])];
    for (const [cell, demands] of byCell) layers.push(this.follow(layers.at(-1)!, cell, demands));
    if (!layers.at(-1)!.has(0)) return false;
    this.write(layers, image);
    return true;
  }

  /** The sets of counts after one more cell, each with one way to it. */
  private follow(before: Map<number, Way | null>, cell: number, demands: readonly Demand[]): Map<number, Way | null> {
    const after = new Map<number, Way | null>();
    const { options } = this.choice.cells[cell];
    // From the last on: of the options that come to the same, the one that has lost the least.
    for (let option = options.length - 1; option >= 0; option--) {
      const mask = demands.reduce((left, demand) => left & demand.allowed(this.at(cell, option, demand.sector)), -1);
      for (const set of before.keys()) if (!after.has(set & mask)) after.set(set & mask, { before: set, cell, option });
    }
    return after;
  }

  /** What the choices say; a cell that nobody asked for keeps the most. */
  private write(layers: readonly Map<number, Way | null>[], image: Int32Array): void {
    const options = this.choice.cells.map(({ options: all }, cell) =>
      this.taken[cell] >= 0 ? this.taken[cell] : all.length - 1,
    );
    let set = 0;
    for (const layer of layers.toReversed()) {
      const way = layer.get(set)!;
      if (way === null) break;
      options[way.cell] = way.option;
      set = way.before;
    }
    image.set(this.choice.base);
    this.choice.cells.forEach((cell, i) =>
      cell.sectors.forEach((sector, at) => (image[sector] = cell.options[options[i]][at])),
    );
  }

  private openCell(sector: number): number {
    const cell = this.cellOf.get(sector) ?? -1;
    return cell >= 0 && this.taken[cell] < 0 ? cell : -1;
  }

  private versionAt(sector: number): number {
    const cell = this.cellOf.get(sector);
    return cell === undefined ? this.choice.base[sector] : this.at(cell, this.taken[cell], sector);
  }

  private at(cell: number, option: number, sector: number): number {
    const { sectors, options } = this.choice.cells[cell];
    return options[option][sectors.length === 1 ? 0 : sectors.indexOf(sector)];
  }
}
