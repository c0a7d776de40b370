/**
 * Whether some image breaks a rule, from the leaves of one product: one leaf that ends and shows enough, or two that go
 * together. Leaves can only contradict each other in cells that several sectors are read through, so those that chose
 * the same of these are as one: of each such group the two sectors that end first, and the two that show the latest, decide.
 */
import type { Rule } from '../witness/rules.ts';
import { areConsistent, type Leaf } from './leaves.ts';

/** The leaves of a product, those of one sector and version together. */
export class Outcomes {
  readonly bySector: readonly { readonly sector: number; readonly version: number; readonly leaves: readonly Leaf[] }[];
  private readonly isShared: Uint8Array;

  constructor(leaves: readonly Leaf[], cellCount: number) {
    this.isShared = sharedCells(leaves, cellCount);
    const groups = new Map<string, Leaf[]>();
    for (const leaf of leaves) {
      const key = `${leaf.sector} ${leaf.version}`;
      const own = groups.get(key);
      if (own === undefined) groups.set(key, [leaf]);
      else own.push(leaf);
    }
    this.bySector = [...groups.values()].map((own) => ({
      sector: own[0].sector,
      version: own[0].version,
      leaves: own,
    }));
  }

  /** What the leaf chose of the cells that others are read through as well. */
  keyOf({ cells, picks }: Leaf): string {
    let key = '';
    for (let i = 0; i < cells.length; i++) if (this.isShared[cells[i]] === 1) key += `${cells[i]}=${picks[i]},`;
    return key;
  }
}

function sharedCells(leaves: readonly Leaf[], cellCount: number): Uint8Array {
  const readBy = new Int32Array(cellCount).fill(-1);
  const isShared = new Uint8Array(cellCount);
  for (const { sector, cells } of leaves)
    for (const cell of cells) {
      if (readBy[cell] >= 0 && readBy[cell] !== sector) isShared[cell] = 1;
      readBy[cell] = sector;
    }
  return isShared;
}

export function isBroken(outcomes: Outcomes, rule: Rule): boolean {
  const ends = new Groups(outcomes);
  const stands = new Groups(outcomes);
  for (const { sector, version, leaves } of outcomes.bySector) {
    const end = rule.ends(sector, version);
    const stood = rule.stands(sector, version);
    if (end < stood) return true;
    if (end < Infinity) for (const leaf of leaves) ends.add(leaf, end);
    if (stood > 0) for (const leaf of leaves) stands.add(leaf, -stood);
  }
  return ends.some((end) => stands.some((stood) => goTogether(end, stood)));
}

/** A leaf with when it ends, or the negated time from which on it shows something: less is more. */
interface Side {
  readonly leaf: Leaf;
  readonly value: number;
}

function goTogether(end: Side, stood: Side): boolean {
  return end.value < -stood.value && end.leaf.sector !== stood.leaf.sector && areConsistent(end.leaf, stood.leaf);
}

/** By what was chosen of shared cells, the two sectors of the least values. */
class Groups {
  private readonly sides: Map<string, Side[]> = new Map();
  private readonly outcomes: Outcomes;

  constructor(outcomes: Outcomes) {
    this.outcomes = outcomes;
  }

  add(leaf: Leaf, value: number): void {
    const key = this.outcomes.keyOf(leaf);
    const own = this.sides.get(key);
    if (own === undefined) {
      this.sides.set(key, [{ leaf, value }]);
      return;
    }
    const same = own.findIndex((side) => side.leaf.sector === leaf.sector);
    if (same >= 0) {
      if (own[same].value > value) own[same] = { leaf, value };
    } else if (own.length < 2) own.push({ leaf, value });
    else if (own[1].value > value) own[1] = { leaf, value };
    own.sort((a, b) => a.value - b.value);
  }

  some(test: (side: Side) => boolean): boolean {
    for (const own of this.sides.values()) if (own.some(test)) return true;
    return false;
  }
}
