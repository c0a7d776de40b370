/**
 * Makes a failing case smaller while it violates the same guarantee: fewer operations, fewer threads, a shorter
 * schedule, an earlier power loss, fewer lost sectors. Bounded by evaluations, never by time, and deterministic.
 */
import type { Case } from '../case/case.ts';
import type { Guarantee } from '../contract/guarantees.ts';
import type { Operation } from '../guest/operation.ts';
import { isSound } from '../guest/meaning/sound.ts';
import { parseAction } from '../stack/actions.ts';
import { isOutlived } from '../stack/config.ts';
import { CRASH } from '../stack/stack.ts';
import type { Candidate, Failing, ThreadList } from './candidate.ts';
import { Evaluator } from './evaluate.ts';
import { caseOf } from './shrunk.ts';
import {
  type Step,
  idsOf,
  mergeThreads,
  oneSector,
  plainer,
  withWaits,
  withoutActions,
  withoutEmptyThreads,
  withoutSteps,
} from './smaller.ts';
import { largeWholes, smallWholes, type Whole } from './wholes.ts';

/** Evaluations after which shrinking ends: a few seconds at most, and cases are small long before. */
export const SHRINK_EVALUATIONS_MAX = 4000;
/** Rounds of all passes; a second one finds what the first has made possible, a third hardly ever anything. */
const ROUNDS_MAX = 4;

export interface ShrinkOptions {
  readonly evaluationsMax?: number;
  /** Called after each success: evaluations so far, operations left. */
  readonly progress?: (evaluations: number, operationCount: number) => void;
}

export interface Shrunk {
  readonly case: Case;
  readonly evaluations: number;
}

/** Shrinks a case whose operations are embedded and which violates the guarantee; any other comes back as it is. */
export function shrinkCase(c: Case, guarantee: Guarantee, options: ShrinkOptions = {}): Shrunk {
  if (c.guests === undefined) return { case: c, evaluations: 0 };
  const { guest } = c.guests[0];
  const evaluator = new Evaluator(
    c.stack,
    c.scope,
    guarantee,
    c.crash !== undefined,
    guest,
    c.crash?.second !== undefined,
  );
  const shrinker = new Shrinker(evaluator, guest === undefined, options);
  const threads = c.guests.flatMap((workload) => workload.threads);
  const guests = c.guests.flatMap((workload, number) => workload.threads.map(() => number));
  const schedule = c.schedule.map(parseAction);
  const isEvent = isOutlived(c.scope);
  // Where the run goes on, the crash is one of its actions.
  if (isEvent && c.crash !== undefined) schedule.splice(c.crash.step, 0, CRASH);
  const best = shrinker.shrink({ threads, guests, schedule }, isEvent ? undefined : c.crash?.step);
  return { case: best === null ? c : caseOf(c, best), evaluations: evaluator.evaluations };
}

class Shrinker {
  private best!: Failing;
  private readonly evaluator: Evaluator;
  /** Any operation may be left out or made plainer: the guest has no meaning to keep. */
  private readonly isFree: boolean;
  private readonly evaluationsMax: number;
  private readonly progress: NonNullable<ShrinkOptions['progress']>;

  constructor(evaluator: Evaluator, isFree: boolean, options: ShrinkOptions) {
    this.evaluator = evaluator;
    this.isFree = isFree;
    this.evaluationsMax = options.evaluationsMax ?? SHRINK_EVALUATIONS_MAX;
    this.progress = options.progress ?? (() => {});
  }

