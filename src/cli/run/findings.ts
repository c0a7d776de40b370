/** From violating runs to saved cases: made again, shrunk, replayed to be sure, saved under a name of their content. */
import { assert } from '../../base/assert.ts';
import { BlkfuzzError } from '../../base/errors.ts';
import type { Pool } from '../../campaign/pool.ts';
import type { Tally } from '../../campaign/tally.ts';
import type { Case, GuestCase } from '../../case/case.ts';
import { GUARANTEE, GUARANTEES, type Guarantee, VERDICT } from '../../contract/guarantees.ts';
import { foundName, saveFound } from '../../corpus/found.ts';
import { caseOfRun } from '../../fuzz/found.ts';
import { type Replay, replayCase } from '../../fuzz/replay.ts';
import { Runner, type RunSettings } from '../../fuzz/runner.ts';
import { SHRINK_EVALUATIONS_MAX } from '../../fuzz/shrink.ts';
import type { Workload } from '../../guest/operation.ts';
import { workloadOfStream } from '../../guest/stream/replay.ts';
import type { LoadedStream } from '../workload.ts';
import type { RunPlan } from './plan.ts';

export interface Finding {
  readonly mode: string;
  readonly guarantee: Guarantee;
  /** Index of the lowest run that violated it. */
  readonly run: number;
  /** Runs that violated it, of those counted. */
  readonly count: number;
  readonly case: Case;
  /** Null: it could not be saved. */
  readonly path: string | null;
  /** Traced. */
  readonly replay: Replay;
  /** It needs a disk that ignores flushes. */
  readonly environment: boolean;
}

/** A violating run of a mode, and the guarantee that its case is about. */
interface Violating {
  readonly mode: RunPlan['modes'][number];
  readonly guarantee: Guarantee;
  readonly run: number;
  readonly count: number;
}

/** Operations of a recorded stream beyond which a case refers to the log instead of embedding them. */
const EMBEDDED_OPERATIONS_MAX = 2000;
/** What shrinking may cost: evaluations times what each costs, roughly, in operations and sectors walked over. */
const SHRINK_COST_MAX = 16_000_000;
const SHRINK_COST_OF_OPERATION = 8;
const SHRINK_EVALUATIONS_MIN = 100;

export class Finder {
  private readonly plan: RunPlan;
  private readonly version: string;
  private readonly pool: () => Promise<Pool>;
  private readonly signal: AbortSignal;
  /** Why cases could not be saved. */
  failure: BlkfuzzError | null = null;

  /** @param pool opens the worker threads, once the first case is to be shrunk. */
  constructor(plan: RunPlan, version: string, pool: () => Promise<Pool>, signal: AbortSignal) {
    this.plan = plan;
    this.version = version;
    this.pool = pool;
    this.signal = signal;
  }

  /** The cases of all modes, in their order. @param tallies one per mode. */
  async find(tallies: readonly Tally[], progress: (done: number, total: number) => void): Promise<Finding[]> {
    const violating = this.plan.modes.flatMap((mode, i) => this.violatingRuns(mode, tallies[i]));
    let done = 0;
    const made = violating.map(async (one) => {
      const c = await this.makeCase(one);
      progress(++done, violating.length);
      return c;
    });
    // They are shrunk side by side and saved in order; a failure comes up when its turn comes.
    for (const one of made) one.catch(() => {});
    const findings: Finding[] = [];
    for (const [i, one] of violating.entries()) findings.push(this.save(one, await made[i]));
    return findings;
  }

  private violatingRuns(mode: RunPlan['modes'][number], tally: Tally): Violating[] {
    const rows = GUARANTEES.map((_, row) => row).filter((row) => tally.violatedFirst[row] >= 0);
    // A run that ended its mode has one case: the first guarantee in the contract's order.
    return (this.plan.keepGoing ? rows : rows.slice(0, 1)).map((row) => ({
      mode,
      guarantee: GUARANTEES[row],
      run: tally.violatedFirst[row],
      count: tally.violatedCount[row],
    }));
  }

