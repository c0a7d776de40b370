/** The image that shows a violation, with as little lost as may be, confirmed by the oracle. */
import { assert } from '../base/assert.ts';
import type { History } from '../base/history.ts';
import { GUARANTEE, GUARANTEES } from '../contract/guarantees.ts';
import type { Oracle } from '../contract/oracle.ts';
import type { Verdict } from '../contract/verdict.ts';
import { findWitness } from '../power/exact/witness/witness.ts';
import type { Scope } from '../stack/config.ts';
import type { Evidence } from '../stack/evidence.ts';
import type { GuestPromise } from './promise.ts';

/**
 * Whether the image decides the guarantee, and the exact check: the others show in the run itself. Integrity is one of
 * them where images of the disk are decoded, and can come out as what nobody wrote.
 */
export function isDecided(guarantee: number, stack: Pick<Evidence, 'decoder'>): boolean {
  return guarantee < GUARANTEE.integrity || (guarantee === GUARANTEE.integrity && stack.decoder !== null);
}

/** Whether a guarantee is violated by images, so that one of them shows it. */
export function isShownByImage(guarantee: number, stack: Pick<Evidence, 'decoder'>): boolean {
  return isDecided(guarantee, stack) || guarantee === GUARANTEE.guestPromise;
}

/** What the contract and the guest's own promise say of the image that the history holds. */
export function judgeImage(history: History, oracle: Oracle, promise: GuestPromise): Verdict {
  const verdict = oracle.judge(history);
  promise.judge(history, verdict);
  return verdict;
}

/**
 * Leaves in the history an image that violates the guarantee if power is lost now.
 * @param guarantee one that is decided by the image.
 * @returns what the oracle says of it; null: no image violates the guarantee.
 */
export function witnessNow(
  stack: Evidence,
  scope: Scope,
  guarantee: number,
  oracle: Oracle,
  promise: GuestPromise,
): Verdict | null {
  const { history, clock } = stack;
  const found =
    guarantee === GUARANTEE.guestPromise
      ? promise.breaksUnder(stack.diskImage)
      : findWitness(stack, scope, guarantee, stack.diskImage);
  if (!found) return null;
  stack.decode();
  const verdict = judgeImage(history, oracle, promise);
  const name = GUARANTEES[guarantee];
  assert(verdict.isViolated(guarantee), `the oracle sees ${name} violated in the witness at time ${clock.now}`);
  return verdict;
}
