/**
 * One run: a workload, a schedule, a verdict; all of it from (seed, index). Sampling, the run loses power at a drawn point
 * and one drawn image is judged; otherwise it goes to its end, and every crash point on the way is decided. A crash that
 * something outlives is drawn in either case, and the run's end judged. A runner keeps its stack from run to run.
 */
import { assert } from '../base/assert.ts';
import { type RandomStream, fork } from '../base/random.ts';
import { GUARANTEE, GUARANTEES, mergeWorse, VERDICT } from '../contract/guarantees.ts';
import { Oracle } from '../contract/oracle.ts';
import type { Verdict } from '../contract/verdict.ts';
import type { Workload } from '../guest/operation.ts';
import type { Program } from '../guest/program.ts';
import { imageCount, isCountable } from '../power/count.ts';
import { SectorChoices } from '../power/sector-choices.ts';
import { ImageSampler } from '../power/sample.ts';
import { isOutlived } from '../stack/config.ts';
import { createStack } from '../stack/create.ts';
import type { Evidence } from '../stack/evidence.ts';
import type { RunPrice } from '../stack/price.ts';
import { countPrice, priceOf } from '../stack/runPrice.ts';
import { CRASH, type Stack } from '../stack/stack.ts';
import type { CrashDecider } from './decider.ts';
import { createDecider } from './groupDecider.ts';
import { crashStepLimit, pieceCount } from './length.ts';
import { GuestPromise } from './promise.ts';
import { type LostTwice, Recoveries } from './recoveries.ts';
import { RandomScheduler } from './scheduler.ts';
import { hasPrice, type RunSettings } from './settings.ts';
import { WorkloadSource } from './source.ts';
import { isDecided, judgeImage } from './witness.ts';
import { addLive } from './live.ts';

/** Actions of a run beyond which something never ends; far above what any program takes. */
const ACTIONS_PER_PIECE_MAX = 1000;

export class Runner {
  readonly settings: RunSettings;
  readonly stack: Stack;
  /** What the guest promises besides the contract. */
  readonly promise: GuestPromise;
  /** Second crashes; null: none. */
  readonly recoveries: Recoveries | null;
  /** Of the last run, one of each row that they violated. */
  lostTwice: readonly LostTwice[] = [];
  /** Decides every crash point; null when sampling. */
  readonly decider: CrashDecider | null;
  /** Per guarantee, of the last run (VERDICT codes). */
  readonly code: Uint8Array = new Uint8Array(GUARANTEES.length);
  /** What the oracle said of the image that the last run left, of each guest's. */
  readonly verdicts: readonly Verdict[];
  /** Actions taken in the last run, in order. */
  schedule: Int32Array = new Int32Array(1024);
  stepCount = 0;
  /** The last run had a crash. */
  crashed = false;
  /** Actions before it, or -1: all of them, unless something outlived it. */
  crashStep = -1;
  /** The workload of each guest in the last run; null for a recorded stream. */
  workloads: readonly Workload[] | null = null;
  /** A crash is an event of the run; where it comes and how the rest goes on is drawn. */
  private readonly isOutlived: boolean;
  private program: Program | null = null;
  /** What its length depends on. */
  private pieces = 0;
  private readonly source: WorkloadSource;
  private readonly scheduler: RandomScheduler = new RandomScheduler();
  private readonly sampler: ImageSampler = new ImageSampler();
  private readonly choices: SectorChoices = new SectorChoices();
  /** One for each guest. */
  private readonly oracles: readonly Oracle[];
  private possible = 0n;

