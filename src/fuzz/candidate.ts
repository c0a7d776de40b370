/** What the shrinker tries, and what has been found to fail. */
import type { SecondCrash } from '../case/case.ts';
import type { Operation } from '../guest/operation.ts';

/** A smaller case to try. */
export interface Candidate {
  /** Of all guests, guest by guest. */
  readonly threads: readonly (readonly Operation[])[];
  /** Whose each thread is. */
  readonly guests: readonly number[];
  /** Actions; without power loss the run goes on by itself after them. */
  readonly schedule: readonly number[];
}

/** A candidate that violates the guarantee. */
export interface Failing extends Candidate {
  /** Step of its thread's list that each action of the schedule belongs to, or -1. */
  readonly stepOf: readonly number[];
  /** Actions before the power loss; null: none. */
  readonly crashStep: number | null;
  /** Whose the violation and the image are. */
  readonly guest: number;
  readonly image: readonly (readonly [sector: number, version: number])[];
  /** Verdict codes of that image. */
  readonly code: Uint8Array;
  /** Recovery in the documented order is cut short too. */
  readonly second: SecondCrash | null;
}

/** The threads of all guests, and whose they are. */
export type ThreadList = Pick<Candidate, 'threads' | 'guests'>;
