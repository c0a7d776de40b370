/**
 * The random schedule of a run: which enabled action comes next. Half of the runs go by priorities (priorities.ts). The
 * others are swarm-like: each draws a weight per class of actions, so that some have a slow disk, some an eager backend,
 * some a guest that never pauses. Every weight is positive; and since every action consumes something, every run ends.
 */
import type { RandomStream } from '../base/random.ts';
import type { Stack } from '../stack/stack.ts';
import { Priorities } from './priorities.ts';

const WEIGHTS = [1, 1, 4, 16] as const;
/** Places on the wheel: a byte of a draw points at one. */
const WHEEL_SIZE = 256;
/** Draws made at a time: none then waits for the one before it, or for the action that it decides. */
const DRAWS = 64;
/** One run in two to the power of this goes by priorities. */
const PRIORITY_BITS = 1;
/** A mask of bits of a draw: all clear, a fault may be drawn. */
const FAULT_ODDS = 7;

export class RandomScheduler {
  /** Classes of actions, each as often as its weight says and at least once. */
  private readonly wheel: Uint8Array = new Uint8Array(WHEEL_SIZE);
  private readonly draws: Int32Array = new Int32Array(DRAWS);
  /** The next one of them. */
  private at = DRAWS;
  private classCount = 0;
  private byPriority = false;
  private readonly priorities: Priorities = new Priorities();
  private faultMask = 0;

  /** Draws this run's weights. From here to the end of the run nobody else draws from the stream. */
  begin(stack: Stack, random: RandomStream): void {
    const { wheel } = this;
    const { classCount } = stack;
    this.classCount = classCount;
    this.faultMask = stack.faultMask;
    this.at = DRAWS;
    // Two bits a class out of two words.
    const low = random.int32();
    const high = random.int32();
    this.byPriority = high >>> (32 - PRIORITY_BITS) === 0;
    if (this.byPriority) {
      this.priorities.begin(stack, random);
      return;
    }
    const weightOf = (actionClass: number): number =>
      WEIGHTS[(actionClass < 16 ? low >>> (2 * actionClass) : high >>> (2 * actionClass - 32)) & 3];
    let total = 0;
    for (let i = 0; i < classCount; i++) total += weightOf(i);
    let sum = 0;
    let at = 0;
    for (let i = 0; i < classCount; i++) {
      sum += weightOf(i);
      const end = i + 1 + Math.floor((sum * (WHEEL_SIZE - classCount)) / total);
      wheel.fill(i, at, end);
      at = end;
    }
  }

  /**
   * The next action, or -1 when nothing is enabled; the stack has been refreshed. One draw: a byte of it points at a
   * class on the wheel, and the first enabled class from there on gets the turn; its high half decides the item.
   * Without a branch, because what is enabled next is what no processor predicts.
   */
  next(stack: Stack, random: RandomStream): number {
    let mask = stack.enabledMask;
    const { classCount } = this;
    if (mask === 0) return -1;
    if (this.at === DRAWS) this.draw(random);
    const draw = this.draws[this.at++];
    // A fault is not the only thing left to do; early in a run two would be spent at once.
    if (this.faultMask !== 0 && ((draw >>> 8) & FAULT_ODDS) !== 0) mask &= ~this.faultMask;
    if (this.byPriority === true) return this.priorities.next(stack, mask, draw);
    const from = this.wheel[draw & (WHEEL_SIZE - 1)];
    const turned = (mask >>> from) | (mask << (classCount - from));
    const actionClass = from + 31 - Math.clz32(turned & -turned);
    return stack.pick(actionClass < classCount ? actionClass : actionClass - classCount, draw >>> 16);
  }

  private draw(random: RandomStream): void {
    for (let i = 0; i < DRAWS; i++) this.draws[i] = random.int32();
    this.at = 0;
  }
}
