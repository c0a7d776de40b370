/**
 * The order rules over sectors that choose independently: the least rank of a write that may be lost, the greatest of
 * one that may stand, at two different sectors. At one and the same sector there is no such pair: a later write that
 * stands there covers the earlier one. Per rank it counts the sectors whose least lost write, and whose greatest
 * standing write, has that rank, and keeps the exclusive or of their numbers: of a single sector that is its number.
 */
import { resized } from '../../stack/block/bios.ts';
import type { Precedence } from './precedence.ts';

const LOST = 0;
const STOOD = 2;
const WIDTH = 4;
/** Beside a count: the exclusive or of the sectors. */
const SECTORS = 1;

export class Order {
  private ranks: Int32Array = new Int32Array(64 * WIDTH);
  /** No sector's lost write has a lower rank, and none's standing write a higher one. */
  private least = 1;
  private greatest = 0;
  private rankLast = 0;
  /** Whether anything has changed since the last `broken`. */
  private isStale = false;
  private brokenLast = 0;
  private readonly precedence: Precedence;

  constructor(precedence: Precedence) {
    this.precedence = precedence;
  }

  begin(): void {
    this.ranks.fill(0, 0, (this.rankLast + 1) * WIDTH);
    this.least = 1;
    this.greatest = 0;
    this.rankLast = 0;
    this.isStale = false;
    this.brokenLast = 0;
  }

  /** The least rank of a write that may be lost at the sector changes; 0: none may. */
  moveLost(sector: number, from: number, to: number): void {
    this.isStale = true;
    this.take(from * WIDTH + LOST, sector);
    if (to === 0) return;
    this.put(to, LOST, sector);
    if (to < this.least) this.least = to;
  }

  /** The greatest rank of a write that may stand at the sector changes; 0: none may. */
  moveStood(sector: number, from: number, to: number): void {
    this.isStale = true;
    this.take(from * WIDTH + STOOD, sector);
    if (to === 0) return;
    this.put(to, STOOD, sector);
    if (to > this.greatest) this.greatest = to;
  }

  /** Which order rules some image breaks (BETWEEN). */
  broken(): number {
    if (this.isStale) this.brokenLast = this.decide();
    this.isStale = false;
    return this.brokenLast;
  }

  private decide(): number {
    const { precedence, ranks } = this;
    const least = (this.least = this.up(this.least));
    const greatest = (this.greatest = this.down(this.greatest));
    if (least >= greatest) return 0;
    const broken = precedence.between(least, greatest);
    if (broken === 0) return 0;
    const lost = least * WIDTH + LOST;
    const stood = greatest * WIDTH + STOOD;
    if (ranks[lost] > 1 || ranks[stood] > 1 || ranks[lost + SECTORS] !== ranks[stood + SECTORS]) return broken;
    const lostNext = this.up(least + 1);
    const lostElsewhere = lostNext < greatest ? precedence.between(lostNext, greatest) : 0;
    const stoodNext = this.down(greatest - 1);
    return least < stoodNext ? lostElsewhere | precedence.between(least, stoodNext) : lostElsewhere;
  }

  /** The first rank from this one on of a write that may be lost; one past the last: none. */
  private up(from: number): number {
    const { ranks, rankLast } = this;
    let rank = from;
    while (rank <= rankLast && ranks[rank * WIDTH + LOST] === 0) rank++;
    return rank;
  }

  private down(from: number): number {
    const { ranks } = this;
    let rank = from;
    while (rank > 0 && ranks[rank * WIDTH + STOOD] === 0) rank--;
    return rank;
  }

  private take(at: number, sector: number): void {
    if (at < WIDTH) return;
    this.ranks[at]--;
    this.ranks[at + SECTORS] ^= sector;
  }

  private put(rank: number, side: number, sector: number): void {
    if (rank > this.rankLast) {
      this.rankLast = rank;
      if ((rank + 1) * WIDTH > this.ranks.length) this.ranks = resized(this.ranks, 2 * (rank + 1) * WIDTH);
    }
    const at = rank * WIDTH + side;
    this.ranks[at]++;
    this.ranks[at + SECTORS] ^= sector;
  }
}
