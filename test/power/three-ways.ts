/**
 * Walks small runs and compares at every crash point the three ways of looking at the images that power loss can leave:
 * exact, enumerate and sample (disk.md), with every image judged by what has changed, and on a part by the oracle.
 * On the built engine, for speed.
 */
import { expect, test } from 'vitest';
import { fork, type RandomStream } from '../../dist/base/random.js';
import { GUARANTEE, VERDICT } from '../../dist/contract/guarantees.js';
import { ImageJudge } from '../../dist/contract/incremental/judge.js';
import { Oracle } from '../../dist/contract/oracle.js';
import { RandomScheduler } from '../../dist/fuzz/scheduler.js';
import { generateWorkload } from '../../dist/guest/arbitrary/generate.js';
import { compileWorkload, type Program } from '../../dist/guest/program.js';
import { imageCount } from '../../dist/power/count.js';
import { decodedVisit } from '../../dist/power/decoded.js';
import { ImageEnumerator } from '../../dist/power/enumerate.js';
import type { ExactCheck } from '../../dist/power/exact/check.js';
import { createExactCheck } from '../../dist/power/exact/create.js';
import { ImageSampler } from '../../dist/power/sample.js';
import {
  type BackendOptions,
  type DiskConfig,
  KERNELS,
  MODES,
  isOutlived,
  SCOPES,
  STACK_DEFAULT,
  type Scope,
  type StackConfig,
} from '../../dist/stack/config.js';
import { Stack } from '../../dist/stack/stack.js';
import { bitsWhere } from './bits.ts';
import { DISKS } from './disks.ts';

/** Of each setting: of every size and number of threads, and one more. */
const RUNS = 6;
const SECTORS = 16;
/** Larger sets are only counted and sampled. */
const IMAGES_MAX = 256;
/** One crash point in so many is looked at closely: the set itself, samples, the oracle on some images. */
const CLOSELY_EVERY = 6;
const ORACLE_EVERY = 5;
const DRAWS = 6;
/** The guarantees that an image decides and the exact check too, by bit; integrity breaks only where images are decoded. */
const DECIDED_COUNT = GUARANTEE.integrity + 1;

/** The ways, so that a canary can put a broken one in the place of one of them. */
export class Ways {
  readonly enumerator = new ImageEnumerator();
  readonly judge = new ImageJudge();
  readonly sampler = new ImageSampler();
  createExact(stack: Stack, scope: Scope): ExactCheck {
    return createExactCheck(stack, scope);
  }
}

/** What was compared: verdicts of both judgements, images by count and each once, samples and theirs. */
export const NO_DIFFERENCES = { exact: 0, anew: 0, oracle: 0, count: 0, twice: 0, sample: 0, sampleVerdict: 0 };

export class Tally {
  runs = 0;
  crashPoints = 0;
  images = 0;
  sampled = 0;
  tooLarge = 0;
  /** By what differed. */
  readonly differences = { ...NO_DIFFERENCES };
  readonly violated: number[] = Array.from({ length: DECIDED_COUNT }, () => 0);
}

/** The property, for one backend: in files of their own, so that they run side by side. */
export function testThreeWays(backend: StackConfig['backend'], options: readonly BackendOptions[] = []): void {
  test(`exact, enumerate and sample agree at every crash point (${backend})`, () => {
    // Decoding takes its time, and metadata makes sets large.
    const runs = options.length === 0 ? RUNS : RUNS / 2;
    const tally = compareAll(backend, runs, new Ways(), MODES, options);
    expect(tally.differences).toEqual(NO_DIFFERENCES);
    expect(tally.runs).toBeGreaterThan((2500 * runs) / RUNS);
    expect(tally.crashPoints).toBeGreaterThan((30_000 * runs) / RUNS);
    expect(tally.images).toBeGreaterThan((options.length === 0 ? 5 : 4) * tally.crashPoints);
    expect(tally.sampled).toBeGreaterThan((30_000 * runs) / RUNS);
    expect(tally.tooLarge).toBeLessThan(tally.crashPoints / (options.length === 0 ? 10 : 4));
    expect(tally.violated.reduce((sum, count) => sum + count)).toBeGreaterThan(1000);
    // Not vacuous: where nothing stands between the guest's queue and the disk, every guarantee breaks at many points.
    const orders = tally.violated.slice(0, GUARANTEE.integrity);
    if (backend === 'direct') for (const count of orders) expect(count).toBeGreaterThan(10);
  });
}

/** Small runs over every mode, kernel, kind of disk and scope, with one backend and its options in turn. */
export function compareAll(
  backend: StackConfig['backend'],
  runs: number,
  ways: Ways,
  modes: readonly StackConfig['mode'][] = MODES,
  options: readonly BackendOptions[] = [],
): Tally {
  const tally = new Tally();
  let settings = 0;
  for (const mode of modes)
    for (const kernel of KERNELS)
      for (const disk of DISKS)
        for (const scope of SCOPES.filter((name) => !isOutlived(name))) {
          const own = options.length === 0 ? {} : { backendOptions: options[settings++ % options.length] };
          const stack = stackOf({ mode, kernel, backend, ...own }, disk);
          stack.journal.isOn = true;
          const comparison = new Comparison(stack, ways.createExact(stack, scope), scope, ways, tally);
          const key = `${backend} ${mode} ${kernel} ${JSON.stringify(disk)} ${scope}`;
          for (let index = 0; index < runs; index++) comparison.run(key, index);
        }
  return tally;
}

