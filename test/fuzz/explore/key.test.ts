/**
 * What exploring rests on: states with the same key have the same future, and actions called independent commute.
 * Tried on random walks over every kind of stack.
 */
import { expect, test } from 'vitest';
import { fork, type RandomStream } from '../../../dist/base/random.js';
import { Oracle } from '../../../dist/contract/oracle.js';
import { EnabledActions } from '../../../dist/fuzz/explore/enabled.js';
import { HistoryKey } from '../../../dist/fuzz/explore/history.js';
import { areIndependent } from '../../../dist/fuzz/explore/independence.js';
import { RandomScheduler } from '../../../dist/fuzz/scheduler.js';
import type { Program } from '../../../dist/guest/program.js';
import { createExactCheck } from '../../../dist/power/exact/create.js';
import type { ExactCheck } from '../../../dist/power/exact/check.js';
import { classOf } from '../../../dist/stack/actions.js';
import type { StackConfig } from '../../../dist/stack/config.js';
import { KeyBytes } from '../../../dist/stack/key/bytes.js';
import { StateKey } from '../../../dist/stack/key/state.js';
import { Stack } from '../../../dist/stack/stack.js';
import { programOf, stacks } from './small.ts';

class Probe {
  readonly stack: Stack;
  private readonly stateKey: StateKey;
  private readonly historyKey = new HistoryKey();
  private readonly enabled: EnabledActions;
  private readonly check: ExactCheck;
  private readonly oracle = new Oracle();
  readonly program: Program;

  constructor(config: StackConfig, program: Program) {
    this.stack = new Stack(config);
    this.stateKey = new StateKey(this.stack.parts);
    this.enabled = new EnabledActions(this.stack, this.stateKey);
    this.check = createExactCheck(this.stack, 'power');
    this.program = program;
    this.historyKey.begin(program);
  }

  /** Follows a schedule from the start. */
  follow(schedule: readonly number[]): void {
    this.stack.reset(this.program);
    this.stack.history.readVersions.fill(0);
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

  /** In the order that depends on the key alone; needs a key. */
  actions(): number[] {
    this.key();
    return this.enabled.list();
  }

  /** What power loss now, and the end of the run now, come to. */
  verdicts(): string {
    const { history, clock } = this.stack;
    this.check.decideNow(this.program);
    history.crashAt = clock.now + 1;
    this.stack.readDevice();
    const { code } = this.oracle.judge(history);
    history.crashAt = 0;
    return `${this.check.violated.join()} ${code.join()}`;
  }

  /** Keys after each enabled action, in order. */
  successors(schedule: readonly number[]): string[] {
    this.follow(schedule);
    return this.actions().map((action) => {
      this.follow([...schedule, action]);
      return `${classOf(action)} ${this.key()}`;
    });
  }
}

function randomSchedule(stack: Stack, program: Program, random: RandomStream): number[] {
  const scheduler = new RandomScheduler();
  scheduler.begin(stack, random);
  stack.reset(program);
  const schedule: number[] = [];
  for (;;) {
    stack.refresh();
    const action = scheduler.next(stack, random);
    if (action < 0) return schedule;
    schedule.push(action);
    stack.perform(action);
  }
}

/** How often different schedules met in a state, and how often what followed differed all the same. */
function compareFutures(keyOf: (probe: Probe) => string): { met: number; different: number } {
  let [met, different] = [0, 0];
  for (const [i, config] of stacks().entries())
    for (let round = 0; round < 3; round++) {
      const program = programOf(config, 'same key', 100 * i + round, 2 + round);
      const probe = new Probe(config, program);
      const seen = new Map<string, readonly number[]>();
      for (let walk = 0; walk < 12; walk++) {
        const schedule = randomSchedule(probe.stack, program, fork(`walk ${i} ${round}`, 'schedule', walk));
        for (let step = 1; step <= schedule.length; step += 3) {
          const here = schedule.slice(0, step);
          probe.follow(here);
          const key = keyOf(probe);
          const before = seen.get(key);
          seen.set(key, here);
          if (before === undefined || before.join() === here.join()) continue;
          met++;
          const futures = [here, before].map((schedule) => {
            probe.follow(schedule);
            return [probe.verdicts(), ...probe.successors(schedule)].join('|');
          });
          if (futures[0] !== futures[1]) different++;
        }
      }
    }
  return { met, different };
}

test('states with the same key have the same verdicts and the same future', () => {
  const { met, different } = compareFutures((probe) => probe.key());
  expect(different).toBe(0);
  expect(met).toBeGreaterThan(2_000);
});

test('canary: a key that is cut short is caught', () => {
  const { different } = compareFutures((probe) => probe.key().slice(0, -4));
  expect(different).toBeGreaterThan(0);
});

test('actions called independent leave each other enabled and lead to one state in either order', () => {
  let pairs = 0;
  for (const [i, config] of stacks().entries()) {
    if (config.backend === 'direct') continue;
    for (let round = 0; round < 6; round++) {
      const program = programOf(config, 'commute', 100 * i + round, 4);
      const probe = new Probe(config, program);
      const schedule = randomSchedule(probe.stack, program, fork(`commute ${i}`, 'schedule', round));
      for (let step = 0; step < schedule.length; step += 3) {
        const here = schedule.slice(0, step);
        probe.follow(here);
        const actions = probe.actions();
        for (const first of actions)
          for (const second of actions) {
            if (first >= second || !areIndependent(first, second)) continue;
            pairs++;
            const keys = [
              [first, second],
              [second, first],
            ].map(([one, other]) => {
              probe.follow([...here, one]);
              expect(probe.stack.isEnabled(other)).toBe(true);
              probe.follow([...here, one, other]);
              return probe.key();
            });
            expect(keys[0]).toBe(keys[1]);
          }
      }
    }
  }
  expect(pairs).toBeGreaterThan(1_000);
});
