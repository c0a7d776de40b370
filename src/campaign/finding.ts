/** From a violating run to a case of it, whole or shrunk. */
import type { Case, GuestCase } from '../case/case.ts';
import type { Guarantee } from '../contract/guarantees.ts';
import { caseOfRun } from '../fuzz/found.ts';
import { Runner } from '../fuzz/runner.ts';
import { type RunSettings } from '../fuzz/settings.ts';
import { SHRINK_EVALUATIONS_MAX, shrinkCase } from '../fuzz/shrink.ts';
import type { RecordedStream } from '../guest/stream/recorded.ts';
import { workloadOfStream } from '../guest/stream/replay.ts';

/** What shrinking may cost: evaluations times what each costs, roughly, in operations and sectors walked over. */
const SHRINK_COST_MAX = 16_000_000;
const SHRINK_COST_OF_OPERATION = 8;
const SHRINK_EVALUATIONS_MIN = 100;

/** What runs are made of: the settings of each mode, and the stream that their program was laid out from, if any. */
export interface RunSource {
  readonly modes: readonly RunSettings[];
  readonly stream: RecordedStream | null;
}

/** A run that violated something. */
export interface ViolatingRun {
  /** Index of the mode in the source. */
  readonly mode: number;
  readonly run: number;
  readonly guarantee: Guarantee;
  /** Version of blkfuzz, for the case. */
  readonly version: string;
}

/** The run once more, as a case. */
export function caseOfViolation(
  { modes, stream }: RunSource,
  { mode, run, guarantee, version }: ViolatingRun,
): GuestCase {
  const runner = new Runner(modes[mode]);
  runner.run(run);
  const workloads = stream === null ? runner.workloads! : [workloadOfStream(stream)];
  return caseOfRun(runner, run, version, workloads, guarantee) as GuestCase;
}

/** The case, smaller, with the same guarantee violated. */
export function shrunkCase<C extends Case>(c: C, guarantee: Guarantee): C {
  return shrinkCase(c, guarantee, { evaluationsMax: shrinkEvaluations(c) }).case as C;
}

/** Evaluations that shrinking a case of this size may take: a long one on a large disk gets fewer. */
function shrinkEvaluations(c: Case): number {
  const cost = SHRINK_COST_OF_OPERATION * operationCount(c) + c.stack.disk.sectors;
  return Math.max(SHRINK_EVALUATIONS_MIN, Math.min(SHRINK_EVALUATIONS_MAX, Math.floor(SHRINK_COST_MAX / cost)));
}

/** Operations of a case, `wait` included; Infinity where they stand in a recorded stream. */
export function operationCount({ guests }: Case): number {
  return guests === undefined ? Infinity : guests.reduce((sum, { threads }) => sum + threads.flat().length, 0);
}
