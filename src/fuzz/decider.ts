/**
 * Decides every crash point of a run as it goes, at the start and after every action: which guarantees some image
 * violates that power loss could leave right then. The exact check decides without building images (src/power/exact);
 * enumerating, every image is built and judged as well, and the two have to come to the same.
 */
import { assert } from '../base/assert.ts';
import { GUARANTEE, GUARANTEES } from '../contract/guarantees.ts';
import { ImageJudge } from '../contract/incremental/judge.ts';
import type { Program } from '../guest/program.ts';
import { imageCount, isCountable } from '../power/count.ts';
import { decodedVisit } from '../power/decoded.ts';
import { ImageEnumerator } from '../power/enumerate.ts';
import type { ExactCheck } from '../power/exact/check.ts';
import { createExactCheck } from '../power/exact/create.ts';
import type { Scope } from '../stack/config.ts';
import type { Evidence } from '../stack/evidence.ts';
import type { GuestPromise } from './promise.ts';

/** Images of one crash point that are built one by one; a run with more at one is bounded out. */
export const IMAGES_ENUMERATED_MAX = 65_536;

/** What decides the crash points of a run: of one guest, or of several. */
export interface CrashDecider {
  /** Per guarantee the first step after which power loss could violate it; -1: none. */
  readonly violatedAt: Int32Array;
  readonly crashPoints: number;
  readonly boundedAt: number;
  readonly isLowerBound: boolean;
  readonly imagesDecided: bigint;
  begin(program: Program, counts: boolean): void;
  look(step: number): boolean;
  end(): void;
  /** The guest that violated it first. */
  guestOf(guarantee: number): number;
  /** Per guarantee, 1: some image violates it for this guest at the crash point looked at last. */
  violatedNow(guest: number): Uint8Array;
}

export class Decider implements CrashDecider {
  /** Per guarantee the first step after which power loss could violate it; -1: none. */
  readonly violatedAt: Int32Array = new Int32Array(GUARANTEES.length);
  crashPoints = 0;
  /** The step whose images were too many to build, or -1. */
  boundedAt = -1;
  private readonly stack: Evidence;
  private readonly scope: Scope;
  /** Nothing is kept up to date: everything is decided anew wherever anything may have changed. */
  private readonly anew: boolean;
  /** The stack is a view of a guest's, without a journal. */
  private readonly isView: boolean;
  private program!: Program;
  private readonly check: ExactCheck;
  private readonly promise: GuestPromise;
  /** Not null: every image is built and judged. */
  private readonly judge: ImageJudge | null;
  private readonly enumerator: ImageEnumerator = new ImageEnumerator();
  /** Every change of the history or of the disk takes a time; at the same time there is nothing new to decide. */
  private decidedAt = -1;
  /** Images of the last crash point decided, and how many crash points in a row have these. */
  private imagesNow: number | bigint = 0;
  private repeatCount = 0;
  /** Images of the crash points before, as far as a double holds them exactly, and the rest. */
  private imagesFew = 0;
  private imagesMany = 0n;
  private counts = true;
  /** Some crash point had too many versions to count its images in time: it counts as one. */
  isLowerBound = false;

  /** @param promise of the program that the stack is reset to. */
  constructor(stack: Evidence, scope: Scope, enumerates: boolean, promise: GuestPromise, isView: boolean = false) {
    this.promise = promise;
    this.isView = isView;
    this.anew = isView || scope === 'host';
    this.stack = stack;
    this.scope = scope;
    this.check = createExactCheck(stack, scope);
    this.judge = enumerates ? new ImageJudge() : null;
    stack.journal.isOn = !isView;
  }

  violatedNow(): Uint8Array {
    return this.check.violated;
  }

  guestOf(): number {
    return 0;
  }

  /** The stack has just been reset to this program. @param counts false: nobody wants to know how many images there are. */
  begin(program: Program, counts: boolean): void {
    this.program = program;
    this.counts = counts;
    this.isLowerBound = false;
    this.imagesNow = 0;
    this.violatedAt.fill(-1);
    this.crashPoints = 0;
    this.imagesFew = 0;
    this.imagesMany = 0n;
    this.boundedAt = -1;
    this.decidedAt = -1;
    this.repeatCount = 0;
    this.check.begin(program);
  }

