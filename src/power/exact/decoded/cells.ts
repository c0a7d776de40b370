/**
 * What the disk may be left with as cells that choose by themselves: the atomic units of a product, or after a host crash
 * the groups of sectors whose versions hang together.
 */
import type { Scope } from '../../../stack/config.ts';
import type { Disk } from '../../../stack/disk/disk.ts';
import { NIL } from '../../../stack/block/bios.ts';
import { hostCells } from '../../host.ts';
import type { Content } from '../../layers.ts';
import { contentAt } from '../../options.ts';
import { imageProducts } from '../../products.ts';
import { Costs } from '../witness/cost.ts';

export interface Cells {
  /** What a sector holds that is in no cell. */
  readonly base: Int32Array;
  /** By sector: its cell, or NIL, and its place in that cell's contents. */
  readonly cellOf: Int32Array;
  readonly placeOf: Int32Array;
  readonly sectors: readonly (readonly number[])[];
  readonly options: readonly (readonly Content[])[];
}

/** One for each product of the set (src/power/products.ts); their images may coincide. */
export function* cellsOf(disk: Disk, scope: Scope): Generator<Cells> {
  if (scope === 'host') {
    const cells = hostCells(disk);
    yield cellsOver(
      disk.media.current,
      cells.map(({ sectors }) => sectors),
      cells.map(({ options }) => options),
    );
    return;
  }
  const { unitSectors } = disk.media;
  for (const { base, units } of imageProducts(disk))
    yield cellsOver(
      base,
      units.map(({ unit }) => Array.from({ length: unitSectors }, (_, i) => unit * unitSectors + i)),
      units.map(({ options }) => options),
    );
}

/** What the cheapest image of all cells costs, and by cell what each content costs more than its cheapest (witness/cost.ts). */
export interface CellCosts {
  readonly least: number;
  readonly extras: readonly (readonly number[])[];
}

export function costsOf(disk: Disk, scope: Scope, { base, cellOf, sectors, options }: Cells): CellCosts {
  // Nothing accepted is lost by a host crash: every image costs the same.
  if (scope === 'host') return { least: 0, extras: options.map((contents) => contents.map(() => 0)) };
  const costs = new Costs(disk);
  let least = closedCost(disk, costs, base, cellOf);
  const extras = options.map((contents, cell) => {
    const unit = Math.floor(sectors[cell][0] / disk.media.unitSectors);
    const own = contents.map((content) => costs.of(unit, content));
    const cheapest = Math.min(...own);
    least += cheapest;
    return own.map((cost) => cost - cheapest);
  });
  return { least, extras };
}

/** Units that have no choice in this product, and may yet hold less than in another. */
function closedCost(disk: Disk, costs: Costs, base: Int32Array, cellOf: Int32Array): number {
  const { unitHead, unitSectors } = disk.media;
  let cost = 0;
  for (let unit = 0; unit < unitHead.length; unit++)
    if (cellOf[unit * unitSectors] === NIL) cost += costs.of(unit, contentAt(disk, base, unit));
  return cost;
}

function cellsOver(base: Int32Array, sectors: Cells['sectors'], options: Cells['options']): Cells {
  const cellOf = new Int32Array(base.length).fill(NIL);
  const placeOf = new Int32Array(base.length);
  sectors.forEach((own, cell) =>
    own.forEach((sector, place) => {
      cellOf[sector] = cell;
      placeOf[sector] = place;
    }),
  );
  return { base, cellOf, placeOf, sectors, options };
}
