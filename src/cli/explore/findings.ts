/** From what exploring came upon to saved cases: shrunk, replayed to be sure, saved under a name of their content. */
import { assert } from '../../base/assert.ts';
import { BlkfuzzError } from '../../base/errors.ts';
import type { GuestCase } from '../../case/case.ts';
import { GUARANTEES, type Guarantee, VERDICT } from '../../contract/guarantees.ts';
import { foundName, saveFound } from '../../corpus/found.ts';
import { type Replay, replayCase } from '../../fuzz/replay.ts';
import type { ExplorePlan } from './plan.ts';
import type { ExploreWatch, Subject, Violating } from './subjects.ts';

export interface ExploreFinding {
  readonly subject: Subject;
  readonly guarantee: Guarantee;
  /** Number of the first workload that violates it, from 0, and how many do. */
  readonly workload: number;
  readonly workloadsViolating: number;
  readonly case: GuestCase;
  /** Null: it could not be saved. */
  readonly path: string | null;
  /** Not traced. */
  readonly replay: Replay;
  /** It needs a disk that ignores flushes. */
  readonly environment: boolean;
}

/** The cases of all subjects in their order, and why they could not be saved (null: they are). */
export async function findAll(
  subjects: readonly Subject[],
  plan: ExplorePlan,
  watch: ExploreWatch,
): Promise<{ readonly findings: readonly ExploreFinding[]; readonly failure: BlkfuzzError | null }> {
  const all = subjects.flatMap((subject) => subject.violating.map((violating) => ({ subject, violating })));
  const made = all.map(({ violating }) => makeCase(violating, plan, watch));
  // They are shrunk side by side; a failure comes up when its turn comes.
  for (const one of made) one.catch(() => {});
  const findings: ExploreFinding[] = [];
  let failure: BlkfuzzError | null = null;
  for (const [i, { subject, violating }] of all.entries()) {
    const finding = findingOf(subject, violating, await made[i]);
    try {
      findings.push({ ...finding, path: saveFound(plan.corpus, finding.case) });
    } catch (error) {
      if (!(error instanceof BlkfuzzError)) throw error;
      // A folder that can't be written to is no reason to keep the report back.
      failure ??= error;
      findings.push(finding);
    }
    watch.progress(() => `shrinking what was found: ${findings.length} of ${all.length} done`);
  }
  return { findings, failure };
}

interface Made {
  readonly case: GuestCase;
  readonly environment: boolean;
}

/** A smaller case; as it was found when an interrupt comes first. */
async function makeCase({ row, case: c }: Violating, plan: ExplorePlan, { pool, signal }: ExploreWatch): Promise<Made> {
  let made: Made = { case: c, environment: false };
  try {
    made = { ...made, case: (await pool.shrink({ case: c, guarantee: GUARANTEES[row] }, signal)) as GuestCase };
    return { ...made, environment: await needsIgnoredFlush(made.case, row, plan, { pool, signal }) };
  } catch (error) {
    if (signal.aborted) return made;
    throw error;
  }
}

/** Whether no schedule and no image of the same operations shows it where the disk honours flushes. */
async function needsIgnoredFlush(
  c: GuestCase,
  row: number,
  { explore }: ExplorePlan,
  { pool, signal }: Pick<ExploreWatch, 'pool' | 'signal'>,
): Promise<boolean> {
  if (c.stack.disk.flush === 'honest') return false;
  const stack = { ...c.stack, disk: { ...c.stack.disk, flush: 'honest' as const } };
  const options = { ...explore, keepGoing: true };
  const task = { stack, scope: c.scope, workloads: c.guests, options };
  const { code, bound } = await pool.explore(task, signal);
  return bound === null && code[row] !== VERDICT.violated;
}

function findingOf(subject: Subject, { row, workload }: Violating, { case: c, environment }: Made): ExploreFinding {
  const guarantee = GUARANTEES[row];
  const replay = replayCase(c);
  assert(replay.verdicts[guarantee] === 'violated', `what exploring ${subject.label} found violates ${guarantee}`);
  const expected = { ...c, expect: replay.verdicts };
  return {
    subject,
    guarantee,
    workload,
    workloadsViolating: subject.total.violatedCount[row],
    case: { ...expected, name: foundName(expected) },
    path: null,
    replay,
    environment,
  };
}
