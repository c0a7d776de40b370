/** The least of a value per sector, kept up to date when one of them changes: a tournament. */
import { NEVER } from '../rows.ts';

export class Least {
  private size = 1;
  private values: Int32Array = new Int32Array(2);

  /** `count` values, all of them NEVER. */
  reset(count: number): void {
    while (this.size < count) this.size *= 2;
    if (this.values.length < 2 * this.size) this.values = new Int32Array(2 * this.size);
    this.values.fill(NEVER);
  }

  set(index: number, value: number): void {
    const { values } = this;
    let at = this.size + index;
    if (values[at] === value) return;
    values[at] = value;
    while (at > 1) {
      const other = values[at ^ 1];
      const least = values[at] < other ? values[at] : other;
      at >>= 1;
      if (values[at] === least) return;
      values[at] = least;
    }
  }

  get value(): number {
    return this.values[1];
  }
}
