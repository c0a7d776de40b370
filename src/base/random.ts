/**
 * Random streams. One seed, named forks: a draw added to one fork never moves another, and the stream of
 * run k is reached without running 0..k-1, so ranges of runs can be given to workers and machines.
 * Integers and ratios only. This is the only import of seedrandom.
 */
import seedrandom from 'seedrandom';

/** The named forks of a run. */
export type ForkName = 'workload' | 'schedule' | 'crash' | 'recovery';

export class RandomStream {
  /** A fraction of 2^32 steps in [0, 1): called directly, since its own `int32` costs another call. */
  private readonly generator: () => number;

  constructor(key: string) {
    this.generator = seedrandom.alea(key);
  }

  /** A signed 32-bit integer. */
  int32(): number {
    return (this.generator() * 0x1_0000_0000) | 0;
  }

  /** An integer in [0, limit); `limit` is at least 1 and below 2^31. */
  below(limit: number): number {
    return (this.int32() >>> 1) % limit;
  }

  /** An integer in [min, max], both included. */
  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  /** True in `numerator` of `denominator` draws. */
  chance(numerator: number, denominator: number): boolean {
    return this.below(denominator) < numerator;
  }
}

/** The stream of fork `name` of the item with this index (a run, or a group of runs sharing a workload). */
export function fork(seed: string, name: ForkName, index: number): RandomStream {
  return new RandomStream(`${seed}\u0000${name}\u0000${index}`);
}
