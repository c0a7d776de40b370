/** Ordered modes as bits (facts.md §2.1–§2.3): how a barrier is ordered, and which steps its sequence has. */
import type { Mode } from '../config.ts';

export const ORDERED = {
  byDrain: 0x01,
  byTag: 0x02,
  doPreflush: 0x10,
  doBar: 0x20,
  doPostflush: 0x40,
  doFua: 0x80,
} as const;

/** Values of the seven composite modes; flush-fua has no ordered sequence at all. */
export const ORDERED_MODE: Record<Exclude<Mode, 'flush-fua'>, number> = {
  none: 0x00,
  drain: 0x21,
  'drain-flush': 0x71,
  'drain-fua': 0xb1,
  tag: 0x22,
  'tag-flush': 0x72,
  'tag-fua': 0xb2,
};

/** Steps of a sequence, as the set of finished ones; the current step is the lowest bit not yet set. */
export const STEP = {
  started: 0x01,
  drain: 0x02,
  preflush: 0x04,
  bar: 0x08,
  postflush: 0x10,
  done: 0x20,
} as const;

/** The step a sequence is at: the lowest bit not in `finished`; 0 when none is active. */
export function currentStep(finished: number): number {
  return finished === 0 ? 0 : ~finished & (finished + 1);
}
