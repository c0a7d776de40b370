/** A tournament over the units of a disk: the least value, whose it is, and the least but for one unit. */
import { NEVER } from './precedence.ts';

export class Tournament {
  private readonly size: number;
  private readonly values: Int32Array;

  constructor(count: number) {
    let size = 1;
    while (size < count) size *= 2;
    this.size = size;
    this.values = new Int32Array(2 * size);
  }

  reset(): void {
    this.values.fill(NEVER);
  }

  of(unit: number): number {
    return this.values[this.size + unit];
  }

  set(unit: number, value: number): void {
    const { values } = this;
    let at = this.size + unit;
    if (values[at] === value) return;
    values[at] = value;
    for (at >>= 1; at > 0; at >>= 1) {
      const left = values[2 * at];
      const right = values[2 * at + 1];
      const least = left < right ? left : right;
      if (values[at] === least) return;
      values[at] = least;
    }
  }

  get least(): number {
    return this.values[1];
  }

  /** A unit with the least value. */
  get leastUnit(): number {
    const { values } = this;
    let at = 1;
    while (at < this.size) at = values[2 * at] === values[at] ? 2 * at : 2 * at + 1;
    return at - this.size;
  }

  /** The least value of all units but one. */
  leastWithout(unit: number): number {
    let least = NEVER;
    for (let at = this.size + unit; at > 1; at >>= 1) least = Math.min(least, this.values[at ^ 1]);
    return least;
  }
}
