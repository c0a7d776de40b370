/**
 * The set of images as tables: cells (an atomic unit, or what hangs together after a host crash), the contents a cell may
 * have in any product, each numbered once, and from which product on it chooses among which of them. Two images are the
 * same exactly when their numbers are. From one product to the next few cells change, so that the tables are as large
 * as what is open, however many products there are.
 */
import type { Scope } from '../../stack/config.ts';
import type { Disk } from '../../stack/disk/disk.ts';
import { hostCells } from '../host.ts';
import type { Content } from '../layers.ts';
import { contentAt } from '../options.ts';
import { imageProducts, isOneProduct, orderedSteps } from '../products.ts';

export interface Cell {
  readonly sectors: readonly number[];
  /** Content by number. */
  readonly contents: Content[];
  /** Products from which on the cell chooses otherwise, ascending from 0, and among which numbers: the least first. */
  readonly since: number[];
  readonly numbers: (readonly number[])[];
}

export interface Choices {
  /** What an image holds where there is no cell. */
  readonly base: Int32Array;
  readonly cells: readonly Cell[];
  /** By product the cells that have a choice in it, or had none before: all others are as the product before left them. */
  readonly touched: readonly (readonly number[])[];
}

/** @param countMax of a cell with more contents, some of them, more than that, are enough. */
export function choicesOf(disk: Disk, scope: Scope, countMax: number = Infinity): Choices {
  if (scope === 'host') return oneProduct(disk.media.current, hostCells(disk, countMax));
  if (!isOneProduct(disk)) return unionOf(disk, countMax);
  const [{ base, units }] = imageProducts(disk, countMax);
  return oneProduct(
    base,
    units.map(({ unit, options }) => ({ sectors: sectorsOf(disk, unit), options })),
  );
}

/** The numbers that a product lets a cell choose from. */
export function numbersAt({ since, numbers }: Cell, product: number): readonly number[] {
  let low = 0;
  let high = since.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (since[middle] <= product) low = middle;
    else high = middle - 1;
  }
  return numbers[low];
}

function oneProduct(
  base: Int32Array,
  open: readonly { readonly sectors: readonly number[]; readonly options: readonly Content[] }[],
): Choices {
  const cells = open.map(({ sectors, options }) => ({
    sectors,
    contents: [...options],
    since: [0],
    numbers: [options.map((_, number) => number)],
  }));
  return { base, cells, touched: [[...cells.keys()]] };
}

function unionOf(disk: Disk, countMax: number): Choices {
  const base = disk.media.floor;
  const cells: NumberedCell[] = [];
  const cellOf = new Map<number, number>();
  const touched: number[][] = [];
  for (const { units, after } of orderedSteps(disk, countMax)) {
    const product = touched.length;
    const own = units.map(({ unit, options }) => {
      const at = cellOf.get(unit) ?? cells.push(new NumberedCell(disk, base, unit)) - 1;
      cellOf.set(unit, at);
      cells[at].choose(product, options);
      return at;
    });
    for (const { unit, content } of after) cells[cellOf.get(unit)!].choose(product + 1, [content]);
    touched.push(own);
  }
  return { base, cells, touched };
}

class NumberedCell implements Cell {
  readonly sectors: readonly number[];
  readonly contents: Content[] = [];
  readonly since: number[] = [];
  readonly numbers: (readonly number[])[] = [];
  private readonly numberOf: Map<string, number> = new Map();

  constructor(disk: Disk, base: Int32Array, unit: number) {
    this.sectors = sectorsOf(disk, unit);
    this.choose(0, [contentAt(disk, base, unit)]);
  }

  /** From this product on, the latest yet. */
  choose(product: number, options: readonly Content[]): void {
    if (this.since.at(-1) === product) {
      this.since.pop();
      this.numbers.pop();
    }
    this.since.push(product);
    this.numbers.push(options.map((content) => this.number(content)));
  }

  private number(content: Content): number {
    const key = content.join();
    const known = this.numberOf.get(key);
    if (known !== undefined) return known;
    this.numberOf.set(key, this.contents.length);
    return this.contents.push(content) - 1;
  }
}

function sectorsOf(disk: Disk, unit: number): number[] {
  const { unitSectors } = disk.media;
  return Array.from({ length: unitSectors }, (_, i) => unit * unitSectors + i);
}
