/**
 * Makes a failing case smaller while it violates the same guarantee: fewer operations, fewer threads, a shorter
 * schedule, an earlier power loss, fewer lost sectors. Bounded by evaluations, never by time, and deterministic.
 */
import type { Case, GuestCase } from '../case/case.ts';
import type { Guarantee } from '../contract/guarantees.ts';
import type { Operation } from '../guest/operation.ts';
import { actionName, parseAction } from '../stack/actions.ts';
import { type Candidate, Evaluator, type Failing } from './evaluate.ts';
import { expectationOf } from './found.ts';
import {
  type Step,
  mergeThreads,
  oneSector,
  plainer,
  withWaits,
  withoutActions,
  withoutEmptyThreads,
  withoutSteps,
} from './smaller.ts';

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
  if (c.guests === undefined || c.guests.length > 1) return { case: c, evaluations: 0 };
  const evaluator = new Evaluator(c.stack, c.scope, guarantee, c.crash !== undefined);
  const shrinker = new Shrinker(evaluator, options);
  const best = shrinker.shrink(c.guests[0].threads, c.schedule.map(parseAction), c.crash?.step);
  return { case: best === null ? c : caseOf(c, best), evaluations: evaluator.evaluations };
}

class Shrinker {
  private best!: Failing;
  private readonly evaluator: Evaluator;
  private readonly evaluationsMax: number;
  private readonly progress: NonNullable<ShrinkOptions['progress']>;

  constructor(evaluator: Evaluator, options: ShrinkOptions) {
    this.evaluator = evaluator;
    this.evaluationsMax = options.evaluationsMax ?? SHRINK_EVALUATIONS_MAX;
    this.progress = options.progress ?? (() => {});
  }

  shrink(threads: Candidate['threads'], schedule: readonly number[], crashStep: number | undefined): Failing | null {
    const whole = crashStep === undefined ? schedule : schedule.slice(0, crashStep);
    const first = this.evaluator.tryListed({ threads, schedule: whole }, false);
    if (first === null) return null;
    this.best = first;
    this.keepWitness();
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const before = sizeOf(this.best);
      this.cutTail();
      this.dropSteps();
      this.dropThreads();
      this.narrow();
      this.dropActions();
      if (sizeOf(this.best) === before) break;
    }
    return this.inDefaultOrder();
  }

  /** At once down to the operations of the witness, if they show it alone: most often they do. */
  private keepWitness(): void {
    const kept = new Set(this.evaluator.witness);
    const ids = stepIds(this.best.threads);
    const others = stepsOf(this.best.threads).filter((_, at) => !kept.has(ids[at]));
    this.accept(withoutSteps(this.best, others));
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
    this.dropChunks(
      stepsOf(this.best.threads),
      (steps) => withoutSteps(this.best, steps),
      () => stepsOf(this.best.threads),
    );
  }

  private dropActions(): void {
    const all = () => this.best.schedule.map((_, index) => index);
    this.dropChunks(all(), (indices) => withoutActions(this.best, indices), all);
  }

  private dropThreads(): void {
    this.accept(withoutEmptyThreads(this.best));
    for (let from = this.best.threads.length - 1; from > 0; from--)
      for (let to = 0; to < from; to++) if (this.accept(mergeThreads(this.best, from, to))) break;
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
      evaluator.tryDefaultOrder(this.best.threads) ?? evaluator.tryDefaultOrder(withWaits(this.best.threads));
    if (inOrder === null) return this.best;
    this.best = inOrder;
    for (const step of stepsOf(inOrder.threads).reverse()) this.simplify(step);
    return this.best;
  }

  /** Leaves a step out, or puts a plainer one in its place, as long as the documented order shows the violation. */
  private simplify(step: Step): void {
    const without = withoutEmptyThreads(withoutSteps(this.best, [step])).threads;
    for (const threads of [without, ...plainer(this.best.threads, step)]) {
      if (this.evaluator.evaluations >= this.evaluationsMax) return;
      const failing = this.evaluator.tryDefaultOrder(threads);
      if (failing === null) continue;
      this.best = failing;
      return;
    }
  }
}

function stepsOf(threads: Candidate['threads']): Step[] {
  return threads.flatMap((steps, thread) => steps.map((_, index) => ({ thread, index })));
}

/** The operation id of each step, in the order of `stepsOf`; -1 for a wait. */
function stepIds(threads: Candidate['threads']): number[] {
  let next = 0;
  return threads.flat().map((operation) => (operation.op === 'wait' ? -1 : next++));
}

function sizeOf(failing: Failing): string {
  const sectorCount = failing.threads.flat().reduce((sum, operation) => sum + sectorsOf(operation), 0);
  return `${stepsOf(failing.threads).length} ${failing.threads.length} ${failing.schedule.length} ${sectorCount}`;
}

function sectorsOf(operation: Operation): number {
  return 'count' in operation ? operation.count : 0;
}

function caseOf(c: GuestCase, best: Failing): Case {
  const { crash: _crash, expect: _expect, ...rest } = c;
  const violated = Object.entries(expectationOf(best.code)).filter(([, verdict]) => verdict === 'violated');
  return {
    ...rest,
    guests: [{ threads: best.threads }],
    schedule: best.schedule.map(actionName),
    ...(best.crashStep === null ? {} : { crash: { step: best.crashStep, image: best.image } }),
    expect: Object.fromEntries(violated),
  };
}
