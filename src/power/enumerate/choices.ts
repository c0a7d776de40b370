/**
 * The set of images as tables: cells (an atomic unit, or what hangs together after a host crash), the contents a cell may
 * have in any product, each numbered once, and per product the numbers it lets a cell choose from. Two images are the
 * same exactly when their numbers are.
 */
import type { Scope } from '../../stack/config.ts';
import type { Disk } from '../../stack/disk/disk.ts';
import { hostCells } from '../host.ts';
import type { Content } from '../layers.ts';
import { contentAt, openUnits } from '../options.ts';
import { imageProducts, isOneProduct, type Product } from '../products.ts';

export interface Cell {
  readonly sectors: readonly number[];
  /** Content by number. */
  readonly contents: Content[];
}

export interface Choices {
  /** What an image holds where there is no cell. */
  readonly base: Int32Array;
  readonly cells: readonly Cell[];
  /** Numbers by product and cell, the least first. */
  readonly products: readonly (readonly (readonly number[])[])[];
}

/** @param countMax of a cell with more contents, some of them, more than that, are enough. */
export function choicesOf(disk: Disk, scope: Scope, countMax: number = Infinity): Choices {
  if (scope === 'host') {
    const cells = hostCells(disk, countMax).map(({ sectors, options }) => ({ sectors, contents: [...options] }));
    return { base: disk.media.current, cells, products: [cells.map(allOf)] };
  }
  const { floor } = disk.media;
  if (!isOneProduct(disk)) return { base: floor, ...unionOf(disk, imageProducts(disk, scope, countMax)) };
  const [product] = imageProducts(disk, scope, countMax);
  const cells = product.units.map(({ unit, options }) => ({ sectors: sectorsOf(disk, unit), contents: [...options] }));
  return { base: floor, cells, products: [cells.map(allOf)] };
}

function allOf({ contents }: Cell): number[] {
  return contents.map((_, number) => number);
}

function unionOf(disk: Disk, products: Iterable<Product>): Pick<Choices, 'cells' | 'products'> {
  const units = openUnits(disk);
  const cells = units.map((unit) => ({ sectors: sectorsOf(disk, unit), contents: [] as Content[] }));
  const numbers = units.map(() => new Map<string, number>());
  const rows: number[][][] = [];
  for (const product of products) {
    const open = new Map(product.units.map(({ unit, options }) => [unit, options]));
    const choices = units.map((unit, i) => {
      const options = open.get(unit) ?? [contentAt(disk, product.base, unit)];
      return options.map((content) => numberOf(content, numbers[i], cells[i].contents));
    });
    rows.push(choices);
  }
  return { cells, products: rows };
}

function numberOf(content: Content, numbers: Map<string, number>, contents: Content[]): number {
  const key = content.join();
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, contents.length);
  return contents.push(content) - 1;
}

function sectorsOf(disk: Disk, unit: number): number[] {
  const { unitSectors } = disk.media;
  return Array.from({ length: unitSectors }, (_, i) => unit * unitSectors + i);
}
