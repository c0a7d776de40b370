/** The image that shows a violation, with as little lost as may be, confirmed by the oracle. */
import { assert } from '../base/assert.ts';
import { GUARANTEE, GUARANTEES } from '../contract/guarantees.ts';
import type { Oracle } from '../contract/oracle.ts';
import type { Verdict } from '../contract/verdict.ts';
import { findWitness } from '../power/exact/witness/witness.ts';
import type { Scope } from '../stack/config.ts';
import type { Evidence } from '../stack/evidence.ts';

/**
 * Whether the image decides the guarantee, and the exact check: the others show in the run itself. Integrity is one of
 * them where images of the disk are decoded, and can come out as what nobody wrote.
 */
export function isDecided(guarantee: number, stack: Pick<Evidence, 'decoder'>): boolean {
  return guarantee < GUARANTEE.integrity || (guarantee === GUARANTEE.integrity && stack.decoder !== null);
}

/**
 * Leaves in the history an image that violates the guarantee if power is lost now.
 * @param guarantee one that is decided by the image.
 * @returns what the oracle says of it; null: no image violates the guarantee.
 */
export function witnessNow(stack: Evidence, scope: Scope, guarantee: number, oracle: Oracle): Verdict | null {
  const { history, clock } = stack;
  if (!findWitness(stack, scope, guarantee, stack.diskImage)) return null;
  stack.decode();
  const verdict = oracle.judge(history);
  const name = GUARANTEES[guarantee];
  assert(verdict.isViolated(guarantee), `the oracle sees ${name} violated in the witness at time ${clock.now}`);
  return verdict;
}
