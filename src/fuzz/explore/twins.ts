/**
 * Threads that do the same: each is a renaming of the other, so of those that have not begun only the first may begin.
 * Sectors are not renamed: elevator and merging look at their numbers, so two that swap places need not come to the same.
 */
import type { Program } from '../../guest/program.ts';

/** Per thread: the last one before it that does exactly the same, or -1. */
export function twinsOf(program: Program): number[] {
  const lists = Array.from({ length: program.threadCount }, (_, thread) => doings(program, thread));
  return lists
    .map((list, thread) => lists.lastIndexOf(list, thread - 1))
    .map((twin, thread) => (thread === 0 ? -1 : twin));
}

function doings({ steps, stepStart, kind, file, sector, count }: Program, thread: number): string {
  const own = steps.subarray(stepStart[thread], stepStart[thread + 1]);
  return Array.from(own, (op) => (op < 0 ? 'wait' : [kind[op], file[op], sector[op], count[op]].join(' '))).join();
}
