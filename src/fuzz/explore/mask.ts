/** Enabled actions of a state as a mask: a bit each, in their order. */
import { assert } from '../../base/assert.ts';

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
