/**
 * One run: a workload, a schedule, a verdict; all of it from (seed, index). Sampling, the run loses power at a drawn point
 * and one drawn image is judged; otherwise it goes to its end, and every crash point on the way is decided. A runner keeps
 * its stack and its columns from run to run.
 */
import { assert } from '../base/assert.ts';
import { type RandomStream, fork } from '../base/random.ts';
import { GUARANTEE, GUARANTEES, VERDICT } from '../contract/guarantees.ts';
import { Oracle } from '../contract/oracle.ts';
import type { Verdict } from '../contract/verdict.ts';
import { generateWorkload } from '../guest/arbitrary/generate.ts';
import type { WorkloadKind } from '../guest/arbitrary/constraints.ts';
import type { Workload } from '../guest/operation.ts';
import { type Program, compileWorkload } from '../guest/program.ts';
import { imageCount, isCountable } from '../power/count.ts';
import { ImageSampler } from '../power/sample.ts';
import type { Scope, StackConfig } from '../stack/config.ts';
import { Stack } from '../stack/stack.ts';
import type { Check } from './check.ts';
import { Decider } from './decider.ts';
import { RandomScheduler } from './scheduler.ts';
import { isDecided } from './witness.ts';

/**
 * The first runs have a workload each, since what is easy to find is found soonest by looking at much; from then on runs
 * share one, sixteen in a row, since generating it takes a good part of the time of a run.
 */
const OWN_WORKLOADS = 256;
export const RUNS_PER_WORKLOAD = 16;
/** Actions of a run beyond which something never ends; far above what any program takes. */
const ACTIONS_PER_PIECE_MAX = 1000;

/** What decides a run, besides its index. */
export interface RunSettings {
  readonly seed: string;
  readonly stack: StackConfig;
  readonly scope: Scope;
  readonly check: Check;
  /** Shape of generated workloads. */
  readonly ops: number;
  readonly threads: number;
  /** Kinds of operations of generated workloads; left out: any. */
  readonly kinds?: readonly WorkloadKind[];
  /** Generated direct requests share no sector. */
  readonly apart?: boolean;
  /** A recorded stream instead of generated workloads. */
  readonly program?: Program;
}

export class Runner {
  readonly settings: RunSettings;
  readonly stack: Stack;
  /** Decides every crash point; null when sampling. */
  readonly decider: Decider | null;
  /** Per guarantee, of the last run (VERDICT codes). */
  readonly code: Uint8Array = new Uint8Array(GUARANTEES.length);
  /** What the oracle said of the image that the last run left. */
  verdict: Verdict;
  /** Actions taken in the last run, in order. */
  schedule: Int32Array = new Int32Array(1024);
  stepCount = 0;
  /** The last run lost power (after stepCount actions). */
  crashed = false;
  /** The workload of the last run; null for a recorded stream. */
  workload: Workload | null = null;
  private program: Program | null = null;
  private group = -1;
  private readonly scheduler: RandomScheduler = new RandomScheduler();
  private readonly sampler: ImageSampler = new ImageSampler();
  private readonly oracle: Oracle = new Oracle();
  private possible = 0n;

  constructor(settings: RunSettings) {
    this.settings = settings;
    this.stack = new Stack(settings.stack);
    const { check, scope } = settings;
    this.decider = check === 'sample' ? null : new Decider(this.stack, scope, check === 'enumerate');
    this.verdict = this.oracle.judge(this.stack.history);
  }

  /** Makes run number `index` and leaves everything about it in the fields. */
  run(index: number): void {
    this.make(index, this.settings.check === 'sample');
  }

  /** The same run cut short by power loss as sampling does, whatever the settings; the decider looks on. */
  sample(index: number): void {
    this.make(index, true);
  }

  /** Crash points of the last run that were judged. */
  get crashPoints(): number {
    return this.decider === null ? Number(this.crashed) : this.decider.crashPoints;
  }

  /** Images that its verdict speaks of; sampling, the one at the power loss or at the end. */
  get imagesDecided(): bigint {
    return this.decider === null ? 1n : this.decider.imagesDecided;
  }

  /** Images that power loss could have left at its crash points. */
  get imagesPossible(): bigint {
    return this.decider === null ? this.possible : this.decider.imagesDecided;
  }

  /** Some crash point's images were not counted. */
  get isLowerBound(): boolean {
    return this.decider?.isLowerBound ?? (this.crashed && this.possible === 0n);
  }

  /** Brings the stack to where the last run was after so many actions. */
  rewind(stepCount: number): void {
    const { stack, schedule } = this;
    stack.reset(this.program!);
    for (let step = 0; step < stepCount; step++) {
      stack.refresh();
      stack.perform(schedule[step]);
    }
  }

