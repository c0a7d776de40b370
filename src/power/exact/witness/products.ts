/** Witnesses where the images are a union of products (src/power/products.ts): destage fifo and epoch, atomic 4096. */
import type { Disk } from '../../../stack/disk/disk.ts';
import type { Content } from '../../layers.ts';
import { contentAt } from '../../options.ts';
import { type Product, imageProducts } from '../../products.ts';
import { Costs } from './cost.ts';
import type { Rule } from './rules.ts';
import { type Found, Search } from './search.ts';

/** Writes the cheapest image that violates one of the rules; false: none does. */
export function searchProducts(disk: Disk, rules: readonly Rule[], image: Int32Array): boolean {
  const costs = new Costs(disk);
  let best = Infinity;
  for (const product of imageProducts(disk)) {
    const cheapest = cheapestOf(disk, product, costs);
    if (cheapest.cost >= best) continue;
    for (const rule of rules) {
      const found = searchRule(disk, cheapest.units, rule);
      if (found === null || cheapest.cost + found.extra >= best) continue;
      best = cheapest.cost + found.extra;
      lay(disk, cheapest.units, image);
      for (const { unit, content } of found.choices) image.set(content, unit * disk.media.unitSectors);
    }
  }
  return best < Infinity;
}

/** Writes the cheapest image of all. */
export function cheapestOfProducts(disk: Disk, image: Int32Array): void {
  const costs = new Costs(disk);
  let best = Infinity;
  for (const product of imageProducts(disk)) {
    const { cost, units } = cheapestOf(disk, product, costs);
    if (cost >= best) continue;
    best = cost;
    lay(disk, units, image);
  }
}

/** The contents of a unit with what each costs more than the cheapest. */
interface Unit {
  readonly cheapest: Content;
  readonly options: readonly { readonly content: Content; readonly extra: number }[];
}

function cheapestOf(disk: Disk, product: Product, costs: Costs): { cost: number; units: readonly Unit[] } {
  const open = new Map(product.units.map(({ unit, options }) => [unit, options]));
  let cost = 0;
  const units = Array.from(disk.media.unitHead, (_, unit): Unit => {
    const contents = open.get(unit) ?? [contentAt(disk, product.base, unit)];
    const own = contents.map((content) => costs.of(unit, content));
    const least = Math.min(...own);
    cost += least;
    const options = contents.map((content, i) => ({ content, extra: own[i] - least }));
    return { cheapest: contents[own.indexOf(least)], options };
  });
  return { cost, units };
}

function searchRule(disk: Disk, units: readonly Unit[], rule: Rule): Found | null {
  const { unitSectors } = disk.media;
  const search = new Search();
  units.forEach(({ options }, unit) => {
    for (const { content, extra } of options) {
      const end = Math.min(...content.map((version, i) => rule.ends(unit * unitSectors + i, version)));
      const stood = Math.max(...content.map((version, i) => rule.stands(unit * unitSectors + i, version)));
      search.offer(unit, content, extra, end, stood);
    }
  });
  return search.best();
}

function lay(disk: Disk, units: readonly Unit[], image: Int32Array): void {
  units.forEach(({ cheapest }, unit) => image.set(cheapest, unit * disk.media.unitSectors));
}