  constructor(settings: RunSettings) {
    this.settings = settings;
    const { check, scope } = settings;
    this.stack = createStack(settings.stack, scope);
    this.isOutlived = isOutlived(scope);
    if (hasPrice(settings)) countPrice(this.stack.allParts);
    this.promise = new GuestPromise(this.stack, scope);
    this.recoveries = settings.secondCrash === true ? new Recoveries(settings.stack, scope) : null;
    const decides = check !== 'sample' && !this.isOutlived;
    this.decider = decides ? createDecider(this.stack, scope, check === 'enumerate', this.promise) : null;
    const evidence = this.stack.evidence();
    this.source = new WorkloadSource(settings, this.stack.parts.planted);
    this.oracles = evidence.map(() => new Oracle());
    this.verdicts = evidence.map(({ history }, guest) => this.oracles[guest].judge(history));
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

  /** What the barriers of the last run have cost; null: it was not counted. */
  get price(): RunPrice | null {
    return hasPrice(this.settings) ? priceOf(this.stack.allParts) : null;
  }

  /** Some crash point's images were not counted. */
  get isLowerBound(): boolean {
    return this.decider?.isLowerBound ?? (this.crashed && !this.isOutlived && this.possible === 0n);
  }

  /** Brings the stack to where the last run was after so many actions. */
  rewind(stepCount: number): void {
    const { stack, schedule } = this;
    stack.reset(this.program!);
    for (let step = 0; step < stepCount; step++) {
      if (this.isOutlived && step === this.crashStep) stack.perform(CRASH);
      stack.refresh();
      stack.perform(schedule[step]);
    }
    if (this.isOutlived && stepCount === this.crashStep) stack.perform(CRASH);
  }

  private make(index: number, losesPower: boolean): void {
    const { stack, settings } = this;
    const program = this.programOf(index);
    const schedule = fork(settings.seed, 'schedule', index);
    const crash = fork(settings.seed, 'crash', index);
    stack.reset(program);
    this.promise.begin(program);
    this.decider?.begin(program, !losesPower);
    const isCut = (losesPower || this.isOutlived) && !crash.chance(1, 4);
    this.crashed = false;
    this.crashStep = -1;
    this.walk(schedule, isCut ? crash.below(crashStepLimit(this.pieces, settings.stack) + 1) : -1);
    this.decider?.end();
    this.endRun(crash);
    this.judge();
    if (this.recoveries !== null) this.loseTwice(this.recoveries, program, index);
  }

  private loseTwice(recoveries: Recoveries, program: Program, index: number): void {
    const random = fork(this.settings.seed, 'recovery', index);
    this.lostTwice = recoveries.ofRun(program, this.schedule, this.stepCount, random);
    for (const { guarantee } of this.lostTwice) this.code[guarantee] = VERDICT.violated;
  }

  private walk(random: RandomStream, crashStep: number): void {
    const { stack, scheduler, decider } = this;
    const stepsMax = 10_000 + ACTIONS_PER_PIECE_MAX * this.pieces;
    let steps = 0;
    scheduler.begin(stack, random);
    while (decider?.look(steps) !== false) {
      if (steps === crashStep && this.crash(steps)) break;
      stack.refresh();
      const action = scheduler.next(stack, random);
      if (action === -1 && (crashStep < 0 || this.crashed || this.crash(steps))) break;
      if (action === -1) continue;
      if (steps === this.schedule.length) this.growSchedule();
      this.schedule[steps++] = action;
      stack.perform(action);
      assert(steps < stepsMax, 'every run ends');
    }
    this.stepCount = steps;
  }

  /** The crash of the scope; true: it ends the run. A second time it is none. */
  private crash(step: number): boolean {
    if (!this.crashed && this.isOutlived) this.stack.perform(CRASH);
    if (!this.crashed) this.crashStep = step;
    this.crashed = true;
    return !this.isOutlived;
  }

  private endRun(crash: RandomStream): void {
    this.possible = 0n;
    if (this.crashed && !this.isOutlived) {
      const at = this.stack.clock.tick();
      for (const guest of this.stack.evidence()) this.losePower(guest, at, crash);
    } else this.stack.readDevice();
  }

  private losePower(evidence: Evidence, at: number, crash: RandomStream): void {
    const { disk, history, diskImage } = evidence;
    const { scope } = this.settings;
    history.crashAt = at;
    // 0: too many to count in time.
    if (this.decider === null && isCountable(disk, scope)) this.possible += imageCount(disk, scope, this.choices);
    this.sampler.draw(disk, scope, crash, diskImage);
    evidence.decode();
  }

  private judge(): void {
    const { stack, oracles, code } = this;
    stack.evidence().forEach(({ history }, guest) => {
      const verdict = judgeImage(history, oracles[guest], this.promise);
      if (guest === 0) code.set(verdict.code);
      else mergeWorse(code, verdict.code);
    });
    addLive(code, stack);
    if (this.decider !== null && !this.crashed && this.decider.boundedAt < 0) this.join(this.decider);
  }

  /**
   * The run without power loss says what applies; some crash point on its way, what is violated. Where a mutant puts
   * data in the wrong place the image says more: the exact check takes every version to be at its own.
   */
  private join({ violatedAt }: CrashDecider): void {
    for (let row = 0; row < this.code.length; row++) {
      if (violatedAt[row] >= 0) this.code[row] = VERDICT.violated;
      else if (isDecided(row, this.stack) && this.code[GUARANTEE.integrity] !== VERDICT.violated)
        assert(this.code[row] !== VERDICT.violated, `${GUARANTEES[row]} is not violated by an image that was decided`);
    }
  }

  private programOf(index: number): Program {
    const program = this.source.programOf(index);
    if (program !== this.program) this.pieces = pieceCount(program, this.stack.config);
    this.program = program;
    this.workloads = this.source.workloads;
    return program;
  }

  private growSchedule(): void {
    const larger = new Int32Array(2 * this.schedule.length);
    larger.set(this.schedule);
    this.schedule = larger;
  }
}