  private make(index: number, losesPower: boolean): void {
    const { stack, settings } = this;
    const program = this.programOf(index);
    const schedule = fork(settings.seed, 'schedule', index);
    const crash = fork(settings.seed, 'crash', index);
    stack.reset(program);
    this.decider?.begin(program, !losesPower);
    const isCut = losesPower && !crash.chance(1, 4);
    this.walk(program, schedule, isCut ? crash.below(crashStepLimit(program, settings.stack) + 1) : -1);
    this.crashed = isCut;
    this.decider?.end();
    this.endRun(crash);
    this.judge();
  }

  private walk(program: Program, random: RandomStream, crashStep: number): void {
    const { stack, scheduler, decider } = this;
    const stepsMax = 10_000 + ACTIONS_PER_PIECE_MAX * pieceCount(program, stack.config);
    let steps = 0;
    scheduler.begin(stack, random);
    while (decider === null || decider.look(steps)) {
      if (steps === crashStep) break;
      stack.refresh();
      const action = scheduler.next(stack, random);
      if (action < 0) break;
      if (steps === this.schedule.length) this.growSchedule();
      this.schedule[steps++] = action;
      stack.perform(action);
      assert(steps < stepsMax, 'every run ends');
    }
    this.stepCount = steps;
  }

  private endRun(crash: RandomStream): void {
    const { stack } = this;
    const { history, clock, disk } = stack;
    this.possible = 0n;
    if (this.crashed) {
      history.crashAt = clock.tick();
      if (this.decider === null) this.countPossible();
      this.sampler.draw(disk, this.settings.scope, crash, stack.diskImage);
      stack.decode();
    } else stack.readDevice();
  }

  /** 0: too many to count in time. */
  private countPossible(): void {
    const { disk } = this.stack;
    const { scope } = this.settings;
    if (isCountable(disk, scope)) this.possible = imageCount(disk, scope);
  }

  private judge(): void {
    this.verdict = this.oracle.judge(this.stack.history);
    this.code.set(this.verdict.code);
    this.code[GUARANTEE.protocol] = this.stack.breachCount > 0 ? VERDICT.violated : VERDICT.holds;
    if (this.decider !== null && !this.crashed && this.decider.boundedAt < 0) this.join(this.decider);
  }

  /**
   * The run without power loss says what applies; some crash point on its way, what is violated. Where a mutant puts
   * data in the wrong place the image says more: the exact check takes every version to be at its own.
   */
  private join({ violatedAt }: Decider): void {
    for (let row = 0; row < this.code.length; row++) {
      if (violatedAt[row] >= 0) this.code[row] = VERDICT.violated;
      else if (isDecided(row, this.stack) && this.code[GUARANTEE.integrity] !== VERDICT.violated)
        assert(this.code[row] !== VERDICT.violated, `${GUARANTEES[row]} is not violated by an image that was decided`);
    }
  }

  private programOf(index: number): Program {
    const { settings } = this;
    if (settings.program !== undefined) return (this.program = settings.program);
    const shared = Math.floor((index - OWN_WORKLOADS) / RUNS_PER_WORKLOAD);
    const group = shared < 0 ? index : OWN_WORKLOADS + shared;
    if (group !== this.group) {
      const { sectors, atomic } = settings.stack.disk;
      this.workload = generateWorkload(fork(settings.seed, 'workload', group), {
        ops: settings.ops,
        threads: settings.threads,
        sectors,
        atomicSectors: atomic === 4096 ? 8 : 1,
        ...(settings.kinds === undefined ? {} : { kinds: settings.kinds }),
        ...(settings.apart === undefined ? {} : { apart: settings.apart }),
      });
      this.program = compileWorkload(this.workload, sectors);
      this.group = group;
    }
    return this.program!;
  }

  private growSchedule(): void {
    const larger = new Int32Array(2 * this.schedule.length);
    larger.set(this.schedule);
    this.schedule = larger;
  }
}

/** Bios that a program's operations make, roughly: what the length of a run depends on. */
function pieceCount(program: Program, stack: StackConfig): number {
  const sectorsMax = stack.backend === 'direct' ? 1024 : 88;
  let pieces = program.opCount;
  for (let op = 0; op < program.opCount; op++) pieces += Math.floor(program.count[op] / sectorsMax);
  return pieces;
}

/**
 * Where power loss is drawn from: [0, limit]. Most runs are over before the limit, and those lose power at their end,
 * when all promises are out and nothing more will be destaged: the richest moment of all.
 */
function crashStepLimit(program: Program, stack: StackConfig): number {
  return pieceCount(program, stack) * (stack.backend === 'direct' ? 5 : 14);
}
