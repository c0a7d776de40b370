/** The steps of fast-check's shrinking: workloads that are simpler than a given one, the simplest first. */
import type { Operation, Workload } from '../operation.ts';

/** Without a thread; without a run of operations; with one request cut short. Each is as valid as `workload`. */
export function* simplerWorkloads(workload: Workload): Generator<Workload, void, undefined> {
  const { threads } = workload;
  if (threads.length > 1) for (const thread of threads.keys()) yield { threads: threads.toSpliced(thread, 1) };
  for (const [index, operations] of threads.entries())
    for (const simpler of shorterThreads(operations)) yield { threads: threads.with(index, simpler) };
  for (const [index, operations] of threads.entries())
    for (const simpler of smallerRequests(operations)) yield { threads: threads.with(index, simpler) };
}

/** Runs of half the operations are taken out first, then of a quarter, down to single ones. */
function* shorterThreads(operations: readonly Operation[]): Generator<Operation[], void, undefined> {
  for (let length = Math.ceil(operations.length / 2); length >= 1; length = length >> 1)
    for (let start = 0; start < operations.length; start += length) yield operations.toSpliced(start, length);
}

function* smallerRequests(operations: readonly Operation[]): Generator<Operation[], void, undefined> {
  for (const [index, operation] of operations.entries()) {
    if (!('count' in operation) || operation.count < 2) continue;
    yield operations.with(index, { ...operation, count: 1 });
    if (operation.count > 3) yield operations.with(index, { ...operation, count: operation.count >> 1 });
  }
}
