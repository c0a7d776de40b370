/** Generated workloads, and a short text to look for shapes in. */
import { fork } from '../../../src/base/random.ts';
import type { WorkloadConstraints } from '../../../src/guest/arbitrary/constraints.ts';
import { generateWorkload } from '../../../src/guest/arbitrary/generate.ts';
import type { Operation, Workload } from '../../../src/guest/operation.ts';

/** The defaults of the command line. */
export const DEFAULT: WorkloadConstraints = { ops: 32, threads: 2, sectors: 64 };

export function generated(count: number, constraints: WorkloadConstraints = DEFAULT): Workload[] {
  return Array.from({ length: count }, (_, index) => generateWorkload(fork('test', 'workload', index), constraints));
}

export function opCount(workload: Workload): number {
  return workload.threads.flat().filter((operation) => operation.op !== 'wait').length;
}

/** One letter an operation, so that shapes can be looked for: E is an empty barrier, a dot a wait. */
export function letters(operations: readonly Operation[]): string {
  const letter = {
    write: 'W',
    fua: 'U',
    flush: 'F',
    bufwrite: 'b',
    fsync: 'S',
    fdatasync: 'D',
    discard: 'X',
    read: 'R',
  };
  return operations
    .map((operation) => {
      if (operation.op === 'wait') return '.';
      if (operation.op === 'barrier') return operation.count > 0 ? 'B' : 'E';
      return letter[operation.op];
    })
    .join('');
}
