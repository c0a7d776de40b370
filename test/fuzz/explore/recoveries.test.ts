/** Second crashes of explored workloads, against drawn recoveries from every image of drawn runs. On the built engine. */
import { expect, test } from 'vitest';
import { fork } from '../../../dist/base/random.js';
import { GUARANTEE, GUARANTEES } from '../../../dist/contract/guarantees.js';
import { caseOfExplored } from '../../../dist/fuzz/explore/case.js';
import { EXPLORE_BOUNDS, type Exploration } from '../../../dist/fuzz/explore/exploration.js';
import { Explorer } from '../../../dist/fuzz/explore/explore.js';
import { replayCase } from '../../../dist/fuzz/replay.js';
import { RandomScheduler } from '../../../dist/fuzz/scheduler.js';
import { SecondCrash } from '../../../dist/fuzz/second.js';
import type { GuestName, Workload } from '../../../dist/guest/operation.js';
import { compileWorkload } from '../../../dist/guest/program.js';
import { generateTransactions } from '../../../dist/guest/transactions/generate.js';
import { enumerateImages } from '../../../dist/power/enumerate.js';
import { type DiskConfig, type Mode, STACK_DEFAULT, type StackConfig } from '../../../dist/stack/config.js';
import { type Mutant, Planted } from '../../../dist/stack/mutants.js';
import { Stack } from '../../../dist/stack/stack.js';

const SECTORS = 64;
const OPTIONS = { ...EXPLORE_BOUNDS, statesMax: 60_000, keepGoing: true, reduced: true, secondCrash: true };

interface Trial {
  readonly guest: GuestName;
  readonly mode: Mode;
  readonly disk?: Partial<DiskConfig>;
  readonly mutant?: Mutant;
  readonly backend?: 'direct' | 'blkback';
}

function stackOf({ mode, disk, mutant, backend = 'blkback' }: Trial): StackConfig {
  const planted = mutant === undefined ? {} : { mutant };
  return { ...STACK_DEFAULT, mode, backend, disk: { ...STACK_DEFAULT.disk, sectors: SECTORS, ...disk }, ...planted };
}

/** Few operations, so that all that recovery can do is soon walked. */
function workloadOf({ guest, mutant }: Trial, index: number, ops: number = 3): Workload {
  const shape = { ops, threads: 1, sectors: SECTORS };
  return generateTransactions(guest, fork('recoveries', 'workload', index), shape, new Planted(mutant ?? null));
}

/** Guarantees that drawn recoveries lose, of every image at each crash point of drawn runs. */
function drawn(config: StackConfig, workload: Workload, runs: number): { lost: Set<number>; recoveries: number } {
  const program = compileWorkload(workload, SECTORS);
  const stack = new Stack(config);
  const second = new SecondCrash(config, 'power');
  const scheduler = new RandomScheduler();
  const image = new Int32Array(SECTORS);
  const lost = new Set<number>();
  for (let run = 0; run < runs; run++) {
    const random = fork('recoveries', 'schedule', run);
    const recovery = fork('recoveries', 'recovery', run);
    stack.reset(program);
    scheduler.begin(stack, random);
    for (;;) {
      stack.history.crashAt = stack.clock.now + 1;
      if (random.chance(1, 6))
        enumerateImages(stack.disk, 'power', 64, image, () => {
          if (second.begin(program, stack.history, image))
            for (const { guarantee } of second.run(recovery)) lost.add(guarantee);
          return true;
        });
      stack.history.crashAt = 0;
      stack.refresh();
      const action = scheduler.next(stack, random);
      if (action < 0) break;
      stack.perform(action);
    }
  }
  return { lost, recoveries: second.recoveryCount };
}

/** Guarantees that the second crash alone has lost. */
function lostTwice({ violations }: Exploration): number[] {
  return violations.filter(({ twice }) => twice !== undefined).map(({ guarantee }) => guarantee);
}

const SOUND: readonly Trial[] = [
  { guest: 'jbd', mode: 'drain-flush' },
  { guest: 'jbd', mode: 'tag', disk: { cache: 'none' } },
  { guest: 'reiserfs', mode: 'drain-flush', disk: { destage: 'fifo' } },
  { guest: 'reiserfs', mode: 'flush-fua', backend: 'direct' },
  { guest: 'wal', mode: 'drain-flush', backend: 'direct' },
];

test.each(SOUND)('what is exhausted, no drawn second crash loses: %o', (trial) => {
  const config = stackOf(trial);
  let [exhausted, explored, tried] = [0, 0, 0];
  for (let index = 0; index < 3; index++) {
    const workload = workloadOf(trial, index);
    const found = new Explorer(config, 'power', OPTIONS).explore(compileWorkload(workload, SECTORS));
    expect(found.violations).toEqual([]);
    if (found.bound === null) exhausted++;
    explored += found.recoveries;
    const { lost, recoveries } = drawn(config, workload, 6);
    expect([...lost]).toEqual([]);
    tried += recoveries;
  }
  expect(exhausted).toBeGreaterThan(0);
  expect(explored).toBeGreaterThan(0);
  expect(tried).toBeGreaterThan(10);
});

const BROKEN: readonly Trial[] = [
  { guest: 'jbd', mode: 'drain-flush', mutant: 'B24' },
  { guest: 'jbd', mode: 'drain-flush', mutant: 'B24', backend: 'direct' },
  { guest: 'wal', mode: 'drain-flush', mutant: 'B28', backend: 'direct' },
];

test.each(BROKEN)('exploring finds every loss of drawn second crashes, and its case replays: %o', (trial) => {
  const config = stackOf(trial);
  let losses = 0;
  for (let index = 0; index < 4; index++) {
    const workload = workloadOf(trial, index);
    const explorer = new Explorer(config, 'power', OPTIONS);
    const found = explorer.explore(compileWorkload(workload, SECTORS));
    const known = lostTwice(found);
    for (const guarantee of drawn(config, workload, 6).lost)
      expect([...known, ...found.violations.map((own) => own.guarantee)]).toContain(guarantee);
    const violation = found.violations.find(({ twice }) => twice !== undefined);
    if (violation === undefined) continue;
    losses++;
    const c = { format: 'blkfuzz.case/1', name: 'twice', stack: config, scope: 'power', guests: [workload] } as const;
    const replayed = replayCase(caseOfExplored({ ...c, schedule: [] }, violation));
    expect(replayed.verdicts[GUARANTEES[violation.guarantee]]).toBe('violated');
    expect(replayed.first!.verdicts['guest-promise']).toBe('holds');
    expect(violation.guarantee).toBe(GUARANTEE.guestPromise);
  }
  expect(losses).toBeGreaterThan(0);
});

test('a walk that hits a bound of recoveries says so', () => {
  const trial: Trial = { guest: 'jbd', mode: 'drain-flush' };
  const program = compileWorkload(workloadOf(trial, 0, 12), SECTORS);
  const whole = new Explorer(stackOf(trial), 'power', OPTIONS).explore(program);
  const bounded = { ...OPTIONS, statesMax: whole.states };
  expect(whole.bound).toBe(null);
  expect(whole.secondCrashPoints).toBeGreaterThan(whole.states);
  expect(new Explorer(stackOf(trial), 'power', bounded).explore(program).bound).toBe('states');
});
