/** Tries a candidate of the shrinker: does it still violate the guarantee, and under which image? */
import { GUARANTEE, GUARANTEES, type Guarantee, VERDICT } from '../contract/guarantees.ts';
import { Oracle } from '../contract/oracle.ts';
import type { Verdict } from '../contract/verdict.ts';
import type { Operation, Workload } from '../guest/operation.ts';
import { compileGuests, type Program, programsOf } from '../guest/program.ts';
import { imageOverFloor } from '../power/enumerate.ts';
import type { ExactCheck } from '../power/exact/check.ts';
import { createExactCheck } from '../power/exact/create.ts';
import { cheapestImage } from '../power/exact/witness/witness.ts';
import type { Scope, StackConfig } from '../stack/config.ts';
import { createStack } from '../stack/create.ts';
import type { Evidence } from '../stack/evidence.ts';
import type { Stack } from '../stack/stack.ts';
import type { ThreadList } from './smaller.ts';
import { Walk, takeListed, takeNext } from './walk.ts';
import { isDecided, witnessNow } from './witness.ts';

/** A smaller case to try. */
export interface Candidate {
  /** Of all guests, guest by guest. */
  readonly threads: readonly (readonly Operation[])[];
  /** Whose each thread is. */
  readonly guests: readonly number[];
  /** Actions; without power loss the run goes on by itself after them. */
  readonly schedule: readonly number[];
}

/** A candidate that violates the guarantee. */
export interface Failing extends Candidate {
  /** Step of its thread's list that each action of the schedule belongs to, or -1. */
  readonly stepOf: readonly number[];
  /** Actions before the power loss; null: none. */
  readonly crashStep: number | null;
  /** Whose the violation and the image are. */
  readonly guest: number;
  readonly image: readonly (readonly [sector: number, version: number])[];
  /** Verdict codes of that image. */
  readonly code: Uint8Array;
}

/** The workloads of a list of threads, guest by guest. */
export function workloadsOf({ threads, guests }: ThreadList): Workload[] {
  return [...new Set(guests.length === 0 ? [0] : guests)].map((guest) => ({
    threads: threads.filter((_, thread) => guests[thread] === guest),
  }));
}

/** A stack for so many guests, and who decides each guest's crash points. */
interface Bench {
  readonly stack: Stack;
  readonly checks: readonly ExactCheck[];
}

export class Evaluator {
  evaluations = 0;
  private readonly config: StackConfig;
  private readonly scope: Scope;
  private readonly guarantee: number;
  private readonly crashes: boolean;
  /** By the number of guests. */
  private readonly benches = new Map<number, Bench>();
  private bench!: Bench;
  private readonly oracle: Oracle = new Oracle();
  private readonly code: Uint8Array = new Uint8Array(GUARANTEES.length);
  /** Operations of the last witness: the promise, what was lost, what survived; and whose they are. */
  witness: readonly number[] = [];
  witnessGuest = 0;

  constructor(config: StackConfig, scope: Scope, guarantee: Guarantee, crashes: boolean) {
    this.config = config;
    this.scope = scope;
    this.guarantee = GUARANTEES.indexOf(guarantee);
    this.crashes = crashes;
  }

  /** Runs the candidate to the end of its schedule (power loss there) or, without power loss, to its end. */
  tryListed(candidate: Candidate, loose: boolean): Failing | null {
    const { walk, stack } = this.start(candidate);
    takeListed(stack, walk, candidate.schedule, Infinity, loose);
    const listedCount = walk.taken.length;
    if (!this.crashes) while (takeNext(stack, walk, Infinity));
    const shown = this.violatingImage(() => true);
    if (shown === null) return null;
    const schedule = walk.taken.slice(0, listedCount);
    const crashStep = this.crashes ? listedCount : null;
    return this.failing({ ...candidate, schedule }, walk.stepOf.slice(0, listedCount), crashStep, shown);
  }

