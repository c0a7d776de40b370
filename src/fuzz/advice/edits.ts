/**
 * What advice may change, each change a value: operations put into a thread, an operation turned into one that promises
 * more, another mode of the guest's queue. No edit takes an operation or a promise away.
 * Left out: other backends, other disks, other orders of what is there.
 */
import type { Operation, Workload } from '../../guest/operation.ts';
import type { Mode, StackConfig } from '../../stack/config.ts';

/** `step` is a place in the thread's steps as they were, `wait` counted. */
export type GuestEdit =
  /** Operations before that step; behind the last where it is the number of steps. */
  | {
      readonly kind: 'insert';
      readonly thread: number;
      readonly step: number;
      readonly operations: readonly Operation[];
    }
  /** Another operation in its place: what it wrote is still written, what it promised still promised. */
  | { readonly kind: 'convert'; readonly thread: number; readonly step: number; readonly operation: Operation };

export type Edit = GuestEdit | { readonly kind: 'mode'; readonly mode: Mode };

/** The workload after all edits; several insertions at one place stand there in the order given. */
export function editedWorkload(workload: Workload, edits: readonly Edit[]): Workload {
  return { ...workload, threads: workload.threads.map((steps, thread) => editedSteps(steps, thread, edits)) };
}

function editedSteps(steps: readonly Operation[], thread: number, edits: readonly Edit[]): Operation[] {
  const own = edits.filter((edit): edit is GuestEdit => edit.kind !== 'mode' && edit.thread === thread);
  return [...steps, null].flatMap((operation, step) => {
    const here = own.filter((edit) => edit.step === step);
    const inserted = here.flatMap((edit) => (edit.kind === 'insert' ? edit.operations : []));
    const converted = here.find((edit) => edit.kind === 'convert');
    const kept = converted?.operation ?? operation;
    return kept === null ? inserted : [...inserted, kept];
  });
}

export function editedStack(stack: StackConfig, edits: readonly Edit[]): StackConfig {
  const change = edits.find((edit) => edit.kind === 'mode');
  return change === undefined ? stack : { ...stack, mode: change.mode };
}

/** Whether `small` does nothing that `large` doesn't: fewer operations at the same place. */
export function isWithin(small: Edit, large: Edit): boolean {
  if (small.kind !== 'insert' || large.kind !== 'insert') return JSON.stringify(small) === JSON.stringify(large);
  if (small.thread !== large.thread || small.step !== large.step) return false;
  let matched = 0;
  for (const operation of large.operations)
    if (JSON.stringify(operation) === JSON.stringify(small.operations[matched])) matched++;
  return matched === small.operations.length;
}
