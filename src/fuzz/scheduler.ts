/**
 * The random schedule of a run: which enabled action comes next. Swarm-like: each run draws a weight per class of
 * actions, so that some runs have a slow disk, some an eager backend, some a guest that never pauses. Every weight is
 * positive, so no action is starved for ever; and since every action consumes something, every run ends.
 */
import type { RandomStream } from '../base/random.ts';
import { ACTION_CLASS_COUNT } from '../stack/actions.ts';
import type { Stack } from '../stack/stack.ts';

const WEIGHTS = [1, 1, 4, 16] as const;
export class RandomScheduler {
  private readonly weights: Int32Array = new Int32Array(ACTION_CLASS_COUNT);
  /** Running sums of the enabled classes' weights, while one is chosen. */
  private readonly bounds: Int32Array = new Int32Array(ACTION_CLASS_COUNT);

  /** Draws this run's weights. */
  begin(random: RandomStream): void {
    // Two bits a class out of two words.
    let bits = random.int32();
    for (let i = 0; i < ACTION_CLASS_COUNT; i++) {
      if (i === 16) bits = random.int32();
      this.weights[i] = WEIGHTS[bits & 3];
      bits >>>= 2;
    }
  }

  /**
   * The next action, or -1 when nothing is enabled; the stack has been refreshed. One draw: its low half decides the
   * class, its high half the item.
   */
  next(stack: Stack, random: RandomStream): number {
    const { weights, bounds } = this;
    const mask = stack.enabledMask;
    if (mask === 0) return -1;
    const draw = random.int32();
    let actionClass = 31 - Math.clz32(mask & -mask);
    // One class alone is common, and needs no choice.
    if ((mask & (mask - 1)) !== 0) {
      let total = 0;
      for (let left = mask; left !== 0; left &= left - 1) {
        const enabledClass = 31 - Math.clz32(left & -left);
        total += weights[enabledClass];
        bounds[enabledClass] = total;
      }
      const point = ((draw & 0xffff) * total) >>> 16;
      for (let left = mask; bounds[actionClass] <= point; actionClass = 31 - Math.clz32(left & -left)) left &= left - 1;
    }
    const count = stack.enabledOf(actionClass);
    return stack.nth(actionClass, count === 1 ? 0 : ((draw >>> 16) * count) >>> 16);
  }
}