  /** Runs the operations in the documented order alone, and loses power at the first step at which it shows. */
  tryDefaultOrder(list: ThreadList): Failing | null {
    const candidate = { threads: list.threads, guests: list.guests, schedule: [] };
    const { walk, program, stack } = this.start(candidate);
    if (!this.crashes) {
      while (takeNext(stack, walk, Infinity));
      const shown = this.violatingImage(() => true);
      return shown === null ? null : this.failing(candidate, [], null, shown);
    }
    const { checks } = this.bench;
    const programs = programsOf(program);
    programs.forEach((own, guest) => checks[guest].begin(own));
    do {
      stack.evidence();
      checks.forEach((check, guest) => (checks.length === 1 ? check.step() : check.decideNow(programs[guest])));
      const shown = this.violatingImage((guest) => this.mayBeViolated(checks[guest]));
      if (shown !== null) return this.failing(candidate, [], walk.taken.length, shown);
    } while (takeNext(stack, walk, Infinity));
    return null;
  }

  private start(candidate: Candidate): { walk: Walk; program: Program; stack: Stack } {
    this.evaluations++;
    const workloads = workloadsOf(candidate);
    this.bench = this.benchFor(workloads.length);
    const program = compileGuests(workloads, this.config.disk.sectors);
    this.bench.stack.reset(program);
    return { walk: new Walk(), program, stack: this.bench.stack };
  }

  private benchFor(guestCount: number): Bench {
    const known = this.benches.get(guestCount);
    if (known !== undefined) return known;
    const stack = createStack(configFor(this.config, guestCount));
    const bench = { stack, checks: stack.evidence().map((evidence) => createExactCheck(evidence, this.scope)) };
    stack.journal.isOn = this.crashes && guestCount === 1;
    this.benches.set(guestCount, bench);
    return bench;
  }

  private failing(
    candidate: Candidate,
    stepOf: readonly number[],
    crashStep: number | null,
    { guest, image }: Shown,
  ): Failing {
    return { ...candidate, stepOf, crashStep, guest, image, code: this.code.slice() };
  }

  /** The exact check has just taken the last step in. */
  private mayBeViolated(check: ExactCheck): boolean {
    return !isDecided(this.guarantee, this.bench.stack) || check.violated[this.guarantee] === 1;
  }

  /** The image of a violation, if some guest that may have one has; the history's times stay as they are. */
  private violatingImage(mayHave: (guest: number) => boolean): Shown | null {
    const { stack } = this.bench;
    if (!this.crashes) stack.readDevice();
    for (const [guest, evidence] of stack.evidence().entries()) {
      if (!mayHave(guest)) continue;
      const image = this.imageOf(evidence);
      if (image === null) continue;
      this.witnessGuest = guest;
      return { guest, image };
    }
    return null;
  }

  private imageOf(evidence: Evidence): Failing['image'] | null {
    const { disk, history, clock } = evidence;
    if (!this.crashes) return this.shows(this.oracle.judge(history)) ? [] : null;
    history.crashAt = clock.now + 1;
    const verdict = isDecided(this.guarantee, evidence)
      ? witnessNow(evidence, this.scope, this.guarantee, this.oracle)
      : this.judgeCheapest(evidence);
    return verdict !== null && this.shows(verdict) ? imageOverFloor(disk, evidence.diskImage) : null;
  }

  /** One image, for what the run itself shows. */
  private judgeCheapest(evidence: Evidence): Verdict {
    cheapestImage(evidence, this.scope, evidence.diskImage);
    evidence.decode();
    return this.oracle.judge(evidence.history);
  }

  /** Whether the guarantee is violated; notes what is, and by whom. */
  private shows(verdict: Verdict): boolean {
    this.code.set(verdict.code);
    this.code[GUARANTEE.protocol] = this.bench.stack.breachCount > 0 ? VERDICT.violated : VERDICT.holds;
    if (this.code[this.guarantee] !== VERDICT.violated) return false;
    const { by, lost, survivor } = verdict;
    const guarantee = this.guarantee;
    this.witness = [by[guarantee], lost[guarantee], survivor[guarantee]].filter((op) => op >= 0);
    return true;
  }
}

/** An image that shows the violation, and whose it is. */
type Shown = Pick<Failing, 'guest' | 'image'>;

/** The stack for another number of guests. */
export function configFor(config: StackConfig, guestCount: number): StackConfig {
  const { guests: _, ...rest } = config;
  return guestCount === 1 ? rest : { ...rest, guests: guestCount };
}
