/** The guarantees of contract.md and what a run can say about each of them. */

/** In the contract's order: the index of a name is its row in every table. */
export const GUARANTEES = [
  'barrier-order',
  'barrier-durability',
  'empty-barrier-order',
  'empty-barrier-durability',
  'flush-durability',
  'fsync-durability',
  'fua-durability',
  'integrity',
  'read-consistency',
  'liveness',
  'error-honesty',
  'protocol',
  // Not the contract's: what a guest with transactions promises on top of it (docs/guests.md).
  'guest-promise',
] as const;
export type Guarantee = (typeof GUARANTEES)[number];

/** Codes of the guarantees, the index into GUARANTEES. */
export const GUARANTEE = {
  barrierOrder: 0,
  barrierDurability: 1,
  emptyBarrierOrder: 2,
  emptyBarrierDurability: 3,
  flushDurability: 4,
  fsyncDurability: 5,
  fuaDurability: 6,
  integrity: 7,
  readConsistency: 8,
  liveness: 9,
  errorHonesty: 10,
  protocol: 11,
  guestPromise: 12,
} as const;

/** Codes of a verdict, the index into VERDICT_NAMES; a worse verdict has the larger code. */
export const VERDICT = { na: 0, holds: 1, violated: 2 } as const;
export const VERDICT_NAMES = ['n/a', 'holds', 'violated'] as const;
export type VerdictName = (typeof VERDICT_NAMES)[number];

/** The verdict of several runs together: violated > holds > n/a. */
export function worseOf(code: number, other: number): number {
  return code > other ? code : other;
}

/** Folds the codes of one more run into `total`, row by row. */
export function mergeWorse(total: Uint8Array, codes: Uint8Array): void {
  for (let row = 0; row < GUARANTEES.length; row++) total[row] = worseOf(total[row], codes[row]);
}

/** Whether a report speaks of it: a promise that no guest makes is left out. */
export function isTold(guarantee: Guarantee, verdict: string | undefined): boolean {
  return guarantee !== 'guest-promise' || (verdict !== undefined && verdict !== 'n/a');
}

/** The verdicts that a report speaks of. */
export function toldVerdicts<T extends Partial<Record<Guarantee, string>>>(verdicts: T): T {
  if (isTold('guest-promise', verdicts['guest-promise'])) return verdicts;
  const { 'guest-promise': _, ...told } = verdicts;
  return told as T;
}
