/** Witnesses where images of the disk are decoded: the cheapest image of the disk that shows a violation to the guest. */
import type { Decoder } from '../../../stack/backend/decoder.ts';
import type { Scope } from '../../../stack/config.ts';
import type { Evidence } from '../../../stack/evidence.ts';
import type { Rule } from '../witness/rules.ts';
import { type CellCosts, type Cells, cellsOf, costsOf } from './cells.ts';
import { areConsistent, type Leaf, leavesOf } from './leaves.ts';

interface Side {
  readonly leaf: Leaf;
  readonly value: number;
  /** Over the cheapest image. */
  readonly extra: number;
}

/** Leaves that one image shows together, and what that image costs more than the cheapest of its product. */
interface Shown {
  readonly leaves: readonly Leaf[];
  readonly extra: number;
}

type Extras = CellCosts['extras'];

/** Writes the cheapest image that violates one of the rules; false: none does. */
export function searchDecoded(
  { disk, history }: Evidence,
  decoder: Decoder,
  scope: Scope,
  rules: readonly Rule[],
  image: Int32Array,
): boolean {
  let cost = Infinity;
  for (const cells of cellsOf(disk, scope)) {
    const leaves = leavesOf(decoder, history.sectorCount, cells);
    const { least, extras } = costsOf(disk, scope, cells);
    let best: Shown | null = null;
    for (const rule of rules) best = cheapestOf(leaves, rule, extras, best);
    if (best === null || least + best.extra >= cost) continue;
    cost = least + best.extra;
    lay(cells, extras, best.leaves, image);
  }
  return cost < Infinity;
}

/** The cheapest way to break the rule, if it is cheaper than the one known. */
function cheapestOf(leaves: readonly Leaf[], rule: Rule, extras: Extras, known: Shown | null): Shown | null {
  let best = known;
  const ends: Side[] = [];
  const stands: Side[] = [];
  for (const leaf of leaves) {
    const end = rule.ends(leaf.sector, leaf.version);
    const stood = rule.stands(leaf.sector, leaf.version);
    const extra = leaf.cells.reduce((sum, cell, i) => sum + extras[cell][leaf.picks[i]], 0);
    if (end < stood && (best === null || extra < best.extra)) best = { leaves: [leaf], extra };
    if (end < Infinity) ends.push({ leaf, value: end, extra });
    if (stood > 0) stands.push({ leaf, value: stood, extra });
  }
  for (const end of ends)
    for (const stood of stands) {
      if (end.value >= stood.value || !areConsistent(end.leaf, stood.leaf)) continue;
      const extra = end.extra + stood.extra - sharedExtra(end.leaf, stood.leaf, extras);
      if (best === null || extra < best.extra) best = { leaves: [end.leaf, stood.leaf], extra };
    }
  return best;
}

function sharedExtra(one: Leaf, other: Leaf, extras: Extras): number {
  return one.cells.reduce((sum, cell, i) => (other.cells.includes(cell) ? sum + extras[cell][one.picks[i]] : sum), 0);
}

/** The cheapest content of every cell, but what the leaves chose. */
function lay({ base, sectors, options }: Cells, extras: Extras, leaves: readonly Leaf[], image: Int32Array): void {
  const picks = extras.map((own) => own.indexOf(0));
  for (const leaf of leaves) leaf.cells.forEach((cell, i) => (picks[cell] = leaf.picks[i]));
  image.set(base);
  picks.forEach((pick, cell) => sectors[cell].forEach((sector, place) => (image[sector] = options[cell][pick][place])));
}
