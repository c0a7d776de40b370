/** From violating runs to saved cases: made again, shrunk, replayed to be sure, saved under a name of their content. */
import { assert } from '../../base/assert.ts';
import { BlkfuzzError } from '../../base/errors.ts';
import { caseOfViolation, operationCount, type RunSource, type ViolatingRun } from '../../campaign/finding.ts';
import type { Pool } from '../../campaign/pool.ts';
import type { Tally } from '../../campaign/tally.ts';
import type { Case } from '../../case/case.ts';
import { GUARANTEE, GUARANTEES, type Guarantee, VERDICT } from '../../contract/guarantees.ts';
import { foundName, saveFound } from '../../corpus/found.ts';
import { type Replay, replayCase } from '../../fuzz/replay.ts';
import { Runner } from '../../fuzz/runner.ts';
import { type RunSettings } from '../../fuzz/settings.ts';
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
  /** Not traced. */
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
    const { plan, version } = this;
    const violating = { mode: plan.modes.indexOf(mode), run, guarantee, version };
    const small = plan.shrink && !this.signal.aborted ? await this.shrunk(violating) : null;
    if (small !== null) return small;
    const whole = caseOfViolation(sourceOf(plan), violating);
    const { loaded } = plan;
    if (loaded === null || operationCount(whole) <= EMBEDDED_OPERATIONS_MAX) return whole;
    const { guests: _, ...rest } = whole;
    return { ...rest, stream: { sha256: loaded.sha256, entries: loaded.stream.entryCount } };
  }

  /** A smaller case; null when it is still too long to embed or an interrupt comes first. */
  private async shrunk(violating: ViolatingRun): Promise<Case | null> {
    const operationsMax = this.plan.loaded === null ? Infinity : EMBEDDED_OPERATIONS_MAX;
    try {
      const pool = await this.pool();
      return await pool.shrinkRun({ ...violating, operationsMax }, this.signal);
    } catch (error) {
      if (this.signal.aborted) return null;
      throw error;
    }
  }

  private save({ mode, guarantee, run, count }: Violating, c: Case): Finding {
    const program = c.stream === undefined ? undefined : mode.settings.program;
    const replay = replayCase(c, program === undefined ? {} : { program });
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

/** What the runs of a plan are made of. */
export function sourceOf({ modes, loaded }: RunPlan): RunSource {
  return { modes: modes.map(({ settings }) => settings), stream: loaded?.stream ?? null };
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
  return ![c.crash.step, 2 ** 31 - 1].some((step) => {
    const { verdicts } = replayCase({ ...c, stack, crash: { step } });
    return verdicts[guarantee] === 'violated';
  });
}
