/**
 * What exploring rests on: states with the same key have the same future, and actions called independent commute.
 * Tried on random walks over every kind of stack.
 */
import { expect, test } from 'vitest';
import { fork } from '../../../dist/base/random.js';
import { Oracle } from '../../../dist/contract/oracle.js';
import { areIndependent } from '../../../dist/fuzz/explore/independence.js';
import { createExactCheck } from '../../../dist/power/exact/create.js';
import { classOf } from '../../../dist/stack/actions.js';
import { commuted, Probe, randomSchedule } from './probe.ts';
import { programOf, stacks } from './small.ts';

/** One that says what comes of it, too. */
class JudgedProbe extends Probe {
  private readonly check = createExactCheck(this.stack, 'power');
  private readonly oracle = new Oracle();

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
}

/** How often different schedules met in a state, and how often what followed differed all the same. */
function compareFutures(keyOf: (probe: JudgedProbe) => string): { met: number; different: number } {
  let [met, different] = [0, 0];
  for (const [i, config] of stacks().entries())
    for (let round = 0; round < 3; round++) {
      const program = programOf(config, 'same key', 100 * i + round, 2 + round);
      const probe = new JudgedProbe(config, program);
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
            return `${probe.verdicts()}|${probe.successors(schedule)}`;
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
      const count = commuted(probe, schedule, areIndependent, classOf);
      expect(count.broken).toBe(0);
      pairs += count.pairs;
    }
  }
  expect(pairs).toBeGreaterThan(1_000);
});

test('canary: actions that do not commute are caught', () => {
  const config = stacks().find(({ backend }) => backend === 'blkback')!;
  const program = programOf(config, 'commute', 0, 4);
  const probe = new Probe(config, program);
  const schedule = randomSchedule(probe.stack, program, fork('commute', 'schedule', 0));
  expect(commuted(probe, schedule, () => true, classOf).broken).toBeGreaterThan(0);
});