  shrink(candidate: Candidate, crashStep: number | undefined): Failing | null {
    const { schedule } = candidate;
    const whole = crashStep === undefined ? schedule : schedule.slice(0, crashStep);
    const first = this.evaluator.tryListed({ ...candidate, schedule: whole }, false);
    if (first === null) return null;
    this.best = first;
    if (this.isFree) this.keepWitness();
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const before = sizeOf(this.best);
      this.cutTail();
      this.dropGuests();
      this.dropSteps();
      this.dropThreads();
      if (this.isFree) this.narrow();
      this.dropActions();
      if (sizeOf(this.best) === before) break;
    }
    return this.inDefaultOrder();
  }

  /** At once down to the operations of the witness, if they show it alone: most often they do. */
  private keepWitness(): void {
    const { witness, witnessGuest } = this.evaluator;
    const { threads, guests } = this.best;
    const ids = idsOf(this.best);
    const isKept = ({ thread, index }: Step): boolean =>
      guests[thread] === witnessGuest && witness.includes(ids[thread][index]);
    const others = stepsOf(threads).filter((step) => !isKept(step));
    this.accept(withoutSteps(this.best, others));
  }

  /** Whole guests, the last first. */
  private dropGuests(): void {
    for (let guest = guestCount(this.best) - 1; guest >= 0 && guestCount(this.best) > 1; guest--) {
      const own = stepsOf(this.best.threads).filter(({ thread }) => this.best.guests[thread] === guest);
      this.accept(withoutEmptyThreads(withoutSteps(this.best, own)));
    }
  }

  /** An earlier power loss: shorter prefixes of the schedule. */
  private cutTail(): void {
    for (let cut = this.best.schedule.length >> 1; cut >= 1; cut >>= 1)
      while (
        cut < this.best.schedule.length &&
        this.accept({ ...this.best, schedule: this.best.schedule.slice(0, -cut) })
      );
  }

  private dropSteps(): void {
    if (this.isFree) return this.dropWholes((threads) => stepsOf(threads).map((step) => [step]));
    this.dropWholes(largeWholes);
    this.dropWholes(smallWholes);
  }

  private dropWholes(wholesOf: (threads: Candidate['threads']) => readonly Whole[]): void {
    const all = (): Whole[] => [...wholesOf(this.best.threads)];
    this.dropChunks(all(), (wholes) => withoutSteps(this.best, wholes.flat()), all);
  }

  private dropActions(): void {
    const all = () => this.best.schedule.map((_, index) => index);
    this.dropChunks(all(), (indices) => withoutActions(this.best, indices), all);
  }

  private dropThreads(): void {
    this.accept(withoutEmptyThreads(this.best));
    for (let from = this.best.threads.length - 1; from > 0; from--)
      for (let to = this.best.guests.indexOf(this.best.guests[from]); to < from; to++)
        if (this.accept(mergeThreads(this.best, from, to))) break;
  }

  /** Operations of one sector. */
  private narrow(): void {
    for (const step of stepsOf(this.best.threads)) {
      oneSector(this.best, step).some((candidate) => this.accept(candidate));
    }
  }

  /** Leaves out items by halves, quarters … single ones, from the end, as long as the rest still fails. */
  private dropChunks<T>(items: T[], without: (chunk: readonly T[]) => Candidate, again: () => T[]): void {
    let left = items;
    for (let size = Math.max(1, left.length >> 1); size >= 1; size >>= 1) {
      for (let end = left.length; end > 0;) {
        const chunk = left.slice(Math.max(0, end - size), end);
        const dropped = this.accept(without(chunk));
        if (dropped) left = again();
        end = Math.min(end - chunk.length, left.length);
      }
    }
  }

  /** Tries a candidate strictly, then loosely; keeps it when it fails too. */
  private accept(candidate: Candidate): boolean {
    if (!this.isFree && !isSound(candidate.threads)) return false;
    for (const loose of [false, true]) {
      if (this.evaluator.evaluations >= this.evaluationsMax) return false;
      const failing = this.evaluator.tryListed(candidate, loose);
      if (failing === null) continue;
      this.best = failing;
      this.progress(this.evaluator.evaluations, stepsOf(failing.threads).length);
      return true;
    }
    return false;
  }

  /**
   * No schedule at all is the simplest: the documented order, if the violation shows in it too, or does once threads
   * wait between operations. What the schedule made necessary may then be left out as well.
   */
  private inDefaultOrder(): Failing {
    const { evaluator } = this;
    const inOrder =
      evaluator.tryDefaultOrder(this.best) ?? (this.isFree ? evaluator.tryDefaultOrder(withWaits(this.best)) : null);
    if (inOrder === null) return this.best;
    this.best = inOrder;
    if (this.isFree) for (const step of stepsOf(inOrder.threads).reverse()) this.simplify(step);
    else this.simplifyWholes();
    return this.best;
  }

  /** Leaves out wholes, as long as the documented order shows the violation. */
  private simplifyWholes(): void {
    for (const wholesOf of [largeWholes, smallWholes])
      for (let at = wholesOf(this.best.threads).length - 1; at >= 0; at--) {
        const whole = wholesOf(this.best.threads)[at];
        if (whole === undefined) continue;
        const list = withoutEmptyThreads(withoutSteps(this.best, whole));
        if (isSound(list.threads)) this.acceptInOrder(list);
      }
  }

  private acceptInOrder(list: ThreadList): boolean {
    if (this.evaluator.evaluations >= this.evaluationsMax) return false;
    const failing = this.evaluator.tryDefaultOrder(list);
    if (failing !== null) this.best = failing;
    return failing !== null;
  }

  /** Leaves a step out, or puts a plainer one in its place, as long as the documented order shows the violation. */
  private simplify(step: Step): void {
    const without = withoutEmptyThreads(withoutSteps(this.best, [step]));
    for (const list of [without, ...plainer(this.best, step)]) if (this.acceptInOrder(list)) return;
  }
}

function stepsOf(threads: Candidate['threads']): Step[] {
  return threads.flatMap((steps, thread) => steps.map((_, index) => ({ thread, index })));
}

function guestCount({ guests }: Candidate): number {
  return new Set(guests).size;
}

function sizeOf(failing: Failing): string {
  const sectorCount = failing.threads.flat().reduce((sum, operation) => sum + sectorsOf(operation), 0);
  return `${stepsOf(failing.threads).length} ${failing.threads.length} ${failing.schedule.length} ${sectorCount}`;
}

function sectorsOf(operation: Operation): number {
  return 'count' in operation ? operation.count : 0;
}
