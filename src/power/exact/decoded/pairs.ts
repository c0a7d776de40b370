/**
 * Whether some image breaks a rule, from the leaves of one product: one leaf that ends and shows enough, or two that go
 * together. Leaves can only contradict each other in cells that several sectors are read through, so those that chose
 * the same of these are as one: of each such group the two sectors that end first, and the two that show the latest, decide.
 */
import type { Rule } from '../witness/rules.ts';
import { areConsistent, type Leaf } from './leaves.ts';

/** A version that a sector may come out with, and the ways to it. */
interface Outcome {
  readonly sector: number;
  readonly version: number;
  readonly leaves: Leaf[];
  /** Of the leaves that chose the same of shared cells only one, with the number of that choice; made when asked for. */
  choices: readonly Choice[] | null;
}

interface Choice {
  readonly leaf: Leaf;
  readonly number: number;
}

/** The leaves of a product by what they come to. */
export class Outcomes {
  readonly list: readonly Outcome[];
  private readonly isShared: Uint8Array;
  private readonly numberOf: Map<string, number> = new Map();

  constructor(leaves: readonly Leaf[], cellCount: number) {
    this.isShared = sharedCells(leaves, cellCount);
    const list: Outcome[] = [];
    let first = 0;
    // The leaves of a sector stand together.
    for (const leaf of leaves) {
      const { sector, version } = leaf;
      if (first < list.length && list[first].sector !== sector) first = list.length;
      let at = first;
      while (at < list.length && list[at].version !== version) at++;
      if (at === list.length) list.push({ sector, version, leaves: [leaf], choices: null });
      else list[at].leaves.push(leaf);
    }
    this.list = list;
  }

  choicesOf(outcome: Outcome): readonly Choice[] {
    outcome.choices ??= this.distinct(outcome.leaves);
    return outcome.choices;
  }

  private distinct(leaves: readonly Leaf[]): Choice[] {
    const choices = new Map<number, Choice>();
    for (const leaf of leaves) {
      const number = this.number(leaf);
      if (!choices.has(number)) choices.set(number, { leaf, number });
    }
    return [...choices.values()];
  }

  /** The number of what the leaf chose of the cells that others are read through as well. */
  private number({ cells, picks }: Leaf): number {
    let key = '';
    for (let i = 0; i < cells.length; i++) if (this.isShared[cells[i]] === 1) key += `${cells[i]}=${picks[i]},`;
    const known = this.numberOf.get(key);
    if (known !== undefined) return known;
    this.numberOf.set(key, this.numberOf.size);
    return this.numberOf.size - 1;
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
  const ends = new Groups();
  const stands = new Groups();
  for (const outcome of outcomes.list) {
    const end = rule.ends(outcome.sector, outcome.version);
    const stood = rule.stands(outcome.sector, outcome.version);
    if (end < stood) return true;
    if (end === Infinity && stood === 0) continue;
    for (const choice of outcomes.choicesOf(outcome)) {
      if (end < Infinity) ends.add(choice, end);
      if (stood > 0) stands.add(choice, -stood);
    }
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
  private readonly sides: Side[][] = [];

  add({ leaf, number }: Choice, value: number): void {
    const own = (this.sides[number] ??= []);
    const same = own.findIndex((side) => side.leaf.sector === leaf.sector);
    if (same >= 0) {
      if (own[same].value > value) own[same] = { leaf, value };
    } else if (own.length < 2) own.push({ leaf, value });
    else if (own[1].value > value) own[1] = { leaf, value };
    if (own.length === 2 && own[1].value < own[0].value) own.reverse();
  }

  some(test: (side: Side) => boolean): boolean {
    return this.sides.some((own) => own.some(test));
  }
}