  /** Decides the crash point after `step` actions; false: there is no deciding it. */
  look(step: number): boolean {
    const { now } = this.stack.clock;
    this.crashPoints++;
    this.repeatCount++;
    if (now === this.decidedAt || this.isSettled()) return true;
    this.decidedAt = now;
    const disk = this.diskHasChanged();
    if (this.isView === true) this.check.decideNow(this.program);
    else this.check.step();
    if (this.count(disk) === false) {
      this.boundedAt = step;
      return false;
    }
    const { violatedAt } = this;
    const { violated } = this.check;
    for (let row = 0; row < violated.length; row++)
      if (violated[row] === 1 && violatedAt[row] < 0) violatedAt[row] = step;
    if (this.promise.applies === true) this.lookAtPromise(step);
    return true;
  }

  /** Once it is broken nobody asks again. */
  private lookAtPromise(step: number): void {
    const { violatedAt, promise, stack } = this;
    if (violatedAt[GUARANTEE.guestPromise] < 0 && promise.breaksUnder(stack.history.image))
      violatedAt[GUARANTEE.guestPromise] = step;
  }

  /** Over all crash points together. */
  get imagesDecided(): bigint {
    return BigInt(this.imagesFew) + this.imagesMany;
  }

  /** No more crash points: completes the counts. */
  end(): void {
    const { imagesNow, repeatCount } = this;
    const sum = typeof imagesNow === 'number' ? this.imagesFew + imagesNow * repeatCount : Infinity;
    if (sum <= Number.MAX_SAFE_INTEGER) this.imagesFew = sum;
    else this.imagesMany += BigInt(imagesNow) * BigInt(repeatCount);
    this.repeatCount = 0;
  }

  /** Whether neither promises nor images can be others than at the crash point before: a read has completed. */
  private isSettled(): boolean {
    return this.stack.journal.isDirty === false && this.crashPoints > 1 && this.judge === null && this.anew === false;
  }

  /** Whether the set of images may be another one than at the crash point before. */
  private diskHasChanged(): boolean {
    const { started, finished, settled } = this.stack.journal;
    return this.crashPoints === 1 || this.anew === true || started.count + finished.count + settled.count > 0;
  }

  /** Counts the images of this crash point, building them if they are to be judged; false: too many for that. */
  private count(disk: boolean): boolean {
    if (this.judge === null && !(disk && this.counts === true)) return true;
    this.repeatCount--;
    this.end();
    this.repeatCount = 1;
    if (this.judge === null) this.imagesNow = this.countOnly();
    else this.imagesNow = this.judgeAll(this.judge);
    return this.imagesNow >= 0;
  }

  private countOnly(): number | bigint {
    const { imageCount: kept } = this.check;
    if (kept !== null) return kept;
    const { disk } = this.stack;
    if (isCountable(disk, this.scope)) return imageCount(disk, this.scope);
    this.isLowerBound = true;
    return 1;
  }

  /** Builds and judges every image, and holds the exact check against it; how many, -1: too many. */
  private judgeAll(judge: ImageJudge): number {
    const { stack } = this;
    const { disk, history, clock } = stack;
    let seen = 0;
    const visit = decodedVisit(stack, (changed) => {
      if (changed === null) judge.begin(history);
      else judge.change(changed.items, changed.count);
      seen |= judge.violated;
      return true;
    });
    const count = this.enumerator.enumerate(disk, this.scope, IMAGES_ENUMERATED_MAX, stack.diskImage, visit);
    for (let row = 0; row <= GUARANTEE.integrity && count >= 0; row++)
      assert(
        ((seen >> row) & 1) === this.check.violated[row],
        `exact and enumerate agree on ${GUARANTEES[row]} at time ${clock.now}: ${((seen >> row) & 1) === 1 ? 'an' : 'no'} image violates it`,
      );
    return count;
  }
}