export function stackOf(config: Partial<StackConfig>, disk: Partial<DiskConfig>): Stack {
  return new Stack({ ...STACK_DEFAULT, ...config, disk: { ...STACK_DEFAULT.disk, sectors: SECTORS, ...disk } });
}

export class Comparison {
  private readonly oracle = new Oracle();
  private readonly stack: Stack;
  private readonly check: ExactCheck;
  /** Decides the stack as it stands, where it is looked at closely. */
  private readonly anew: ExactCheck;
  private program!: Program;
  private readonly scope: Scope;
  private readonly ways: Ways;
  private readonly tally: Tally;

  constructor(stack: Stack, check: ExactCheck, scope: Scope, ways: Ways, tally: Tally) {
    this.stack = stack;
    this.check = check;
    this.anew = createExactCheck(stack, scope);
    this.scope = scope;
    this.ways = ways;
    this.tally = tally;
  }

  /** One small run, compared at every crash point. */
  run(key: string, index: number): void {
    const { stack, check } = this;
    const atomicSectors = stack.config.disk.atomic === 4096 ? 8 : 1;
    const shape = {
      ops: 2 + (index % 6),
      threads: 1 + (index % 3),
      sectors: SECTORS,
      files: 2,
      atomicSectors,
    } as const;
    const program = compileWorkload(generateWorkload(fork(key, 'workload', index), shape), SECTORS);
    const random = fork(key, 'schedule', index);
    const crash = fork(key, 'crash', index);
    const scheduler = new RandomScheduler();
    scheduler.begin(stack, random);
    this.program = program;
    stack.reset(program);
    check.begin(program);
    this.tally.runs++;
    for (;;) {
      check.step();
      this.comparePoint(crash);
      stack.refresh();
      const action = scheduler.next(stack, random);
      if (action < 0) return;
      stack.perform(action);
    }
  }

  private comparePoint(random: RandomStream): void {
    const { stack, scope, tally } = this;
    const { history, disk } = stack;
    const closely = random.chance(1, CLOSELY_EVERY) ? new Set<string>() : null;
    history.crashAt = stack.clock.now + 1;
    const counted = imageCount(disk, scope);
    tally.crashPoints++;
    // The exact check counts too, where units choose by themselves.
    if (BigInt(this.check.imageCount ?? counted) !== counted) tally.differences.count++;
    if (counted > IMAGES_MAX) tally.tooLarge++;
    else this.compareSet(Number(counted), closely);
    if (closely !== null) this.compareAnew();
    if (closely !== null) this.sample(random, counted > IMAGES_MAX ? null : closely);
    history.crashAt = 0;
  }

  /** Following every step and looking once come to the same. */
  private compareAnew(): void {
    this.anew.decideNow(this.program);
    if (this.anew.imageCount !== this.check.imageCount) this.tally.differences.anew++;
    if (this.anew.violated.join() !== this.check.violated.join()) this.tally.differences.anew++;
  }

  private compareSet(counted: number, closely: Set<string> | null): void {
    const { tally } = this;
    const { count, violated } = this.enumerate(closely);
    tally.images += count;
    if (count !== counted) tally.differences.count++;
    if (violated !== this.exactlyViolated()) tally.differences.exact++;
    for (let guarantee = 0; guarantee < DECIDED_COUNT; guarantee++)
      tally.violated[guarantee] += (violated >> guarantee) & 1;
  }

  private enumerate(closely: Set<string> | null): { count: number; violated: number } {
    const { stack, scope, ways, tally } = this;
    const { disk, history } = stack;
    const { judge } = ways;
    let violated = 0;
    let visits = 0;
    const visit = decodedVisit(stack, (changed) => {
      if (changed === null) judge.begin(history);
      else judge.change(changed.items, changed.count);
      violated |= judge.violated;
      if (closely === null) return true;
      const key = stack.diskImage.join();
      if (closely.has(key)) tally.differences.twice++;
      closely.add(key);
      if (visits++ % ORACLE_EVERY === 0 && this.judgedAnew() !== judge.violated) tally.differences.oracle++;
      return true;
    });
    const count = ways.enumerator.enumerate(disk, scope, Infinity, stack.diskImage, visit);
    return { count, violated: violated & ((1 << DECIDED_COUNT) - 1) };
  }

  /** Samples are images of the set, and show nothing that the exact check calls impossible. */
  private sample(random: RandomStream, images: ReadonlySet<string> | null): void {
    const { stack, scope, ways, tally } = this;
    const { disk } = stack;
    const possible = this.exactlyViolated();
    for (let draw = 0; draw < DRAWS; draw++) {
      ways.sampler.draw(disk, scope, random, stack.diskImage);
      stack.decode();
      tally.sampled++;
      if (images !== null && !images.has(stack.diskImage.join())) tally.differences.sample++;
      if ((this.judgedAnew() & ~possible) !== 0) tally.differences.sampleVerdict++;
    }
  }

  private judgedAnew(): number {
    const { code } = this.oracle.judge(this.stack.history);
    return bitsWhere(GUARANTEE.integrity + 1, (guarantee) => code[guarantee] === VERDICT.violated);
  }

  private exactlyViolated(): number {
    return bitsWhere(DECIDED_COUNT, (guarantee) => this.check.violated[guarantee] === 1);
  }
}
