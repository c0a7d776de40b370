/** Integer draws out of fast-check's generator; integers and ratios only, so every engine draws the same. */
import type * as fc from 'fast-check';

/** An integer in [0, limit). */
export function below(random: fc.Random, limit: number): number {
  return limit <= 1 ? 0 : random.nextInt(0, limit - 1);
}

/** An integer in [min, max], both included. */
export function between(random: fc.Random, min: number, max: number): number {
  return min + below(random, max - min + 1);
}

/** True in `eighths` of eight draws. */
export function chance(random: fc.Random, eighths: number): boolean {
  return random.nextInt(0, 7) < eighths;
}

/** One of `choices`; a choice listed twice is twice as likely. */
export function oneOf<T>(random: fc.Random, choices: readonly T[]): T {
  return choices[below(random, choices.length)];
}

/** An index of `weights`, each as likely as its weight; the weights add up to `total`, at least 1. */
export function weighted(random: fc.Random, weights: readonly number[], total: number): number {
  let rest = below(random, total);
  let index = 0;
  while (rest >= weights[index]) rest -= weights[index++];
  return index;
}
