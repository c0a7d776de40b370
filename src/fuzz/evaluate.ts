/** Tries a candidate of the shrinker: does it still violate the guarantee, and under which image? */
import { GUARANTEE, GUARANTEES, type Guarantee, VERDICT } from '../contract/guarantees.ts';
import { Oracle } from '../contract/oracle.ts';
import type { Verdict } from '../contract/verdict.ts';
import type { Operation } from '../guest/operation.ts';
import { type Program, compileWorkload } from '../guest/program.ts';
import { imageOverFloor } from '../power/enumerate.ts';
import type { ExactCheck } from '../power/exact/check.ts';
import { createExactCheck } from '../power/exact/create.ts';
import { cheapestImage } from '../power/exact/witness/witness.ts';
import type { Scope, StackConfig } from '../stack/config.ts';
import { Stack } from '../stack/stack.ts';
import { Walk, takeListed, takeNext } from './walk.ts';
import { isDecided, witnessNow } from './witness.ts';

/** A smaller case to try. */
export interface Candidate {
  readonly threads: readonly (readonly Operation[])[];
  /** Actions; without power loss the run goes on by itself after them. */
  readonly schedule: readonly number[];
}

/** A candidate that violates the guarantee. */
export interface Failing extends Candidate {
  /** Step of its thread's list that each action of the schedule belongs to, or -1. */
  readonly stepOf: readonly number[];
  /** Actions before the power loss; null: none. */
  readonly crashStep: number | null;
  readonly image: readonly (readonly [sector: number, version: number])[];
  /** Verdict codes of that image. */
  readonly code: Uint8Array;
}

export class Evaluator {
  evaluations = 0;
  private readonly stack: Stack;
  private readonly scope: Scope;
  private readonly guarantee: number;
  private readonly crashes: boolean;
  private readonly check: ExactCheck;
  private readonly oracle: Oracle = new Oracle();
  private readonly code: Uint8Array = new Uint8Array(GUARANTEES.length);
  /** Operations of the last witness: the promise, what was lost, what survived. */
  witness: readonly number[] = [];

  constructor(config: StackConfig, scope: Scope, guarantee: Guarantee, crashes: boolean) {
    this.stack = new Stack(config);
    this.scope = scope;
    this.guarantee = GUARANTEES.indexOf(guarantee);
    this.crashes = crashes;
    this.stack.journal.isOn = crashes;
    this.check = createExactCheck(this.stack, scope);
  }

  /** Runs the candidate to the end of its schedule (power loss there) or, without power loss, to its end. */
  tryListed(candidate: Candidate, loose: boolean): Failing | null {
    const { walk } = this.start(candidate);
    takeListed(this.stack, walk, candidate.schedule, Infinity, loose);
    const listedCount = walk.taken.length;
    if (!this.crashes) while (takeNext(this.stack, walk, Infinity));
    const image = this.violatingImage();
    if (image === null) return null;
    const schedule = walk.taken.slice(0, listedCount);
    const crashStep = this.crashes ? listedCount : null;
    return this.failing({ ...candidate, schedule }, walk.stepOf.slice(0, listedCount), crashStep, image);
  }

  /** Runs the operations in the documented order alone, and loses power at the first step at which it shows. */
  tryDefaultOrder(threads: Candidate['threads']): Failing | null {
    const candidate = { threads, schedule: [] };
    const { walk, program } = this.start(candidate);
    if (!this.crashes) {
      while (takeNext(this.stack, walk, Infinity));
      const image = this.violatingImage();
      return image === null ? null : this.failing(candidate, [], null, image);
    }
    this.check.begin(program);
    do {
      this.check.step();
      const image = this.mayBeViolated() ? this.violatingImage() : null;
      if (image !== null) return this.failing(candidate, [], walk.taken.length, image);
    } while (takeNext(this.stack, walk, Infinity));
    return null;
  }

  private start(candidate: Candidate): { walk: Walk; program: Program } {
    this.evaluations++;
    const program = compileWorkload({ threads: candidate.threads }, this.stack.config.disk.sectors);
    this.stack.reset(program);
    return { walk: new Walk(), program };
  }

  private failing(
    candidate: Candidate,
    stepOf: readonly number[],
    crashStep: number | null,
    image: Failing['image'],
  ): Failing {
    return { ...candidate, stepOf, crashStep, image, code: this.code.slice() };
  }

  /** The exact check has just taken the last step in. */
  private mayBeViolated(): boolean {
    return !isDecided(this.guarantee, this.stack) || this.check.violated[this.guarantee] === 1;
  }

  /** The image of a violation, if there is one; the history's times stay as they are. */
  private violatingImage(): Failing['image'] | null {
    const { stack, scope } = this;
    const { disk, history, clock } = stack;
    if (!this.crashes) {
      stack.readDevice();
      return this.shows(this.oracle.judge(history)) ? [] : null;
    }
    history.crashAt = clock.now + 1;
    const verdict = isDecided(this.guarantee, stack)
      ? witnessNow(stack, scope, this.guarantee, this.oracle)
      : this.judgeCheapest();
    return verdict !== null && this.shows(verdict) ? imageOverFloor(disk, stack.diskImage) : null;
  }

  /** One image, for what the run itself shows. */
  private judgeCheapest(): Verdict {
    const { stack } = this;
    cheapestImage(stack, this.scope, stack.diskImage);
    stack.decode();
    return this.oracle.judge(stack.history);
  }

  /** Whether the guarantee is violated; notes what is, and by whom. */
  private shows(verdict: Verdict): boolean {
    this.code.set(verdict.code);
    this.code[GUARANTEE.protocol] = this.stack.breachCount > 0 ? VERDICT.violated : VERDICT.holds;
    if (this.code[this.guarantee] !== VERDICT.violated) return false;
    const { by, lost, survivor } = verdict;
    const guarantee = this.guarantee;
    this.witness = [by[guarantee], lost[guarantee], survivor[guarantee]].filter((op) => op >= 0);
    return true;
  }
}
