/** Sets of a state's enabled actions, a bit each in their order. */
import { assert } from '../../base/assert.ts';

/** Every action. */
export const ALL = -1;
/** Enabled actions that a mask has room for; where there are more, none is left out. */
export const MASK_BITS = 30;

export function maskOf(actions: readonly number[], sleep: readonly number[]): number {
  let mask = 0;
  for (const action of sleep) {
    const i = actions.indexOf(action);
    assert(i >= 0, 'an action that sleeps is enabled');
    mask |= 1 << i;
  }
  return mask;
}

/** A mask per state, by its number. */
export class StateMasks {
  private masks: Int32Array = new Int32Array(1024);

  /** The first mask of a state; states come in the order of their numbers. */
  put(state: number, mask: number): void {
    if (state === this.masks.length) {
      const larger = new Int32Array(2 * state);
      larger.set(this.masks);
      this.masks = larger;
    }
    this.masks[state] = mask;
  }

  /** Takes out of a state's mask what is not in `kept`, and returns it. */
  keep(state: number, kept: number): number {
    const left = this.masks[state] & ~kept;
    this.masks[state] &= kept;
    return left;
  }
}
