/** Tries a candidate of the shrinker: does it still violate the guarantee, and under which image? */
import type { SecondCrash as SecondCrashOfCase } from '../case/case.ts';
import { GUARANTEES, type Guarantee, VERDICT } from '../contract/guarantees.ts';
import { Oracle } from '../contract/oracle.ts';
import type { Verdict } from '../contract/verdict.ts';
import type { GuestName, Workload } from '../guest/operation.ts';
import { compileGuests, type Program, programsOf } from '../guest/program.ts';
import { imageOverFloor } from '../power/enumerate.ts';
import type { ExactCheck } from '../power/exact/check.ts';
import { createExactCheck } from '../power/exact/create.ts';
import { cheapestImage } from '../power/exact/witness/witness.ts';
import { isOutlived, type Scope, type StackConfig } from '../stack/config.ts';
import { createStack } from '../stack/create.ts';
import type { Evidence } from '../stack/evidence.ts';
import type { Stack } from '../stack/stack.ts';
import type { Candidate, Failing, ThreadList } from './candidate.ts';
import { addLive } from './live.ts';
import { GuestPromise } from './promise.ts';
import { extremes } from './recoveries.ts';
import { SecondCrash } from './second.ts';
import { Walk, takeListed, takeNext, walkThrough } from './walk.ts';
import { isDecided, isShownByImage, judgeImage, witnessNow } from './witness.ts';

/** The workloads of a list of threads, guest by guest. @param name whose they are, if the guest promises something. */
export function workloadsOf({ threads, guests }: ThreadList, name?: GuestName): Workload[] {
  return [...new Set(guests.length === 0 ? [0] : guests)].map((guest) => ({
    ...(name === undefined ? {} : { guest: name }),
    threads: threads.filter((_, thread) => guests[thread] === guest),
  }));
}

/** A stack for so many guests, and who decides each guest's crash points. */
interface Bench {
  readonly stack: Stack;
  readonly checks: readonly ExactCheck[];
  /** A lone guest's own. */
  readonly promise: GuestPromise;
}

export class Evaluator {
  evaluations = 0;
  private readonly config: StackConfig;
  private readonly scope: Scope;
  private readonly guarantee: number;
  /** The run ends by power loss. */
  private readonly crashes: boolean;
  /** The crash may come at any step, and something goes on. */
  private readonly isOutlived: boolean;
  /** By the number of guests. */
  private readonly benches = new Map<number, Bench>();
  private bench!: Bench;
  private readonly oracle: Oracle = new Oracle();
  private readonly guest: GuestName | undefined;
  private program: Program | null = null;
  private readonly code: Uint8Array = new Uint8Array(GUARANTEES.length);
  /** Operations of the last witness: the promise, what was lost, what survived; and whose they are. */
  witness: readonly number[] = [];
  witnessGuest = 0;

  /** What the last violation takes besides the first crash. */
  private lastSecond: SecondCrashOfCase | null = null;
  /** Not null: the violation shows after a second crash. */
  private readonly second: SecondCrash | null;

  /** @param guest whose candidates they are. @param twice power is lost twice. */
  constructor(
    config: StackConfig,
    scope: Scope,
    guarantee: Guarantee,
    crashes: boolean,
    guest?: GuestName,
    twice = false,
  ) {
    this.config = config;
    this.guest = guest;
    this.isOutlived = isOutlived(scope);
    this.scope = scope;
    this.guarantee = GUARANTEES.indexOf(guarantee);
    this.crashes = crashes && !this.isOutlived;
    this.second = twice ? new SecondCrash(config, scope) : null;
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
    if (this.isOutlived) return this.tryCrashes(list);
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

  /** The documented order without a crash, then with one after each step of it. */
  private tryCrashes({ threads, guests }: ThreadList): Failing | null {
    const candidate = { threads, guests, schedule: [] };
    let whole = Infinity;
    for (let step = -1; step <= whole; step++) {
      const { walk, stack } = this.start(candidate);
      walkThrough(stack, walk, [], step < 0 ? null : step, false);
      if (step < 0) whole = walk.taken.length;
      const shown = this.violatingImage(() => true);
      if (shown !== null) return this.failing(candidate, [], step < 0 ? null : step, shown);
    }
    return null;
  }

  private start(candidate: Candidate): { walk: Walk; program: Program; stack: Stack } {
    this.evaluations++;
    const workloads = workloadsOf(candidate, this.guest);
    this.bench = this.benchFor(workloads.length);
    const { stack, promise } = this.bench;
    const program = compileGuests(workloads, this.config.disk.sectors);
    this.program = program;
    stack.reset(program);
    if (workloads.length === 1) promise.begin(program);
    return { walk: new Walk(), program, stack };
  }

  private benchFor(guestCount: number): Bench {
    const known = this.benches.get(guestCount);
    if (known !== undefined) return known;
    const stack = createStack(configFor(this.config, guestCount), this.scope);
    const checks = stack.evidence().map((evidence) => createExactCheck(evidence, this.scope));
    const bench = { stack, checks, promise: new GuestPromise(stack, this.scope) };
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
    return { ...candidate, stepOf, crashStep, guest, image, code: this.code.slice(), second: this.lastSecond };
  }

  /** The exact check has just taken the last step in. */
  private mayBeViolated(check: ExactCheck): boolean {
    const { guarantee, second, bench } = this;
    return second !== null || !isDecided(guarantee, bench.stack) || check.violated[guarantee] === 1;
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
    const { promise } = this.bench;
    if (!this.crashes) return this.shows(judgeImage(history, this.oracle, promise)) ? [] : null;
    history.crashAt = clock.now + 1;
    if (this.second !== null) return this.losingTwice(this.second);
    const { guarantee, oracle } = this;
    const verdict = isShownByImage(guarantee, evidence)
      ? witnessNow(evidence, this.scope, guarantee, oracle, promise)
      : this.judgeCheapest(evidence);
    return verdict !== null && this.shows(verdict) ? imageOverFloor(disk, evidence.diskImage) : null;
  }

  /** The first image, of those with the least and the most, from which recovery can be cut short so that it shows. */
  private losingTwice(second: SecondCrash): Failing['image'] | null {
    const { guarantee, scope } = this;
    const { stack } = this.bench;
    const image = new Int32Array(stack.disk.media.sectorCount);
    for (const write of extremes(stack, scope)) {
      write(image);
      if (!second.begin(this.program!, stack.history, image, [guarantee])) continue;
      const [found] = second.run(null);
      if (found === undefined) continue;
      this.lastSecond = { schedule: [], step: found.schedule.length, image: found.image };
      this.code.fill(VERDICT.na);
      this.code[guarantee] = VERDICT.violated;
      return imageOverFloor(stack.disk, image);
    }
    return null;
  }

  /** One image, for what the run itself shows. */
  private judgeCheapest(evidence: Evidence): Verdict {
    cheapestImage(evidence, this.scope, evidence.diskImage);
    evidence.decode();
    return judgeImage(evidence.history, this.oracle, this.bench.promise);
  }

  /** Whether the guarantee is violated; notes what is, and by whom. */
  private shows(verdict: Verdict): boolean {
    this.code.set(verdict.code);
    addLive(this.code, this.bench.stack);
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
