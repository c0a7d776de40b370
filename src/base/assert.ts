/** Asserts of the deterministic core: what they check cannot happen unless blkfuzz itself is wrong. */

/** A defect of blkfuzz itself: the command line answers it with exit code 70. */
export class AssertionFailure extends Error {
  override readonly name = 'AssertionFailure';
}

/**
 * States something the code relies on.
 * @throws AssertionFailure when `condition` is false; it is never caught inside the core.
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionFailure(message);
}

/** Marks a place that an exhaustive switch never reaches. */
export function unreachable(value: never): never {
  throw new AssertionFailure(`unreachable value ${String(value)}`);
}
