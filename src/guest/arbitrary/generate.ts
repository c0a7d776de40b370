/** Workloads out of a run's own random stream: the arbitrary, drawn once. */
import * as fc from 'fast-check';
import type { RandomStream } from '../../base/random.ts';
import type { Workload } from '../operation.ts';
import type { WorkloadConstraints } from './constraints.ts';
import { workloadArbitrary } from './workload.ts';

/** What fc.Random wants of a generator (pure-rand's interface). */
interface Generator32 {
  clone(): Generator32;
  next(): number;
  getState(): readonly number[];
}

/**
 * The workload that `stream` leads to: the same on every machine and every Node, as long as the generator
 * stays as it is.
 * @throws BlkfuzzError `usage` for constraints that make no sense.
 */
export function generateWorkload(stream: RandomStream, constraints: WorkloadConstraints): Workload {
  return workloadArbitrary(constraints).generate(new fc.Random(generatorOf(stream)), undefined).value;
}

/** The stream as a generator. Its clone is itself: fc.Random clones what it is given, and nobody else draws from it. */
export function generatorOf(stream: RandomStream): Generator32 {
  const generator: Generator32 = { clone: () => generator, next: () => stream.int32(), getState: () => [] };
  return generator;
}
