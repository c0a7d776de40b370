/**
 * Smaller candidates: what the passes of the shrinker propose. Pure; whether one still fails is the evaluator's to say.
 * The threads of several guests stand in one list; an action knows its guest and its thread there.
 */
import type { Operation } from '../guest/operation.ts';
import { ACTION, actionOf, actionOfGuest, classOf, guestOf, isOfHost, itemOf } from '../stack/actions.ts';
import type { Candidate, Failing, ThreadList } from './candidate.ts';

/** One operation or wait of one thread. */
export interface Step {
  readonly thread: number;
  readonly index: number;
}

/** Where the thread of a thread's action stands among all. */
function threadOf(guests: readonly number[], action: number): number {
  return guests.indexOf(guestOf(action)) + itemOf(action);
}

/** A step of a thread, by its place among all. */
function threadAction(guests: readonly number[], thread: number): number {
  const guest = guests[thread];
  return actionOfGuest(actionOf(ACTION.thread, thread - guests.indexOf(guest)), guest);
}

/** Leaves out steps, and from the schedule the thread's actions that belonged to them. */
export function withoutSteps(failing: Failing, steps: readonly Step[]): Candidate {
  const { guests } = failing;
  const dropped = new Set(steps.map(({ thread, index }) => `${thread}.${index}`));
  const keeps = (thread: number, index: number): boolean => !dropped.has(`${thread}.${index}`);
  const threads = failing.threads.map((operations, thread) => operations.filter((_, index) => keeps(thread, index)));
  const renumbered = renumber(failing, keeps);
  const schedule = failing.schedule.flatMap((action, at) => {
    if (classOf(action) === ACTION.thread && !keeps(threadOf(guests, action), failing.stepOf[at])) return [];
    if (classOf(action) !== ACTION.dsync) return [action];
    const guest = guestOf(action);
    const id = renumbered.get(`${guest}.${itemOf(action)}`);
    return id === undefined ? [] : [actionOfGuest(actionOf(ACTION.dsync, id), guest)];
  });
  return { threads, guests, schedule };
}

/** The operation id of each step, in the order of the threads; -1 for a wait. Every guest counts from 0. */
export function idsOf({ threads, guests }: ThreadList): number[][] {
  const next = new Map<number, number>();
  return threads.map((operations, thread) =>
    operations.map(({ op }) => {
      if (op === 'wait') return -1;
      const id = next.get(guests[thread]) ?? 0;
      next.set(guests[thread], id + 1);
      return id;
    }),
  );
}

/** New id of each operation kept, by guest and id. */
function renumber(list: ThreadList, keeps: (thread: number, index: number) => boolean): Map<string, number> {
  const ids = new Map<string, number>();
  const counts = new Map<number, number>();
  idsOf(list).forEach((own, thread) => {
    const guest = list.guests[thread];
    own.forEach((id, index) => {
      if (id < 0 || !keeps(thread, index)) return;
      const count = counts.get(guest) ?? 0;
      ids.set(`${guest}.${id}`, count);
      counts.set(guest, count + 1);
    });
  });
  return ids;
}

export function withoutActions(failing: Failing, indices: readonly number[]): Candidate {
  const dropped = new Set(indices);
  const schedule = failing.schedule.filter((_, index) => !dropped.has(index));
  return { threads: failing.threads, guests: failing.guests, schedule };
}

/** Threads without operations go, and with their last one their guest; of a lone guest one thread stays, if need be. */
export function withoutEmptyThreads(candidate: Candidate): Candidate {
  const kept = candidate.threads.map((_, thread) => thread).filter((thread) => candidate.threads[thread].length > 0);
  const position = new Map(kept.map((thread, index) => [thread, index]));
  const numbers = [...new Set(kept.map((thread) => candidate.guests[thread]))];
  const guests = kept.map((thread) => numbers.indexOf(candidate.guests[thread]));
  return {
    threads: kept.map((thread) => candidate.threads[thread]),
    guests,
    schedule: renamed(candidate, guests, (thread) => position.get(thread) ?? -1, numbers),
  };
}

/** Makes one thread of two of a guest: their steps in the order in which the schedule began them, the rest behind. */
export function mergeThreads(failing: Failing, from: number, to: number): Candidate {
  const begun = new Map<string, number>();
  failing.schedule.forEach((action, at) => {
    if (classOf(action) !== ACTION.thread) return;
    const step = `${threadOf(failing.guests, action)}.${failing.stepOf[at]}`;
    if (!begun.has(step)) begun.set(step, at);
  });
  const steps = [to, from].flatMap((thread) =>
    failing.threads[thread].map((operation, index) => ({ operation, at: begun.get(`${thread}.${index}`) ?? Infinity })),
  );
  const merged = steps.sort((a, b) => (a.at === b.at ? 0 : a.at - b.at)).map(({ operation }) => operation);
  const threads = failing.threads
    .map((operations, thread) => (thread === to ? merged : operations))
    .filter((_, thread) => thread !== from);
  const guests = failing.guests.filter((_, thread) => thread !== from);
  const rename = (thread: number): number => (thread === from ? to : thread > from ? thread - 1 : thread);
  return { threads, guests, schedule: renamed(failing, guests, rename, [...new Set(guests)]) };
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
    guests: failing.guests,
    schedule: failing.schedule,
  }));
}

/** A plainer step in the place of one: a write for a FUA write, a wait for what blocks. */
export function plainer({ threads, guests }: ThreadList, { thread, index }: Step): ThreadList[] {
  const operation: Operation | undefined = threads[thread]?.[index];
  if (operation === undefined) return [];
  const replace = (other: Operation): ThreadList => ({
    threads: threads.map((operations, t) => operations.map((own, i) => (t === thread && i === index ? other : own))),
    guests,
  });
  if (operation.op === 'fua') return [replace({ ...operation, op: 'write' })];
  const blocks = operation.op === 'flush' || operation.op === 'fsync' || operation.op === 'fdatasync';
  return blocks ? [replace({ op: 'wait' })] : [];
}

/** Every thread waits for its own operations before each but the first. */
export function withWaits({ threads, guests }: ThreadList): ThreadList {
  const waiting = threads.map((operations) =>
    operations
      .filter((operation) => operation.op !== 'wait')
      .flatMap((operation, index) => (index === 0 ? [operation] : [{ op: 'wait' } as const, operation])),
  );
  return { threads: waiting, guests };
}

/**
 * The schedule with threads and guests renamed; what is left of those that are gone goes too.
 * @param rename a thread's new place among all, or -1.
 * @param numbers the guests that stay, in order.
 */
function renamed(
  { schedule, guests: before }: Candidate,
  guests: readonly number[],
  rename: (thread: number) => number,
  numbers: readonly number[],
): number[] {
  return schedule.flatMap((action) => {
    if (isOfHost(classOf(action))) return [action];
    if (classOf(action) === ACTION.thread) {
      const thread = rename(threadOf(before, action));
      return thread < 0 ? [] : [threadAction(guests, thread)];
    }
    const guest = numbers.indexOf(guestOf(action));
    return guest < 0 ? [] : [actionOfGuest(actionOf(classOf(action), itemOf(action)), guest)];
  });
}
