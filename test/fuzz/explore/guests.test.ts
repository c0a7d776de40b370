/**
 * Exploring several guests against the stupid walk, and what it rests on: equal keys mean equal futures, and actions
 * called independent commute, those of different guests too. On the built engine.
 */
import { expect, test } from 'vitest';
import { fork } from '../../../dist/base/random.js';
import { EXPLORE_BOUNDS } from '../../../dist/fuzz/explore/exploration.js';
import { Explorer } from '../../../dist/fuzz/explore/explore.js';
import { areIndependent } from '../../../dist/fuzz/explore/independence.js';
import { twinsOf } from '../../../dist/fuzz/explore/twins.js';
import { generateWorkload } from '../../../dist/guest/arbitrary/generate.js';
import { compileGuests, type Program } from '../../../dist/guest/program.js';
import { guestOf } from '../../../dist/stack/actions.js';
import { type Backend, GROUP_SYNCS, type Mode, STACK_DEFAULT, type StackConfig } from '../../../dist/stack/config.js';
import { commuted, compareFutures, Probe, randomSchedule } from './probe.ts';

const SECTORS = 8;
const OPTIONS = { ...EXPLORE_BOUNDS, statesMax: 6_000, keepGoing: true, reduced: true };

const SYSTEMS: readonly (readonly [Backend, Mode])[] = [
  ['blkback', 'drain'],
  ['blkback', 'tag-flush'],
  ['reference', 'tag'],
  ['reference', 'flush-fua'],
];
const STACKS: readonly StackConfig[] = SYSTEMS.flatMap(([backend, mode]) =>
  GROUP_SYNCS.map((groupSync) => ({
    ...STACK_DEFAULT,
    backend,
    mode,
    groupSync,
    guests: 2,
    disk: { ...STACK_DEFAULT.disk, sectors: SECTORS },
  })),
);

function programOf(seed: string, index: number, ops: readonly number[]): Program {
  const random = fork(seed, 'workload', index);
  const shape = { threads: 1, sectors: SECTORS, atomicSectors: 1 as const };
  return compileGuests(
    ops.map((count) => generateWorkload(random, { ...shape, ops: count })),
    SECTORS,
  );
}

test('sleep sets leave out no state, no image and no verdict of several guests', () => {
  let [reduced, whole, exhausted] = [0, 0, 0];
  for (const [i, config] of STACKS.entries())
    for (let round = 0; round < 4; round++) {
      const program = programOf('reduction', 10 * i + round, [1, 1]);
      const found = new Explorer(config, 'power', OPTIONS).explore(program);
      if (found.bound !== null) continue;
      const stupid = new Explorer(config, 'power', { ...OPTIONS, reduced: false }).explore(program);
      exhausted++;
      reduced += found.transitions;
      whole += stupid.transitions;
      const hasTwins = program.guests!.some((own) => twinsOf(own).some((twin) => twin >= 0));
      expect([...found.code]).toEqual([...stupid.code]);
      if (!hasTwins)
        expect([found.states, found.crashPoints, found.images]).toEqual([
          stupid.states,
          stupid.crashPoints,
          stupid.images,
        ]);
    }
  expect(exhausted).toBeGreaterThan(20);
  expect(reduced).toBeLessThan(0.8 * whole);
});

test('actions of several guests called independent lead to one state in either order', () => {
  let [pairs, across] = [0, 0];
  for (const [i, config] of STACKS.entries())
    for (let round = 0; round < 3; round++) {
      const program = programOf('commute', 10 * i + round, [2, 2]);
      const probe = new Probe(config, program);
      const merges = config.groupSync === 'merge';
      const schedule = randomSchedule(probe.stack, program, fork(`commute ${i}`, 'schedule', round));
      const count = commuted(probe, schedule, (first, second) => areIndependent(first, second, merges), guestOf);
      expect(count.broken).toBe(0);
      pairs += count.pairs;
      across += count.across;
    }
  expect(pairs).toBeGreaterThan(500);
  expect(across).toBeGreaterThan(200);
});

test('states of several guests with the same key have the same future', () => {
  let met = 0;
  for (const [i, config] of STACKS.entries()) {
    const program = programOf('future', i, [1, 1]);
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
