/**
 * Exploring several rings against the stupid walk, and what it rests on: equal keys mean equal futures, and actions
 * called independent commute, those of different rings too. On the built engine.
 */
import { expect, test } from 'vitest';
import { fork } from '../../../dist/base/random.js';
import { EnabledActions } from '../../../dist/fuzz/explore/enabled.js';
import { EXPLORE_BOUNDS } from '../../../dist/fuzz/explore/exploration.js';
import { Explorer } from '../../../dist/fuzz/explore/explore.js';
import { HistoryKey } from '../../../dist/fuzz/explore/history.js';
import { areIndependent } from '../../../dist/fuzz/explore/independence.js';
import { twinsOf } from '../../../dist/fuzz/explore/twins.js';
import { RandomScheduler } from '../../../dist/fuzz/scheduler.js';
import { generateWorkload } from '../../../dist/guest/arbitrary/generate.js';
import { compileWorkload, type Program } from '../../../dist/guest/program.js';
import { ringOf } from '../../../dist/stack/actions.js';
import { type Backend, type Mode, STACK_DEFAULT, type StackConfig } from '../../../dist/stack/config.js';
import { createStack } from '../../../dist/stack/create.js';
import { KeyBytes } from '../../../dist/stack/key/bytes.js';
import { StateKey } from '../../../dist/stack/key/state.js';
import type { Stack } from '../../../dist/stack/stack.js';

const SECTORS = 8;
const OPTIONS = { ...EXPLORE_BOUNDS, statesMax: 1_500, keepGoing: true, reduced: true };

const SYSTEMS: readonly (readonly [Backend, Mode, number])[] = [
  ['blkback', 'drain', 2],
  ['blkback', 'tag-flush', 2],
  ['blkback', 'tag', 3],
  ['blkback-drain', 'flush-fua', 2],
  ['blkback-drain', 'tag', 2],
];
const STACKS: readonly StackConfig[] = SYSTEMS.map(([backend, mode, rings]) => ({
  ...STACK_DEFAULT,
  backend,
  mode,
  ring: { slots: 2, start: 0, rings },
  disk: { ...STACK_DEFAULT.disk, sectors: SECTORS },
}));

function programOf(seed: string, index: number, ops: number): Program {
  const random = fork(seed, 'workload', index);
  return compileWorkload(generateWorkload(random, { threads: 2, sectors: SECTORS, atomicSectors: 1, ops }), SECTORS);
}

test('sleep sets leave out no state, no image and no verdict of several rings', () => {
  let [reduced, whole, exhausted] = [0, 0, 0];
  for (const [i, config] of STACKS.entries())
    for (let round = 0; round < 4; round++) {
      const program = programOf('reduction', 10 * i + round, 2);
      const found = new Explorer(config, 'power', OPTIONS).explore(program);
      if (found.bound !== null) continue;
      const stupid = new Explorer(config, 'power', { ...OPTIONS, reduced: false }).explore(program);
      exhausted++;
      reduced += found.transitions;
      whole += stupid.transitions;
      const hasTwins = twinsOf(program).some((twin) => twin >= 0);
      expect([...found.code]).toEqual([...stupid.code]);
      if (!hasTwins)
        expect([found.states, found.crashPoints, found.images]).toEqual([
          stupid.states,
          stupid.crashPoints,
          stupid.images,
        ]);
    }
  expect(exhausted).toBeGreaterThan(10);
  expect(reduced).toBeLessThan(0.8 * whole);
});

class Probe {
  readonly stack: Stack;
  private readonly program: Program;
  private readonly stateKey: StateKey;
  private readonly historyKey = new HistoryKey();
  private readonly enabled: EnabledActions;

  constructor(config: StackConfig, program: Program) {
    this.stack = createStack(config);
    this.program = program;
    this.stateKey = new StateKey(this.stack.parts);
    this.enabled = new EnabledActions(this.stack, this.stateKey);
    this.historyKey.begin(program);
  }

  follow(schedule: readonly number[]): void {
    this.stack.reset(this.program);
    this.stack.forgetReads();
    for (const action of schedule) this.stack.perform(action);
    this.stack.refresh();
  }

  key(): string {
    const key = new KeyBytes();
    this.historyKey.write(key, this.stack.history);
    this.stateKey.writeDisk(key);
    this.stateKey.writeRest(key);
    return Buffer.from(key.bytes.subarray(0, key.length)).toString('latin1');
  }

  actions(): number[] {
    this.key();
    return this.enabled.list();
  }

  /** Keys after each enabled action, in order. */
  successors(schedule: readonly number[]): string {
    this.follow(schedule);
    return this.actions()
      .map((action) => {
        this.follow([...schedule, action]);
        return this.key();
      })
      .join('|');
  }
}

function randomSchedule(stack: Stack, program: Program, seed: string, round: number): number[] {
  const random = fork(seed, 'schedule', round);
  const scheduler = new RandomScheduler();
  const schedule: number[] = [];
  stack.reset(program);
  scheduler.begin(stack, random);
  for (stack.refresh(); stack.enabledCount > 0; stack.refresh()) {
    schedule.push(scheduler.next(stack, random));
    stack.perform(schedule.at(-1)!);
  }
  return schedule;
}

test('actions of several rings called independent lead to one state in either order', () => {
  let [pairs, across] = [0, 0];
  for (const [i, config] of STACKS.entries())
    for (let round = 0; round < 8; round++) {
      const program = programOf('commute', 10 * i + round, 4);
      const probe = new Probe(config, program);
      const schedule = randomSchedule(probe.stack, program, `commute ${i}`, round);
      for (let step = 0; step < schedule.length; step += 3) {
        const here = schedule.slice(0, step);
        probe.follow(here);
        const actions = probe.actions();
        for (const [at, first] of actions.entries())
          for (const second of actions.slice(at + 1)) {
            if (!areIndependent(first, second)) continue;
            pairs++;
            if (ringOf(first) !== ringOf(second)) across++;
            probe.follow([...here, first]);
            expect(probe.stack.isEnabled(second)).toBe(true);
            probe.follow([...here, first, second]);
            const one = probe.key();
            probe.follow([...here, second, first]);
            expect(probe.key()).toBe(one);
          }
      }
    }
  expect(pairs).toBeGreaterThan(400);
  expect(across).toBeGreaterThan(200);
});

test('states of several rings with the same key have the same future', () => {
  let met = 0;
  for (const [i, config] of STACKS.entries()) {
    const program = programOf('future', i, 2);
    const probe = new Probe(config, program);
    const futures = new Map<string, string>();
    for (let round = 0; round < 12; round++) {
      const schedule = randomSchedule(probe.stack, program, `future ${i}`, round);
      for (let step = 0; step < schedule.length; step += 2) {
        const here = schedule.slice(0, step);
        probe.follow(here);
        const key = probe.key();
        const future = probe.successors(here);
        if (futures.has(key)) {
          met++;
          expect(future).toBe(futures.get(key));
        } else futures.set(key, future);
      }
    }
  }
  expect(met).toBeGreaterThan(100);
});
