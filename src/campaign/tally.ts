/**
 * What a range of runs came to, and how ranges become one. Pure, so that the result is the same however the runs were
 * cut into ranges and whoever made them.
 */
import { assert } from '../base/assert.ts';
import { GUARANTEES, VERDICT, worseOf } from '../contract/guarantees.ts';
import { addPrices, NO_PRICE, type RunPrice } from '../stack/price.ts';

/** Runs start .. end-1 of one mode. The lists have one entry per guarantee, in the order of GUARANTEES. */
export interface Tally {
  readonly start: number;
  /** One past the last run made. */
  readonly end: number;
  /** Crash points judged: sampling, one of each run that lost power. */
  readonly crashPoints: number;
  /** Images that the verdicts speak of. */
  readonly imagesDecided: bigint;
  /** Images that power loss could have left at the crash points judged. */
  readonly imagesPossible: bigint;
  /** Not all of these were counted. */
  readonly isLowerBound: boolean;
  /** What barriers cost, where that was counted. */
  readonly price: RunPrice;
  /** Recoveries that power was lost in again, and the crash points decided there. */
  readonly recoveryCount: number;
  readonly secondCrashPoints: number;
  /** The worst VERDICT code. */
  readonly worst: readonly number[];
  /** Runs that violated it. */
  readonly violatedCount: readonly number[];
  /** Lowest run that violated it, or -1. */
  readonly violatedFirst: readonly number[];
  /** The last run made violated something, or the next is bounded out, and no run after it counts. */
  readonly stopped: boolean;
  /** A run, not counted, of which a crash point leaves too many images to build, and its step. */
  readonly bounded: { readonly run: number; readonly step: number } | null;
}

/** What a run came to. */
export interface Outcome {
  /** VERDICT codes. */
  readonly code: ArrayLike<number>;
  readonly crashPoints: number;
  readonly imagesDecided: bigint;
  readonly imagesPossible: bigint;
  readonly isLowerBound: boolean;
  readonly price: RunPrice | null;
}

/** Recoveries of a run that were cut short, and the crash points decided in them. */
export interface Recovered {
  readonly recoveryCount: number;
  readonly crashPoints: number;
}

/** No runs yet; the next is number `start`. */
export function emptyTally(start: number): Tally {
  return new RangeCounter(start, [], false).tally();
}

/** Counts the runs of a range as they are made. */
export class RangeCounter {
  private readonly start: number;
  private end: number;
  private crashPoints = 0;
  private imagesDecided = 0n;
  private imagesPossible = 0n;
  private isLowerBound = false;
  private price: RunPrice = NO_PRICE;
  private recoveryCount = 0;
  private secondCrashPoints = 0;
  private stopped = false;
  private bounded: Tally['bounded'] = null;
  private readonly worst: number[] = GUARANTEES.map(() => VERDICT.na);
  private readonly violatedCount: number[] = GUARANTEES.map(() => 0);
  private readonly violatedFirst: number[] = GUARANTEES.map(() => -1);
  private readonly counted: readonly boolean[];
  private readonly keepGoing: boolean;

  /** @param counted which guarantees are looked at. @param keepGoing a violation doesn't end the range. */
  constructor(start: number, counted: readonly boolean[], keepGoing: boolean) {
    this.start = start;
    this.end = start;
    this.counted = counted;
    this.keepGoing = keepGoing;
  }

  /** Counts the next run; false: it ends the range. */
  add(
    { code, crashPoints, imagesDecided, imagesPossible, isLowerBound, price }: Outcome,
    recovered?: Recovered,
  ): boolean {
    for (let row = 0; row < code.length; row++) {
      if (!this.counted[row]) continue;
      this.worst[row] = worseOf(this.worst[row], code[row]);
      if (code[row] === VERDICT.violated) this.addViolation(row);
    }
    this.crashPoints += crashPoints;
    this.imagesDecided += imagesDecided;
    this.imagesPossible += imagesPossible;
    this.isLowerBound ||= isLowerBound;
    if (price !== null) this.price = addPrices(this.price, price);
    this.recoveryCount += recovered?.recoveryCount ?? 0;
    this.secondCrashPoints += recovered?.crashPoints ?? 0;
    this.end++;
    return !this.stopped;
  }

  /** The next run can't be decided, and ends the range. */
  bound(step: number): void {
    this.bounded = { run: this.end, step };
    this.stopped = true;
  }

  tally(): Tally {
    const { start, end, crashPoints, imagesDecided, imagesPossible, worst, stopped, bounded } = this;
    const { violatedCount, violatedFirst, isLowerBound, price, recoveryCount, secondCrashPoints } = this;
    const images = { imagesDecided, imagesPossible, isLowerBound, recoveryCount, secondCrashPoints };
    return { start, end, crashPoints, ...images, price, worst, violatedCount, violatedFirst, stopped, bounded };
  }

  private addViolation(row: number): void {
    this.violatedCount[row]++;
    if (this.violatedFirst[row] < 0) this.violatedFirst[row] = this.end;
    if (!this.keepGoing) this.stopped = true;
  }
}

/** Two ranges, the second right behind the first. What follows a stop doesn't count. */
export function joinTallies(left: Tally, right: Tally): Tally {
  if (left.stopped) return left;
  assert(left.end === right.start, 'ranges are joined in order and without gaps');
  return {
    start: left.start,
    end: right.end,
    crashPoints: left.crashPoints + right.crashPoints,
    imagesDecided: left.imagesDecided + right.imagesDecided,
    imagesPossible: left.imagesPossible + right.imagesPossible,
    isLowerBound: left.isLowerBound || right.isLowerBound,
    price: addPrices(left.price, right.price),
    recoveryCount: left.recoveryCount + right.recoveryCount,
    secondCrashPoints: left.secondCrashPoints + right.secondCrashPoints,
    worst: left.worst.map((code, row) => worseOf(code, right.worst[row])),
    violatedCount: left.violatedCount.map((count, row) => count + right.violatedCount[row]),
    violatedFirst: left.violatedFirst.map((run, row) => (run >= 0 ? run : right.violatedFirst[row])),
    stopped: right.stopped,
    bounded: right.bounded,
  };
}
