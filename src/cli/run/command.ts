/** `blkfuzz run`: fuzzes, judges, shrinks, saves and tells. */
import { openPool, type Pool } from '../../campaign/pool.ts';
import { type CampaignResult, runCampaign } from '../../campaign/campaign.ts';
import { EXIT } from '../../base/errors.ts';
import { Progress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { packageVersion } from '../version.ts';
import { loadStream } from '../workload.ts';
import { boundedOut } from './bounded.ts';
import { type Expectations, readExpectations, surprises } from './expected.ts';
import { Finder, sourceOf } from './findings.ts';
import { emitHistories } from './histories.ts';
import type { RunOptions } from './options.ts';
import { planRun, type RunPlan } from './plan.ts';
import { modeReports, runDocument, type RunReport } from './report.ts';
import { headingText, reportText } from './text.ts';

export async function run(options: RunOptions, terminal: Terminal): Promise<number> {
  const expectations = options.expect === undefined ? null : readExpectations(options.expect);
  const loaded = options.workload === undefined ? null : await loadStream(options.workload);
  const plan = planRun(options, loaded);
  if (options.emitHistories !== undefined) return emitHistories(plan, options.emitHistories, terminal);
  const version = packageVersion();
  terminal.catchInterrupts();
  if (options.json !== true) await terminal.print(headingText(version, plan));
  const report = await fuzz(plan, version, expectations, options, terminal);
  if (options.json === true) await terminal.print(`${JSON.stringify(runDocument(report))}\n`);
  else await terminal.print(await reportText(report, await terminal.style(), options.quiet === true));
  if (report.failure !== null) throw report.failure;
  return exitCode(report);
}

async function fuzz(
  plan: RunPlan,
  version: string,
  expectations: Expectations | null,
  options: RunOptions,
  terminal: Terminal,
): Promise<RunReport> {
  const progress = new Progress(options.quiet === true);
  const threads = new Threads(plan);
  try {
    const result = await campaign(plan, threads, progress, terminal);
    if (options.verbose === true) terminal.note(`the runs took ${progress.elapsedMs} ms`);
    const finder = new Finder(plan, version, () => threads.open(), terminal.signal);
    const findings = await finder.find(result.tallies, (done, total) =>
      progress.show(() => `shrinking what was found: ${done} of ${total} done`),
    );
    progress.clear();
    if (options.verbose === true) terminal.note(`with shrinking and saving ${progress.elapsedMs} ms`);
    const modes = modeReports(plan, result, findings);
    const interrupted = terminal.signal.aborted;
    const wanted = plan.modes.map(({ name }, i) => ({ name, verdicts: modes[i].verdicts }));
    return {
      version,
      plan,
      end: plan.end === Infinity ? result.end : plan.end,
      modes,
      interrupted,
      surprises: expectations === null ? null : surprises(expectations, wanted),
      failure: finder.failure ?? boundedOut(plan, result.tallies),
    };
  } finally {
    progress.clear();
    await threads.close();
  }
}

function campaign(plan: RunPlan, threads: Threads, progress: Progress, terminal: Terminal): Promise<CampaignResult> {
  const { start, end, timeMs, operationCount, keepGoing, counted, jobs } = plan;
  const total = end === Infinity ? '' : ` of ${(end - start) * plan.modes.length}`;
  const modes = plan.modes.map(({ settings }) => settings);
  return runCampaign(
    { modes, operationCount, start, end, keepGoing, counted, jobs },
    {
      timeIsUp: () => timeMs !== null && progress.elapsedMs >= timeMs,
      signal: terminal.signal,
      progress: (runs) => progress.show(() => `${runs}${total} runs`),
      openPool: () => threads.open(),
    },
  );
}

/** The worker threads, opened when the first one is wanted. */
class Threads {
  private readonly plan: RunPlan;
  private pool: Promise<Pool> | null = null;

  constructor(plan: RunPlan) {
    this.plan = plan;
  }

  open(): Promise<Pool> {
    this.pool ??= openPool(sourceOf(this.plan), this.plan.jobs);
    return this.pool;
  }

  async close(): Promise<void> {
    if (this.pool !== null) await (await this.pool).close();
  }
}

function exitCode({ interrupted, surprises: unexpected, modes }: RunReport): number {
  if (interrupted) return EXIT.interrupted;
  const violated = unexpected === null ? modes.some(({ findings }) => findings.length > 0) : unexpected.length > 0;
  return violated ? EXIT.violated : EXIT.held;
}
