/** Workloads as a fast-check arbitrary. */
import * as fc from 'fast-check';
import type { Operation, Workload } from '../operation.ts';
import { ThreadComposer } from './composer.ts';
import { checkConstraints, type WorkloadConstraints } from './constraints.ts';
import { below, between, chance } from './draws.ts';
import { simplerWorkloads } from './simpler.ts';
import { drawSwarm } from './swarm.ts';

/** The shape of `blkfuzz run`. */
const WORKLOAD_DEFAULT: WorkloadConstraints = { ops: 32, threads: 2, sectors: 64 };

/**
 * Workloads of exactly `ops` operations on at most `threads` threads, inside `sectors` sectors; the sectors
 * of files and those of direct requests are disjoint. Shrinking takes threads and operations away and makes
 * requests shorter, so a counterexample may have fewer operations than asked for.
 * @throws BlkfuzzError `usage` for constraints that make no sense.
 */
export function workloadArbitrary(constraints: WorkloadConstraints = WORKLOAD_DEFAULT): fc.Arbitrary<Workload> {
  checkConstraints(constraints);
  return new WorkloadArbitrary(constraints);
}

/** One arbitrary of its own: composed of built-in ones it would take many times as long per workload. */
class WorkloadArbitrary extends fc.Arbitrary<Workload> {
  private readonly constraints: WorkloadConstraints;

  constructor(constraints: WorkloadConstraints) {
    super();
    this.constraints = constraints;
  }

  override generate(random: fc.Random): fc.Value<Workload> {
    const composer = new ThreadComposer(random, drawSwarm(random, this.constraints));
    const threads: Operation[][] = [];
    for (const opCount of drawShares(random, this.constraints)) threads.push(composer.next(opCount));
    return new fc.Value({ threads }, undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Workload {
    return typeof value === 'object' && value !== null && 'threads' in value && Array.isArray(value.threads);
  }

  override shrink(workload: Workload): fc.Stream<fc.Value<Workload>> {
    return fc.stream(simplerWorkloads(workload)).map((simpler) => new fc.Value(simpler, undefined));
  }
}

/** How many operations each thread gets: every one at least one, evenly or not. */
function drawShares(random: fc.Random, { ops, threads }: WorkloadConstraints): number[] {
  const threadCountMax = Math.min(ops, threads);
  const threadCount = chance(random, 6) ? threadCountMax : between(random, 1, threadCountMax);
  const even = chance(random, 5);
  const shares: number[] = [];
  let left = ops;
  for (let threadsLeft = threadCount; threadsLeft > 0; threadsLeft--) {
    const spare = left - threadsLeft;
    const extra =
      threadsLeft === 1 ? spare : even ? (spare - (spare % threadsLeft)) / threadsLeft : below(random, spare + 1);
    shares.push(1 + extra);
    left -= 1 + extra;
  }
  return shares;
}
