/**
 * What a workload that holds can do without. Of the guest: a flush, empty barrier or fsync that promises nothing new
 * (promises.ts), if without it everything still holds and no two writes to a sector lose their order; as many as can be
 * left out together. Of the stack: a mode that sends fewer flushes, with which everything holds. Each on its own: a
 * guest without the one on a stack without the other is not looked at.
 */
import type { History } from '../../base/history.ts';
import type { GuestCase } from '../../case/case.ts';
import type { Operation } from '../../guest/operation.ts';
import type { Mode } from '../../stack/config.ts';
import { weakerModes } from './candidates.ts';
import { type Decider, type Decision, programOf } from './decider.ts';
import { type IdleFlush, PromiseWatch } from './promises.ts';

export interface Spare {
  /** Operations that can be left out, all together, by their ids; and the operations that promise the same before. */
  readonly flushes: readonly IdleFlush[];
  /** Flushes that the guest has. */
  readonly flushCount: number;
  /** Modes that would do, those that send least first. */
  readonly modes: readonly Mode[];
  /** Modes that send fewer flushes than the one there is. */
  readonly modeCount: number;
  /** Flushes and modes with more states than the bound for one. */
  readonly undecidedCount: number;
  /** Those that no states were left for. */
  readonly untriedCount: number;
}

/** A step with the id its operation has in the case; -1: a wait. */
interface Step {
  readonly operation: Operation;
  readonly id: number;
}

/** @param c a case whose workload holds, explored. */
export function spareOf(c: GuestCase, decider: Decider): Spare {
  const weaker = weakerModes(c.stack);
  const decisions = weaker.map((mode) => decider.decide({ ...c.stack, mode }, c.guests[0]));
  const guest = idleFlushes(c, decider);
  const all: readonly Decision[] = [...decisions, ...guest.decisions];
  return {
    flushes: guest.flushes,
    flushCount: c.guests[0].threads.flat().filter(isFlush).length,
    modes: weaker.filter((_, i) => decisions[i] === 'holds'),
    modeCount: weaker.length,
    undecidedCount: all.filter((decision) => decision === 'undecided').length,
    untriedCount: all.filter((decision) => decision === 'untried').length,
  };
}

function isFlush(operation: Operation): boolean {
  const { op } = operation;
  return op === 'flush' || op === 'fsync' || op === 'fdatasync' || (op === 'barrier' && operation.count === 0);
}

interface Thinned {
  readonly threads: readonly (readonly Step[])[];
  readonly watch: PromiseWatch;
}

/**
 * Leaves out one after the other, from the last on: what is promised again is left out before what promised it.
 * `decisions`: on those that were not left out in the end.
 */
function idleFlushes(
  c: GuestCase,
  decider: Decider,
): { flushes: readonly IdleFlush[]; decisions: readonly Decision[] } {
  const flushes: IdleFlush[] = [];
  if (!c.guests[0].threads.flat().some(isFlush)) return { flushes, decisions: [] };
  let thin = watched(c, threadsOf(c), decider);
  for (;;) {
    if (typeof thin === 'string') return { flushes, decisions: [thin] };
    const { threads, watch }: Thinned = thin;
    const races = watch.races();
    const decisions: Decision[] = [];
    const next = watch.idleFlushes().find((idle) => {
      const tried = watched(c, without(threads, idle.op), decider);
      if (typeof tried === 'string') decisions.push(tried);
      else if (tried.watch.races().every((pair) => races.includes(pair))) thin = tried;
      return thin === tried;
    });
    if (next === undefined) return { flushes: settled(flushes), decisions };
    flushes.push(next);
  }
}

/** Walks every state without leaving out an order of equals, since what is watched tells operations apart. */
function watched(c: GuestCase, threads: Thinned['threads'], decider: Decider): Thinned | Decision {
  if (decider.isSpent) return 'untried';
  const workload = { threads: threads.map((steps) => steps.map(({ operation }) => operation)) };
  const program = programOf(c.stack, workload);
  const ids = threads.flat().flatMap(({ id }) => (id < 0 ? [] : [id]));
  const watch = new PromiseWatch(program, ids);
  const observe = (history: History): void => watch.observe(history);
  const { violations, bound } = decider.explore(c.stack, program, { reduced: false, observe });
  if (bound !== null) return 'undecided';
  return violations.length > 0 ? 'violated' : { threads, watch };
}

function threadsOf(c: GuestCase): Step[][] {
  let next = 0;
  return c.guests[0].threads.map((steps) =>
    steps.map((operation) => ({ operation, id: operation.op === 'wait' ? -1 : next++ })),
  );
}

function without(threads: Thinned['threads'], op: number): Step[][] {
  return threads.map((steps) => steps.filter(({ id }) => id !== op));
}

/** In the order of the operations; who promises the same is named without those that are left out themselves. */
function settled(flushes: readonly IdleFlush[]): IdleFlush[] {
  const isLeftOut = (op: number): boolean => flushes.some((flush) => flush.op === op);
  return flushes.map(({ op, by }) => ({ op, by: by.filter((other) => !isLeftOut(other)) })).sort((a, b) => a.op - b.op);
}
