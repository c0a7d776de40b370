/** Smaller candidates: what the passes of the shrinker propose. Pure; whether one still fails is the evaluator's to say. */
import type { Operation } from '../guest/operation.ts';
import { ACTION, actionOf, classOf, itemOf } from '../stack/actions.ts';
import type { Candidate, Failing } from './evaluate.ts';

/** One operation or wait of one thread. */
export interface Step {
  readonly thread: number;
  readonly index: number;
}

/** Leaves out steps, and from the schedule the thread's actions that belonged to them. */
export function withoutSteps(failing: Failing, steps: readonly Step[]): Candidate {
  const dropped = new Set(steps.map(({ thread, index }) => `${thread}.${index}`));
  const keeps = (thread: number, index: number): boolean => !dropped.has(`${thread}.${index}`);
  const threads = failing.threads.map((operations, thread) => operations.filter((_, index) => keeps(thread, index)));
  const renumbered = renumber(failing.threads, keeps);
  const schedule = failing.schedule.flatMap((action, at) => {
    if (classOf(action) === ACTION.thread && !keeps(itemOf(action), failing.stepOf[at])) return [];
    if (classOf(action) !== ACTION.dsync) return [action];
    const id = renumbered.get(itemOf(action));
    return id === undefined ? [] : [actionOf(ACTION.dsync, id)];
  });
  return { threads, schedule };
}

/** New id of each operation kept. */
function renumber(
  threads: Candidate['threads'],
  keeps: (thread: number, index: number) => boolean,
): Map<number, number> {
  const ids = new Map<number, number>();
  let id = 0;
  threads.forEach((operations, thread) => {
    operations.forEach((operation, index) => {
      if (operation.op === 'wait') return;
      if (keeps(thread, index)) ids.set(id, ids.size);
      id++;
    });
  });
  return ids;
}

export function withoutActions(failing: Failing, indices: readonly number[]): Candidate {
  const dropped = new Set(indices);
  return { threads: failing.threads, schedule: failing.schedule.filter((_, index) => !dropped.has(index)) };
}

export function withoutEmptyThreads(candidate: Candidate): Candidate {
  const kept = candidate.threads.map((_, thread) => thread).filter((thread) => candidate.threads[thread].length > 0);
  const position = new Map(kept.map((thread, index) => [thread, index]));
  return {
    threads: kept.map((thread) => candidate.threads[thread]),
    schedule: renameThreads(candidate.schedule, (thread) => position.get(thread) ?? -1),
  };
}

/** Makes one thread of two: their steps in the order in which the schedule began them, the rest behind. */
export function mergeThreads(failing: Failing, from: number, to: number): Candidate {
  const begun = new Map<string, number>();
  failing.schedule.forEach((action, at) => {
    const step = `${itemOf(action)}.${failing.stepOf[at]}`;
    if (classOf(action) === ACTION.thread && !begun.has(step)) begun.set(step, at);
  });
  const steps = [to, from].flatMap((thread) =>
    failing.threads[thread].map((operation, index) => ({ operation, at: begun.get(`${thread}.${index}`) ?? Infinity })),
  );
  const merged = steps.sort((a, b) => (a.at === b.at ? 0 : a.at - b.at)).map(({ operation }) => operation);
  const threads = failing.threads
    .map((operations, thread) => (thread === to ? merged : operations))
    .filter((_, thread) => thread !== from);
  const rename = (thread: number): number => (thread === from ? to : thread > from ? thread - 1 : thread);
  return { threads, schedule: renameThreads(failing.schedule, rename) };
}

/** The operation at a step on its first sector alone, or its last. */
export function oneSector(failing: Failing, { thread, index }: Step): Candidate[] {
  const operation: Operation | undefined = failing.threads[thread]?.[index];
  if (operation === undefined || !('sector' in operation) || operation.count <= 1) return [];
  const first = operation.sector ?? 0;
  return [first, first + operation.count - 1].map((sector) => ({
    threads: failing.threads.map((operations, t) =>
      t === thread
        ? operations.map((other, i) => (i === index ? { ...operation, sector, count: 1 } : other))
        : operations,
    ),
    schedule: failing.schedule,
  }));
}

/** A plainer step in the place of one: a write for a FUA write, a wait for what blocks. */
export function plainer(threads: Candidate['threads'], { thread, index }: Step): Operation[][][] {
  const operation: Operation | undefined = threads[thread]?.[index];
  if (operation === undefined) return [];
  const replace = (other: Operation): Operation[][] =>
    threads.map((operations, t) => operations.map((own, i) => (t === thread && i === index ? other : own)));
  if (operation.op === 'fua') return [replace({ ...operation, op: 'write' })];
  const blocks = operation.op === 'flush' || operation.op === 'fsync' || operation.op === 'fdatasync';
  return blocks ? [replace({ op: 'wait' })] : [];
}

/** Every thread waits for its own operations before each but the first. */
export function withWaits(threads: Candidate['threads']): Operation[][] {
  return threads.map((operations) =>
    operations
      .filter((operation) => operation.op !== 'wait')
      .flatMap((operation, index) => (index === 0 ? [operation] : [{ op: 'wait' } as const, operation])),
  );
}

function renameThreads(schedule: readonly number[], rename: (thread: number) => number): number[] {
  return schedule.flatMap((action) => {
    if (classOf(action) !== ACTION.thread) return [action];
    const thread = rename(itemOf(action));
    return thread < 0 ? [] : [actionOf(ACTION.thread, thread)];
  });
}
