/**
 * A set of small integers that is read as a list, in no order of its own: what is added comes last, and the last takes
 * the place of what is removed. So the same additions and removals give the same list, and none depends on its length.
 */
import { resized } from './block/bios.ts';

const ABSENT = -1;

export class Bag {
  items: Int32Array;
  count = 0;
  /** Place of an item in the list, or ABSENT. */
  private places: Int32Array;

  /** @param limit items are below it. */
  constructor(limit: number) {
    this.items = new Int32Array(limit);
    this.places = new Int32Array(limit).fill(ABSENT);
  }

  /** Room for items below `limit`, which is no less than before; those inside stay. */
  grow(limit: number): void {
    const known = this.places.length;
    this.items = resized(this.items, limit);
    this.places = resized(this.places, limit).fill(ABSENT, known);
  }

  clear(): void {
    for (let i = 0; i < this.count; i++) this.places[this.items[i]] = ABSENT;
    this.count = 0;
  }

  has(item: number): boolean {
    return item >= 0 && item < this.places.length && this.places[item] !== ABSENT;
  }

  /** Adds an item that is not inside. */
  add(item: number): void {
    this.places[item] = this.count;
    this.items[this.count++] = item;
  }

  /** Removes an item that is inside. */
  remove(item: number): void {
    const place = this.places[item];
    const last = this.items[--this.count];
    this.items[place] = last;
    this.places[last] = place;
    this.places[item] = ABSENT;
  }

  /** Sees to it that the item is inside, or not. */
  put(item: number, isInside: boolean): void {
    if (isInside === this.places[item] >= 0) return;
    if (isInside) this.add(item);
    else this.remove(item);
  }

  /** The lowest item; there is one. */
  get lowest(): number {
    let lowest = this.items[0];
    for (let i = 1; i < this.count; i++) if (this.items[i] < lowest) lowest = this.items[i];
    return lowest;
  }
}
