/**
 * What has changed since the last look: operations submitted and completed, commands started and completed, atomic
 * units whose floor or cached versions changed. The exact check (src/power/exact) keeps itself up to date from it;
 * off, it costs one test per event.
 */
import { resized } from './block/bios.ts';

/** A list of integers that is emptied and refilled. */
export class IntList {
  items: Int32Array = new Int32Array(64);
  count = 0;

  push(item: number): void {
    if (this.count === this.items.length) this.items = resized(this.items, 2 * this.count);
    this.items[this.count++] = item;
  }

  pushTwo(first: number, second: number): void {
    this.push(first);
    this.push(second);
  }

  clear(): void {
    this.count = 0;
  }

  has(item: number): boolean {
    return this.indexOf(item) >= 0;
  }

  /** The last place of the item, or -1. */
  indexOf(item: number): number {
    let place = this.count - 1;
    while (place >= 0 && this.items[place] !== item) place--;
    return place;
  }

  /** Takes out the item at this place; the others keep their order. */
  removeAt(place: number): void {
    this.count--;
    for (let i = place; i < this.count; i++) this.items[i] = this.items[i + 1];
  }

  /** Ascending. The built-in sort of an array allocates, and mostly there are few. */
  sort(): void {
    const { items, count } = this;
    if (count > 32) items.subarray(0, count).sort();
    else
      for (let i = 1; i < count; i++) {
        const item = items[i];
        let at = i;
        for (; at > 0 && items[at - 1] > item; at--) items[at] = items[at - 1];
        items[at] = item;
      }
  }
}

export class Journal {
  /** Set before a run's reset, and left alone during the run. */
  isOn = false;
  /** Whether anything has been noted since the last `clear`. */
  isDirty = false;
  /** The status of an operation is another one than before, apart from its completion. */
  isRewritten = false;
  /** Operation ids. */
  readonly submitted: IntList = new IntList();
  readonly completed: IntList = new IntList();
  /** Tags of write commands. */
  readonly started: IntList = new IntList();
  /** First sector and number of sectors of write commands. */
  readonly finished: IntList = new IntList();
  /** Units, possibly more than once, whose floor moved. */
  readonly settled: IntList = new IntList();

  /** A command has been accepted, whether or not it has started. */
  noteAccepted(): void {
    this.isDirty = true;
  }

  noteSubmitted(op: number): void {
    if (this.isOn === true) this.note(this.submitted, op);
  }

  noteCompleted(op: number): void {
    if (this.isOn === true) this.note(this.completed, op);
  }

  noteStarted(tag: number): void {
    if (this.isOn === true) this.note(this.started, tag);
  }

  noteFinished(sector: number, count: number): void {
    if (this.isOn === false) return;
    this.note(this.finished, sector);
    this.note(this.finished, count);
  }

  noteSettled(unit: number): void {
    if (this.isOn === true) this.note(this.settled, unit);
  }

  noteRewritten(): void {
    this.isRewritten = true;
    this.isDirty = true;
  }

  clear(): void {
    this.isDirty = false;
    this.isRewritten = false;
    this.submitted.clear();
    this.completed.clear();
    this.started.clear();
    this.finished.clear();
    this.settled.clear();
  }

  private note(list: IntList, item: number): void {
    this.isDirty = true;
    list.push(item);
  }
}
