/**
 * What may be left out of a workload only together. Of the free mix every step by itself; of a guest with transactions
 * whole transactions, whole checkpoints, a block with all that is written of it: what is left is still that guest.
 */
import type { Operation, Role } from '../guest/operation.ts';
import type { Step } from './smaller.ts';

type Threads = readonly (readonly Operation[])[];
/** Steps that go together. */
export type Whole = readonly Step[];

/** Transactions and checkpoints; steps that are no part of either stand alone. */
export function largeWholes(threads: Threads): Whole[] {
  return wholesBy(threads, ({ part, tx }) => (part === 'tail' ? `tail ${tx}` : `tx ${tx}`));
}

/** Blocks of a transaction, ordered data, and flushes that only tell of a commit. */
export function smallWholes(threads: Threads): Whole[] {
  return wholesBy(threads, ({ part, tx, block }, { op }) => {
    if (block !== undefined) return `block ${tx} ${block}`;
    if (part === 'data') return `data ${tx}`;
    return part === 'commit' && op === 'flush' ? `sync ${tx}` : null;
  });
}

/** @param keyOf null: the step stays. */
function wholesBy(threads: Threads, keyOf: (role: Role, operation: Operation) => string | null): Whole[] {
  const wholes = new Map<string, Step[]>();
  threads.forEach((operations, thread) =>
    operations.forEach((operation, index) => {
      const key = operation.role === undefined ? `${thread}.${index}` : keyOf(operation.role, operation);
      if (key === null) return;
      const whole = wholes.get(key);
      if (whole === undefined) wholes.set(key, [{ thread, index }]);
      else whole.push({ thread, index });
    }),
  );
  return [...wholes.values()];
}
