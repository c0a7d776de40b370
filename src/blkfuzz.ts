/**
 * The library: workloads as fast-check arbitraries for properties of your own, the oracle as a pure function, and cases
 * that replay. Everything here is a pure function; errors of what comes from outside are BlkfuzzErrors of one line.
 */
import { History } from './base/history.ts';
import { decodeHistory } from './contract/decode.ts';
import { GUARANTEES, type Guarantee, toldVerdicts, VERDICT_NAMES, type VerdictName } from './contract/guarantees.ts';
import { Oracle } from './contract/oracle.ts';
import { type Violation, violationsOf } from './contract/verdict.ts';

export { BlkfuzzError, type ErrorCode } from './base/errors.ts';
export type { Case, Crash, Found, GuestCase, ImagePair, StreamCase, StreamReference } from './case/case.ts';
export { decodeCase } from './case/decode.ts';
export { encodeCase } from './case/encode.ts';
export type { HistoryDocument, OperationDocument } from './contract/document.ts';
export { GUARANTEES, type Guarantee, type VerdictName } from './contract/guarantees.ts';
export type { Violation } from './contract/verdict.ts';
export { type Replay, type ReplayOptions, replayCase } from './fuzz/replay.ts';
export type { WorkloadConstraints } from './guest/arbitrary/constraints.ts';
export { operationArbitrary, type OperationConstraints, type SectorRange } from './guest/arbitrary/operation.ts';
export { workloadArbitrary } from './guest/arbitrary/workload.ts';
export type { Operation, Workload } from './guest/operation.ts';
export {
  BACKENDS,
  type DiskConfig,
  DISK_DEFAULT,
  type Features,
  FRONTENDS,
  KERNELS,
  type Mode,
  MODES,
  type RingConfig,
  type Scope,
  STACK_DEFAULT,
  type StackConfig,
} from './stack/config.ts';

/** What the oracle says about a history document. */
export interface Judgement {
  /** The document's own name, or null. */
  readonly name: string | null;
  /** The violated guarantees, in the contract's order, each with its witness in the document's own ids. */
  readonly violations: readonly Violation[];
  /** `protocol` is always n/a: a history can't show it. */
  readonly verdicts: Readonly<Record<Guarantee, VerdictName>>;
}

/**
 * Judges a parsed `blkfuzz.history/1` document.
 * @throws BlkfuzzError `bad-input`, one line that names the place and what was expected.
 */
export function judge(document: unknown): Judgement {
  const history = new History();
  const { name, ids } = decodeHistory(document, history);
  const verdict = new Oracle().judge(history);
  const verdicts = GUARANTEES.map((guarantee, row) => [guarantee, VERDICT_NAMES[verdict.code[row]]]);
  return {
    name: name ?? null,
    violations: violationsOf(verdict, ids),
    verdicts: toldVerdicts(Object.fromEntries(verdicts) as Record<Guarantee, VerdictName>),
  };
}