  private async makeCase({ mode, guarantee, run }: Violating): Promise<Case> {
    const whole = caseOf(mode.settings, run, this.version, this.plan.loaded);
    const small = this.plan.shrink ? await this.shrunk(whole, guarantee) : whole;
    const { loaded } = this.plan;
    if (loaded === null || operationCount(small) <= EMBEDDED_OPERATIONS_MAX) return small;
    const { guests: _, ...rest } = whole;
    return { ...rest, stream: { sha256: loaded.sha256, entries: loaded.stream.entryCount } };
  }

  /** The case, smaller; as it is when an interrupt comes first. */
  private async shrunk(c: GuestCase, guarantee: Guarantee): Promise<GuestCase> {
    if (this.signal.aborted) return c;
    const evaluationsMax = shrinkEvaluations(c);
    try {
      const pool = await this.pool();
      return (await pool.shrink({ case: c, guarantee, evaluationsMax }, this.signal)) as GuestCase;
    } catch (error) {
      if (this.signal.aborted) return c;
      throw error;
    }
  }

  private save({ mode, guarantee, run, count }: Violating, c: Case): Finding {
    const program = c.stream === undefined ? undefined : mode.settings.program;
    const replay = replayCase(c, { trace: true, ...(program === undefined ? {} : { program }) });
    assert(
      replay.verdicts[guarantee] === 'violated',
      `the case of run ${run} violates ${guarantee} when it is replayed`,
    );
    const expected = { ...c, expect: replay.verdicts };
    const named = { ...expected, name: foundName(expected) };
    const environment = needsIgnoredFlush(named, guarantee, run, mode.settings);
    const path = this.saved(named);
    return { mode: mode.name, guarantee, run, count, case: named, path, replay, environment };
  }

  /** Where the case is now; a folder that can't be written to is no reason to keep the report back. */
  private saved(c: Case): string | null {
    try {
      return saveFound(this.plan.corpus, c);
    } catch (error) {
      if (!(error instanceof BlkfuzzError)) throw error;
      this.failure ??= error;
      return null;
    }
  }
}

/** Evaluations that shrinking a case of this size may take: a long one on a large disk gets fewer. */
export function shrinkEvaluations(c: Case): number {
  const cost = SHRINK_COST_OF_OPERATION * operationCount(c) + c.stack.disk.sectors;
  return Math.max(SHRINK_EVALUATIONS_MIN, Math.min(SHRINK_EVALUATIONS_MAX, Math.floor(SHRINK_COST_MAX / cost)));
}

function operationCount(c: Case): number {
  return c.guests === undefined ? Infinity : c.guests[0].threads.reduce((sum, thread) => sum + thread.length, 0);
}

/** The run once more, as a case. */
function caseOf(settings: RunSettings, run: number, version: string, loaded: LoadedStream | null): GuestCase {
  const runner = new Runner(settings);
  runner.run(run);
  const workload: Workload = loaded === null ? runner.workload! : workloadOfStream(loaded.stream);
  return caseOfRun(runner, run, version, workload) as GuestCase;
}

/** Whether the violation goes away when the disk honours flushes: the run's own, and the case's on every image. */
function needsIgnoredFlush(c: Case, guarantee: Guarantee, run: number, settings: RunSettings): boolean {
  if (c.stack.disk.flush === 'honest') return false;
  const stack = { ...c.stack, disk: { ...c.stack.disk, flush: 'honest' as const } };
  const runner = new Runner({ ...settings, stack });
  runner.run(run);
  const row = GUARANTEES.indexOf(guarantee);
  if (row !== GUARANTEE.protocol && runner.code[row] === VERDICT.violated) return false;
  if (c.crash === undefined || c.stream !== undefined) return true;
  // At the same step, and at the end, when every promise is out.
  return ![c.crash.step, 2 ** 31 - 1].some((step) => violatesSomehow({ ...c, stack, crash: { step } }, guarantee));
}

function violatesSomehow(c: Case, guarantee: Guarantee): boolean {
  try {
    return replayCase(c).verdicts[guarantee] === 'violated';
  } catch (error) {
    if (error instanceof BlkfuzzError && error.code === 'bounded-out') return false;
    throw error;
  }
}
