/**
 * One run: a workload, a schedule, a power loss, a surviving image, a verdict; all of it from (seed, index). A runner
 * keeps its stack and its columns from run to run.
 */
import { assert } from '../base/assert.ts';
import { type RandomStream, fork } from '../base/random.ts';
import { GUARANTEE, GUARANTEES, VERDICT } from '../contract/guarantees.ts';
import { Oracle } from '../contract/oracle.ts';
import type { Verdict } from '../contract/verdict.ts';
import { generateWorkload } from '../guest/arbitrary/generate.ts';
import type { Workload } from '../guest/operation.ts';
import { type Program, compileWorkload } from '../guest/program.ts';
import { ImageSampler } from '../power/sample.ts';
import type { Scope, StackConfig } from '../stack/config.ts';
import { Stack } from '../stack/stack.ts';
import { RandomScheduler } from './scheduler.ts';

/** Runs that share a workload: generating one costs about as much as a few runs. */
export const RUNS_PER_WORKLOAD = 16;
/** Actions of a run beyond which something never ends; far above what any program takes. */
const ACTIONS_PER_PIECE_MAX = 1000;

/** What decides a run, besides its index. */
export interface RunSettings {
  readonly seed: string;
  readonly stack: StackConfig;
  readonly scope: Scope;
  /** Shape of generated workloads. */
  readonly ops: number;
  readonly threads: number;
  /** A recorded stream instead of generated workloads. */
  readonly program?: Program;
}

export class Runner {
  readonly settings: RunSettings;
  readonly stack: Stack;
  /** Per guarantee, of the last run (VERDICT codes). */
  readonly code: Uint8Array = new Uint8Array(GUARANTEES.length);
  /** Witnesses of the last run. */
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

  constructor(settings: RunSettings) {
    this.settings = settings;
    this.stack = new Stack(settings.stack);
    this.verdict = this.oracle.judge(this.stack.history);
  }

  /** Makes run number `index` and leaves everything about it in the fields. */
  run(index: number): void {
    const { stack, settings } = this;
    const program = this.programOf(index);
    const schedule = fork(settings.seed, 'schedule', index);
    const crash = fork(settings.seed, 'crash', index);
    stack.reset(program);
    const crashStep = crash.chance(1, 4) ? -1 : crash.below(crashStepLimit(program, settings.stack) + 1);
    this.walk(program, schedule, crashStep);
    this.crashed = crashStep >= 0;
    this.endRun(crash);
    this.judge();
  }

  private walk(program: Program, random: RandomStream, crashStep: number): void {
    const { stack, scheduler } = this;
    const stepsMax = 10_000 + ACTIONS_PER_PIECE_MAX * pieceCount(program, stack.config);
    let steps = 0;
    scheduler.begin(random);
    while (steps !== crashStep) {
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
    const { history, clock, disk } = this.stack;
    if (this.crashed) {
      history.crashAt = clock.tick();
      this.sampler.draw(disk, this.settings.scope, crash, history.image);
    } else history.image.set(disk.media.current);
  }

  private judge(): void {
    this.verdict = this.oracle.judge(this.stack.history);
    this.code.set(this.verdict.code);
    this.code[GUARANTEE.protocol] = this.stack.breachCount > 0 ? VERDICT.violated : VERDICT.holds;
  }

  private programOf(index: number): Program {
    const { settings } = this;
    if (settings.program !== undefined) return settings.program;
    const group = Math.floor(index / RUNS_PER_WORKLOAD);
    if (group !== this.group) {
      const { sectors, atomic } = settings.stack.disk;
      this.workload = generateWorkload(fork(settings.seed, 'workload', group), {
        ops: settings.ops,
        threads: settings.threads,
        sectors,
        atomicSectors: atomic === 4096 ? 8 : 1,
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
