/**
 * The order rules where the cache reaches the medium in an order (destage fifo and epoch): the set of images is a
 * union of cuts, and a write that is lost and one that stands must be so under one of them. Above the floor lie past
 * cuts and, after them, the live one, to which versions are still added.
 *
 * Whether a past cut has a bad pair is settled when it ends. All its versions are of writes submitted by then, so
 * their precedence among one another is settled too. What is submitted later, even where it is lost under a version
 * of the cut, has no barrier between itself and anything that stands there; and a version that ends later loses only
 * what is submitted after that. So a past cut is one mark, dropped when the floor passes it. Only a barrier or a write
 * that fails later changes it: then all cuts above the floor are gone through anew.
 */
import type { Program } from '../../guest/program.ts';
import { IntList } from '../../stack/journal.ts';
import { BETWEEN } from './precedence.ts';

/** The order rules over the cuts of one destage order. Sectors and operations are told as to SectorCheck. */
export interface Cuts {
  /** @param ordered whether there are barriers. */
  begin(program: Program, ordered: boolean): void;
  /** A direct write to the sector has been submitted. */
  submitted(sector: number): void;
  /** A discard of the sector has been submitted. */
  discarded(sector: number): void;
  /** A write to these sectors has completed at the disk. */
  finished(sector: number, count: number): void;
  /** The floor of the sector has moved. */
  settled(sector: number): void;
  /** A write has started. */
  started(tag: number): void;
  /** Everything anew from the disk, for the sectors of these operations. */
  rebuild(ops: readonly number[]): void;
  /** Which order rules some image breaks (BETWEEN). */
  broken(): number;
}

/** Past cuts in order, each by a number that grows, and how many of them break each order rule. */
export class PastCuts {
  private readonly number: IntList = new IntList();
  private readonly mask: IntList = new IntList();
  private first = 0;
  private payloadCount = 0;
  private emptyCount = 0;

  clear(): void {
    this.number.clear();
    this.mask.clear();
    this.first = 0;
    this.payloadCount = 0;
    this.emptyCount = 0;
  }

  /** @param mask the order rules that the cut breaks (BETWEEN). */
  push(number: number, mask: number): void {
    this.number.push(number);
    this.mask.push(mask);
    this.count(mask, 1);
  }

  /** The floor has passed all cuts before this one. */
  dropBefore(number: number): void {
    while (this.first < this.number.count && this.number.items[this.first] < number)
      this.count(this.mask.items[this.first++], -1);
    if (this.first === this.number.count) this.clear();
  }

  broken(): number {
    return (this.payloadCount > 0 ? BETWEEN.payload : 0) | (this.emptyCount > 0 ? BETWEEN.empty : 0);
  }

  private count(mask: number, by: number): void {
    if ((mask & BETWEEN.payload) !== 0) this.payloadCount += by;
    if ((mask & BETWEEN.empty) !== 0) this.emptyCount += by;
  }
}
