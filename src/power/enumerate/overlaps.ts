/**
 * What a product has in common with those before it: with each of them a smaller product, a box. An image that lies in
 * one of the boxes has been met before. Contents mostly come and go once, so that products with others between them have
 * nothing in common, and neighbours one image: nearly always there is one box at most. Which products come into
 * question is asked of the cell that the fewest have in common with this one.
 */
import { type Cell, type Choices, numbersAt } from './choices.ts';

/** Per cell that the later product touches, and choice there, 1: the earlier product has it too. */
export type Box = readonly Uint8Array[];

/** The boxes of product number `at`, none inside another. */
export function earlierBoxes(choices: Choices, at: number): Box[] {
  const { cells, touched } = choices;
  const boxes: Box[] = [];
  // From here back to an earlier product, only these cells may differ.
  const changed = new Set<number>(touched[at]);
  let reached = at;
  for (const earlier of candidates(choices, at)) {
    while (reached > earlier) for (const cell of touched[--reached]) changed.add(cell);
    if (![...changed].every((cell) => meets(cells[cell], earlier, at))) continue;
    const box = touched[at].map((cell) => sharedOf(numbersAt(cells[cell], earlier), numbersAt(cells[cell], at)));
    if (boxes.some((other) => isInside(box, other))) continue;
    const kept = boxes.filter((other) => !isInside(other, box));
    boxes.splice(0, boxes.length, ...kept, box);
  }
  return boxes;
}

/** Earlier products that may have something in common with product number `at`, the latest first. */
function candidates({ cells, touched }: Choices, at: number): number[] {
  if (at === 0) return [];
  let least: number[] | null = null;
  for (const cell of [...touched[at - 1], ...touched[at]]) {
    const own = meeting(cells[cell], at, least?.length ?? at);
    if (own !== null) least = own;
    if (least !== null && least.length < 2) break;
  }
  return least ?? Array.from({ length: at }, (_, i) => at - 1 - i);
}

/** Earlier products that have a content of the cell in common with product number `at`; null when there are `countMax`. */
function meeting({ since, numbers }: Cell, at: number, countMax: number): number[] | null {
  const last = since.findLastIndex((product) => product <= at);
  const own = numbers[last];
  const found: number[] = [];
  for (let entry = last; entry >= 0; entry--) {
    if (!numbers[entry].some((number) => own.includes(number))) continue;
    const end = entry === last ? at : since[entry + 1];
    if (found.length + end - since[entry] >= countMax) return null;
    for (let product = end - 1; product >= since[entry]; product--) found.push(product);
  }
  return found;
}

function meets(cell: Cell, earlier: number, later: number): boolean {
  const others = numbersAt(cell, earlier);
  return numbersAt(cell, later).some((number) => others.includes(number));
}

function sharedOf(earlier: readonly number[], later: readonly number[]): Uint8Array {
  const others = new Set(earlier);
  return Uint8Array.from(later, (number) => (others.has(number) ? 1 : 0));
}

function isInside(box: Box, other: Box): boolean {
  return box.every((shared, cell) => shared.every((has, choice) => has <= other[cell][choice]));
}
