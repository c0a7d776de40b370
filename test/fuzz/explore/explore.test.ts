/**
 * Exploring against the stupid walk: without sleep sets the same states, crash points, images and verdicts; without
 * remembering states at all, every schedule one by one, the same verdicts and crash points.
 */
import { expect, test } from 'vitest';
import { GUARANTEES, VERDICT } from '../../../dist/contract/guarantees.js';
import { Oracle } from '../../../dist/contract/oracle.js';
import { EXPLORE_BOUNDS } from '../../../dist/fuzz/explore/exploration.js';
import { Explorer } from '../../../dist/fuzz/explore/explore.js';
import { twinsOf } from '../../../dist/fuzz/explore/twins.js';
import { compileWorkload, type Program } from '../../../dist/guest/program.js';
import { enumerateImages } from '../../../dist/power/enumerate.js';
import { STACK_DEFAULT, type StackConfig } from '../../../dist/stack/config.js';
import { Stack } from '../../../dist/stack/stack.js';
import { programOf, SECTORS, stacks } from './small.ts';

const OPTIONS = { ...EXPLORE_BOUNDS, statesMax: 20_000, keepGoing: true, reduced: true };

test('sleep sets leave out no state, no image and no verdict', () => {
  let [reduced, whole, exhausted] = [0, 0, 0];
  for (const [i, config] of stacks().entries())
    for (let round = 0; round < 3; round++) {
      const program = programOf(config, 'reduction', 100 * i + round, 2);
      const found = new Explorer(config, 'power', OPTIONS).explore(program);
      if (found.bound !== null) continue;
      const stupid = new Explorer(config, 'power', { ...OPTIONS, reduced: false }).explore(program);
      exhausted++;
      reduced += found.transitions;
      whole += stupid.transitions;
      expect([...found.code]).toEqual([...stupid.code]);
      if (twinsOf(program).some((twin) => twin >= 0)) continue;
      expect([found.states, found.crashPoints, found.images]).toEqual([
        stupid.states,
        stupid.crashPoints,
        stupid.images,
      ]);
    }
  expect(exhausted).toBeGreaterThan(60);
  // Not vacuous: something was left out.
  expect(reduced).toBeLessThan(0.9 * whole);
});

/** Every schedule, one by one, every image built and judged: the worst code per guarantee, and how many schedules. */
function everySchedule(config: StackConfig, program: Program): { code: number[]; schedules: number } {
  const stack = new Stack(config);
  const oracle = new Oracle();
  const code = GUARANTEES.map(() => VERDICT.na as number);
  let schedules = 0;
  const judge = (): void => {
    oracle.judge(stack.history).code.forEach((own, row) => {
      code[row] = Math.max(code[row], own);
    });
  };
  const visit = (schedule: readonly number[]): void => {
    stack.reset(program);
    for (const action of schedule) stack.perform(action);
    stack.refresh();
    const actions: number[] = [];
    for (let actionClass = 0; actionClass < 17; actionClass++)
      for (let n = 0; n < stack.enabledOf(actionClass); n++) actions.push(stack.nth(actionClass, n));
    stack.history.crashAt = stack.clock.now + 1;
    expect(enumerateImages(stack.disk, 'power', 10_000, stack.history.image, () => (judge(), true))).toBeGreaterThan(0);
    stack.history.crashAt = 0;
    if (actions.length === 0) {
      schedules++;
      stack.history.image.set(stack.disk.media.current);
      judge();
    }
    for (const action of actions) visit([...schedule, action]);
  };
  visit([]);
  return { code, schedules };
}

test('every schedule taken one by one comes to the same verdicts', () => {
  const workloads = [
    [
      [
        { op: 'bufwrite', file: 1, sector: 4, count: 1 },
        { op: 'fsync', file: 1 },
      ],
    ],
    [
      [
        { op: 'write', sector: 1, count: 1 },
        { op: 'barrier', count: 0 },
        { op: 'write', sector: 9, count: 1 },
      ],
    ],
    [
      [
        { op: 'write', sector: 1, count: 1 },
        { op: 'barrier', sector: 2, count: 1 },
      ],
    ],
    [[{ op: 'fua', sector: 1, count: 1 }], [{ op: 'write', sector: 1, count: 1 }]],
    [[{ op: 'write', sector: 1, count: 2 }, { op: 'wait' }, { op: 'flush' }], [{ op: 'read', sector: 1, count: 1 }]],
  ] as const;
  const shallow = [GUARANTEES.indexOf('protocol')];
  let schedules = 0;
  for (const mode of ['none', 'drain', 'drain-flush', 'drain-fua', 'tag', 'tag-flush', 'flush-fua'] as const)
    for (const threads of workloads) {
      const config: StackConfig = {
        ...STACK_DEFAULT,
        backend: 'direct',
        mode,
        disk: { ...STACK_DEFAULT.disk, sectors: SECTORS },
      };
      const program = compileWorkload({ threads }, SECTORS);
      const stupid = everySchedule(config, program);
      schedules += stupid.schedules;
      const found = new Explorer(config, 'power', OPTIONS).explore(program);
      const whole = new Explorer(config, 'power', { ...OPTIONS, reduced: false }).explore(program);
      expect(found.bound).toBeNull();
      expect([...found.code].filter((_, row) => !shallow.includes(row))).toEqual(
        stupid.code.filter((_, row) => !shallow.includes(row)),
      );
      // Remembering states changes nothing about how many ways there are.
      expect(whole.schedulesCovered).toBe(BigInt(stupid.schedules));
    }
  expect(schedules).toBeGreaterThan(1_000);
});

test('a bound that is hit is said, and so is the first violation', () => {
  const config = { ...STACK_DEFAULT, mode: 'tag' as const, disk: { ...STACK_DEFAULT.disk, sectors: SECTORS } };
  const program = compileWorkload(
    {
      threads: [
        [
          { op: 'bufwrite', file: 1, sector: 4, count: 1 },
          { op: 'fsync', file: 1 },
        ],
      ],
    },
    SECTORS,
  );
  expect(new Explorer(config, 'power', { ...OPTIONS, statesMax: 20 }).explore(program).bound).toBe('states');
  expect(new Explorer(config, 'power', { ...OPTIONS, stepsMax: 4 }).explore(program).bound).toBe('steps');
  const found = new Explorer(config, 'power', { ...OPTIONS, keepGoing: false }).explore(program);
  expect(found.stopped).toBe(true);
  expect(found.violations.map(({ guarantee }) => GUARANTEES[guarantee])).toEqual(['fsync-durability']);
});

test('of threads that do the same the first begins first, and nothing is missed', () => {
  const thread = [
    { op: 'write', sector: 4, count: 1 },
    { op: 'barrier', count: 0 },
  ] as const;
  for (const mode of ['drain', 'tag', 'drain-flush', 'flush-fua'] as const) {
    const config: StackConfig = {
      ...STACK_DEFAULT,
      backend: 'direct',
      mode,
      disk: { ...STACK_DEFAULT.disk, sectors: SECTORS },
    };
    const program = compileWorkload({ threads: [thread, thread, thread] }, SECTORS);
    const found = new Explorer(config, 'power', OPTIONS).explore(program);
    const whole = new Explorer(config, 'power', { ...OPTIONS, reduced: false }).explore(program);
    expect([...found.code]).toEqual([...whole.code]);
    expect(found.states).toBeLessThan(0.6 * whole.states);
  }
});
