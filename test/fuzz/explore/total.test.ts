import { expect, test } from 'vitest';
import { GUARANTEE, GUARANTEES, VERDICT } from '../../../src/contract/guarantees.ts';
import type { Exploration } from '../../../src/fuzz/explore/exploration.ts';
import { addExploration, joinTotals, NOTHING_EXPLORED, totalVerdict } from '../../../src/fuzz/explore/total.ts';

const ALL = GUARANTEES.map(() => true);
const base = {
  stopped: false,
  schedules: 2,
  schedulesCovered: 5n,
  states: 7,
  transitions: 11,
  crashPoints: 3,
  images: 13n,
  recoveries: 2,
  secondCrashPoints: 17,
};

function exploration(violated: readonly number[], bound: Exploration['bound'] = null): Exploration {
  const code = new Uint8Array(GUARANTEES.length).fill(VERDICT.holds);
  for (const row of violated) code[row] = VERDICT.violated;
  return {
    ...base,
    code,
    bound,
    violations: violated.map((guarantee) => ({ guarantee, schedule: [], crashed: true })),
  };
}
const totalOf = (explorations: readonly Exploration[], counted = ALL) =>
  explorations.reduce((total, one) => addExploration(total, one, counted), NOTHING_EXPLORED);

test('explorations add up, in one go or in parts', () => {
  const all = [exploration([]), exploration([GUARANTEE.fuaDurability]), exploration([], 'states')];
  const whole = totalOf(all);
  expect(whole).toMatchObject({
    workloads: 3,
    schedules: 6,
    schedulesCovered: 15n,
    states: 21,
    images: 39n,
    recoveries: 6,
    secondCrashPoints: 51,
  });
  expect(whole).toMatchObject({ bound: 'states', boundedCount: 1 });
  expect(whole.violatedCount[GUARANTEE.fuaDurability]).toBe(1);
  expect(joinTotals([totalOf(all.slice(0, 1)), totalOf(all.slice(1))])).toEqual(whole);
});

test('a violation outranks a bound, a bound what holds, and one that does not count is none', () => {
  const violating = exploration([GUARANTEE.fuaDurability]);
  expect(totalVerdict(totalOf([violating, exploration([], 'steps')]))).toBe('violated');
  expect(totalVerdict(totalOf([exploration([]), exploration([], 'steps')]))).toBe('bounded-out');
  expect(totalVerdict(totalOf([exploration([])]))).toBe('holds-exhausted');
  const counted = ALL.with(GUARANTEE.fuaDurability, false);
  expect(totalVerdict(totalOf([violating], counted))).toBe('holds-exhausted');
  expect(totalOf([violating], counted).worst[GUARANTEE.fuaDurability]).toBe(VERDICT.na);
});
