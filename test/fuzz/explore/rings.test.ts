/**
 * Exploring several rings against the stupid walk, and what it rests on: equal keys mean equal futures, and actions
 * called independent commute, those of different rings too. On the built engine.
 */
import { expect, test } from 'vitest';
import { fork } from '../../../dist/base/random.js';
import { EXPLORE_BOUNDS } from '../../../dist/fuzz/explore/exploration.js';
import { Explorer } from '../../../dist/fuzz/explore/explore.js';
import { areIndependent } from '../../../dist/fuzz/explore/independence.js';
import { twinsOf } from '../../../dist/fuzz/explore/twins.js';
import { generateWorkload } from '../../../dist/guest/arbitrary/generate.js';
import { compileWorkload, type Program } from '../../../dist/guest/program.js';
import { ringOf } from '../../../dist/stack/actions.js';
import { type Backend, type Mode, STACK_DEFAULT, type StackConfig } from '../../../dist/stack/config.js';
import { commuted, compareFutures, Probe, randomSchedule } from './probe.ts';

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

test('actions of several rings called independent lead to one state in either order', () => {
  let [pairs, across] = [0, 0];
  for (const [i, config] of STACKS.entries())
    for (let round = 0; round < 8; round++) {
      const program = programOf('commute', 10 * i + round, 4);
      const probe = new Probe(config, program);
      const schedule = randomSchedule(probe.stack, program, fork(`commute ${i}`, 'schedule', round));
      const count = commuted(probe, schedule, (first, second) => areIndependent(first, second), ringOf);
      expect(count.broken).toBe(0);
      pairs += count.pairs;
      across += count.across;
    }
  expect(pairs).toBeGreaterThan(400);
  expect(across).toBeGreaterThan(200);
});

test('states of several rings with the same key have the same future', () => {
  let met = 0;
  for (const [i, config] of STACKS.entries()) {
    const program = programOf('future', i, 2);
    const probe = new Probe(config, program);
    const schedules = Array.from({ length: 12 }, (_, round) =>
      randomSchedule(probe.stack, program, fork(`future ${i}`, 'schedule', round)),
    );
    const count = compareFutures(probe, schedules);
    expect(count.different).toBe(0);
    met += count.met;
  }
  expect(met).toBeGreaterThan(100);
});
