/**
 * What a product has in common with those before it: with each of them a smaller product, a box. An image that lies in
 * one of the boxes has been met before. Contents mostly come and go once, so that products with others between them have
 * nothing in common, and neighbours one image: nearly always there is one box at most.
 */
import type { Choices } from './choices.ts';

/** Per cell, and choice of the later product there, 1: the earlier product has it too. */
export type Box = readonly Uint8Array[];

/** The boxes of product number `at`, none inside another. */
export function earlierBoxes({ products }: Choices, at: number): Box[] {
  const boxes: Box[] = [];
  for (let earlier = 0; earlier < at; earlier++) {
    if (!meets(products[earlier], products[at])) continue;
    const box = products[at].map((numbers, cell) => sharedOf(products[earlier][cell], numbers));
    if (boxes.some((other) => isInside(box, other))) continue;
    const kept = boxes.filter((other) => !isInside(other, box));
    boxes.splice(0, boxes.length, ...kept, box);
  }
  return boxes;
}

type Row = Choices['products'][number];

function meets(earlier: Row, later: Row): boolean {
  return later.every((numbers, cell) => {
    const others = earlier[cell];
    if (others.length === 1) return numbers.includes(others[0]);
    return numbers.some((number) => others.includes(number));
  });
}

function sharedOf(earlier: readonly number[], later: readonly number[]): Uint8Array {
  const others = new Set(earlier);
  return Uint8Array.from(later, (number) => (others.has(number) ? 1 : 0));
}

function isInside(box: Box, other: Box): boolean {
  return box.every((shared, cell) => shared.every((has, choice) => has <= other[cell][choice]));
}
