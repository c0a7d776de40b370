/**
 * Power lost again while a guest recovers (docs/guests.md): the guest comes back with an image of a first power loss, does
 * what its recovery does, and at every step of it every image is decided that a second power loss could leave. What the
 * guest promised before the first still holds of them, its own promise and every durability of the contract; what was
 * open then is still open, so the order rules speak of the first image alone.
 */
import { assert } from '../base/assert.ts';
import type { History } from '../base/history.ts';
import type { RandomStream } from '../base/random.ts';
import type { ImagePair } from '../case/case.ts';
import { GUARANTEE, VERDICT } from '../contract/guarantees.ts';
import { Oracle } from '../contract/oracle.ts';
import type { Verdict } from '../contract/verdict.ts';
import { meaningOf } from '../guest/meaning/meaning.ts';
import { repairOf } from '../guest/meaning/repair.ts';
import type { Program } from '../guest/program.ts';
import { imageOverFloor } from '../power/enumerate.ts';
import type { Scope, StackConfig } from '../stack/config.ts';
import { resetAfter } from '../stack/aftermath.ts';
import { Stack } from '../stack/stack.ts';
import { GuestPromise } from './promise.ts';
import { RandomScheduler } from './scheduler.ts';
import { judgeImage, witnessNow } from './witness.ts';

/** What has to survive both, in the order of its rows. */
export const KEPT: readonly number[] = [
  GUARANTEE.barrierDurability,
  GUARANTEE.emptyBarrierDurability,
  GUARANTEE.flushDurability,
  GUARANTEE.fsyncDurability,
  GUARANTEE.fuaDurability,
  GUARANTEE.guestPromise,
];

/** A violation, and how recovery came to it. */
export interface SecondFound {
  readonly guarantee: number;
  readonly schedule: readonly number[];
  /** Of the second power loss, over its floor. */
  readonly image: readonly ImagePair[];
}

export class SecondCrash {
  /** The stack that the guest comes back on. */
  readonly stack: Stack;
  /** Recoveries begun, and crash points decided in them, since somebody set them to 0. */
  recoveryCount = 0;
  crashPoints = 0;
  readonly promise: GuestPromise;
  /** Of the recovery that runs; its first rows are those of the first run. */
  program: Program | null = null;
  /** Rows of the first run. */
  private firstOpCount = 0;
  private readonly scope: Scope;
  private readonly oracle: Oracle = new Oracle();
  private readonly scheduler: RandomScheduler = new RandomScheduler();
  /** Rows that the first image violates already: recovery is not to blame. */
  private kept: readonly number[] = KEPT;
  /** What the guest came back with. */
  private image: Int32Array = new Int32Array(0);

  constructor(config: StackConfig, scope: Scope) {
    this.stack = new Stack(config);
    this.scope = scope;
    this.promise = new GuestPromise(this.stack, scope);
  }

  /**
   * The guest comes back with an image; false: it has nothing to do.
   * @param first of the run that ended in a crash.
   * @param rows what is looked at.
   */
  begin(program: Program, first: History, image: Int32Array, rows: readonly number[] = KEPT): boolean {
    const { stack, promise } = this;
    const meaning = meaningOf(program);
    this.program = meaning === null ? null : repairOf(meaning, image, stack.parts.planted);
    if (this.program === null) return false;
    this.recoveryCount++;
    this.firstOpCount = program.opCount;
    this.image = image.slice();
    this.restart(first);
    promise.begin(this.program);
    stack.history.crashAt = stack.clock.now;
    const verdict = this.judge(image);
    this.kept = rows.filter((row) => verdict.code[row] !== VERDICT.violated);
    stack.history.crashAt = 0;
    return true;
  }

  /** The guest comes back once more, with the same. @param first of `begin`. */
  restart(first: History): void {
    resetAfter(this.stack, this.program!, first, this.image);
  }

  /** Runs recovery to its end, by a drawn schedule or in the documented order: of each row the first violation on the way. */
  run(random: RandomStream | null): SecondFound[] {
    const { stack, scheduler } = this;
    const schedule: number[] = [];
    const found: SecondFound[] = [];
    if (random !== null) scheduler.begin(stack, random);
    for (let decidedAt = -1; ;) {
      this.crashPoints++;
      if (stack.clock.now !== decidedAt) this.add(schedule, found);
      decidedAt = stack.clock.now;
      stack.refresh();
      if (stack.enabledMask === 0 || found.length === this.kept.length) return found;
      const action = random === null ? stack.first() : scheduler.next(stack, random);
      schedule.push(action);
      stack.perform(action);
    }
  }

  /** Adds what is lost now and was not before. */
  private add(schedule: readonly number[], found: SecondFound[]): void {
    for (const { guarantee, image } of this.lostNow(found)) found.push({ guarantee, schedule: [...schedule], image });
  }

  /** What some image violates if power is lost now, each with such an image. @param known what need not be looked at. */
  lostNow(known: readonly { readonly guarantee: number }[] = []): Omit<SecondFound, 'schedule'>[] {
    const { disk, history } = this.stack;
    const rows = this.kept.filter((row) => known.every(({ guarantee }) => guarantee !== row));
    return rows.flatMap((guarantee) =>
      this.witness(guarantee) === null ? [] : [{ guarantee, image: imageOverFloor(disk, history.image) }],
    );
  }

  /** Leaves an image in the history that violates the guarantee if power is lost now; null: there is none. */
  witness(guarantee: number): Verdict | null {
    const { stack, scope, oracle, promise } = this;
    return this.asPromisedBefore(() => witnessNow(stack, scope, guarantee, oracle, promise));
  }

  /** What one image comes to; of the verdict only what is kept counts. */
  judge(image: Int32Array): Verdict {
    const { history } = this.stack;
    assert(this.program !== null, 'recovery has begun');
    history.image.set(image.subarray(0, history.sectorCount));
    return this.asPromisedBefore(() => judgeImage(history, this.oracle, this.promise));
  }

  /**
   * Judges as if nothing of the recovery had completed: its flushes would speak of writes too that the first power loss
   * has rightly taken.
   */
  private asPromisedBefore<T>(judge: () => T): T {
    const { complete, opCount } = this.stack.history;
    const own = complete.slice(this.firstOpCount, opCount);
    complete.fill(0, this.firstOpCount, opCount);
    const judged = judge();
    complete.set(own, this.firstOpCount);
    return judged;
  }
}
