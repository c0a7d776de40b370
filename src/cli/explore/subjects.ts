/** What is explored, and what it comes to: cases, each by itself, or per mode every workload of so many operations. */
import type { Explorable } from '../../campaign/explorable.ts';
import { exploreAll } from '../../campaign/explore.ts';
import type { Pool } from '../../campaign/pool.ts';
import { CASE_FORMAT, type GuestCase } from '../../case/case.ts';
import { GUARANTEES, VERDICT } from '../../contract/guarantees.ts';
import { caseOfExplored } from '../../fuzz/explore/case.ts';
import type { Exploration } from '../../fuzz/explore/exploration.ts';
import { addExploration, type ExploreTotal, NOTHING_EXPLORED, type TotalBound } from '../../fuzz/explore/total.ts';
import { everyWorkload } from '../../guest/every/workloads.ts';
import type { EveryPlan, ExplorePlan } from './plan.ts';

/** A case or a mode: what a line of the report speaks of. */
export interface Subject {
  /** The file of a case, the name of a mode. */
  readonly label: string;
  readonly total: ExploreTotal;
  /** In the contract's order: of those that count the first one, or with `keepGoing` all. */
  readonly violating: readonly Violating[];
}

export interface Violating {
  /** Index into GUARANTEES. */
  readonly row: number;
  /** Number of the first workload that violates it, from 0. */
  readonly workload: number;
  /** That violation as it was found. */
  readonly case: GuestCase;
}

export interface ExploreWatch {
  readonly pool: Pool;
  readonly signal: AbortSignal;
  readonly progress: (text: () => string) => void;
}

export interface NamedCase {
  readonly label: string;
  readonly case: GuestCase;
}

/** Explores cases side by side. One that was not reached before the signal came is bounded by that. */
export async function exploreCases(
  cases: readonly NamedCase[],
  plan: ExplorePlan,
  watch: ExploreWatch,
): Promise<Subject[]> {
  const explorables = cases.map((one) => ({ ...one.case, workloads: one.case.guests, one }));
  const subjects: Subject[] = [];
  const { pool, signal } = watch;
  for await (const { explorable, exploration } of exploreAll(explorables, plan.explore, {
    pool,
    signal,
    jobs: plan.jobs,
  })) {
    const { label, case: c } = explorable.one;
    subjects.push(withExploration({ label, total: NOTHING_EXPLORED, violating: [] }, c, exploration, plan));
    watch.progress(() => `${subjects.length} of ${cases.length} cases`);
  }
  const missing = cases.slice(subjects.length);
  return [...subjects, ...missing.map(({ label }) => bounded(nothing(label), 'interrupt'))];
}

/** Explores every workload in each mode; a mode ends at its first violation unless `keepGoing`. */
export async function exploreModes(every: EveryPlan, plan: ExplorePlan, watch: ExploreWatch): Promise<Subject[]> {
  const subjects: Subject[] = [];
  for (const stack of every.stacks) {
    let subject = nothing(stack.mode);
    const { pool, signal } = watch;
    const explored = exploreAll(explorablesOf(every, stack), plan.explore, {
      pool,
      signal,
      jobs: plan.jobs,
    });
    for await (const { explorable, exploration } of explored) {
      const isFull = subject.total.states >= every.statesTotal;
      subject = isFull
        ? bounded(subject, 'states-total')
        : withExploration(subject, caseOfExplorable(explorable), exploration, plan);
      const { workloads, states } = subject.total;
      watch.progress(() => `${subject.label}: ${workloads} workloads, ${states} states`);
      if (isFull || (subject.violating.length > 0 && !plan.explore.keepGoing)) break;
    }
    const wasStopped = subject.violating.length > 0 && !plan.explore.keepGoing;
    subjects.push(signal.aborted && !wasStopped ? bounded(subject, 'interrupt') : subject);
  }
  return subjects;
}

function* explorablesOf(every: EveryPlan, stack: EveryPlan['stacks'][number]): Generator<Explorable, void> {
  const { guests = 1 } = stack;
  for (const workload of everyWorkload(every))
    yield { stack, scope: every.scope, workloads: Array.from({ length: guests }, () => workload) };
}

function caseOfExplorable({ stack, scope, workloads }: Explorable): GuestCase {
  return { format: CASE_FORMAT, name: 'explored', stack, scope, guests: workloads, schedule: [] };
}

function nothing(label: string): Subject {
  return { label, total: NOTHING_EXPLORED, violating: [] };
}

function bounded(subject: Subject, bound: TotalBound): Subject {
  return { ...subject, total: { ...subject.total, bound: subject.total.bound ?? bound } };
}

/** The subject with one more workload. @param c the case that it was, or would be. */
function withExploration(
  { label, total, violating }: Subject,
  c: GuestCase,
  exploration: Exploration,
  { counted, explore }: ExplorePlan,
): Subject {
  const known = new Set(violating.map(({ row }) => row));
  const more = GUARANTEES.flatMap((_, row): Violating[] => {
    if (!counted[row] || known.has(row) || exploration.code[row] !== VERDICT.violated) return [];
    const violation = exploration.violations.find(({ guarantee }) => guarantee === row)!;
    return [{ row, workload: total.workloads, case: caseOfExplored(c, violation) }];
  });
  return {
    label,
    total: addExploration(total, exploration, counted),
    violating: explore.keepGoing ? [...violating, ...more].sort((a, b) => a.row - b.row) : more.slice(0, 1),
  };
}
