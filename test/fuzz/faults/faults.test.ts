/** Legal faults break nothing but what the contract excuses, and every way of looking sees the same of them. On the built engine. */
import { expect, test } from 'vitest';
import { GUARANTEES, type Guarantee, VERDICT } from '../../../dist/contract/guarantees.js';
import { EXPLORE_BOUNDS } from '../../../dist/fuzz/explore/exploration.js';
import { Explorer } from '../../../dist/fuzz/explore/explore.js';
import { caseOfRun } from '../../../dist/fuzz/found.js';
import { replayCase } from '../../../dist/fuzz/replay.js';
import { Runner } from '../../../dist/fuzz/runner.js';
import {
  type Backend,
  type Fault,
  FAULTS,
  type Mode,
  STACK_DEFAULT,
  type StackConfig,
} from '../../../dist/stack/config.js';
import { programOf, SECTORS } from '../explore/small.ts';

const BACKENDS: readonly Backend[] = ['blkback', 'loop', 'reference'];
const DRAINS: readonly Mode[] = ['drain-flush', 'drain-fua', 'flush-fua'];
const TAGS: readonly Mode[] = ['tag-flush', 'tag-fua'];

function stackOf(backend: Backend, mode: Mode, faults: readonly Fault[]): StackConfig {
  return { ...STACK_DEFAULT, backend, mode, faults, disk: { ...STACK_DEFAULT.disk, sectors: SECTORS } };
}

/** What some run violates, and in how many something went wrong. */
function hunt(stack: StackConfig, runs: number): { violated: Guarantee[]; injected: number } {
  const runner = new Runner({ seed: 'faults', stack, scope: 'power', check: 'exact', ops: 10, threads: 2 });
  const violated = new Set<Guarantee>();
  let injected = 0;
  for (let index = 0; index < runs; index++) {
    runner.run(index);
    if (runner.stack.faultCount > 0) injected++;
    GUARANTEES.forEach((name, row) => runner.code[row] === VERDICT.violated && violated.add(name));
  }
  return { violated: [...violated], injected };
}

test.each<[Fault, readonly Mode[], readonly Guarantee[]]>([
  ['eio', [...DRAINS, ...TAGS], []],
  ['late', [...DRAINS, ...TAGS], []],
  ['notification', [...DRAINS, ...TAGS], []],
  ['death', DRAINS, []],
  ['migrate', DRAINS, []],
  // As Linux did, fsync and O_DSYNC take a refused flush for success (modes.md).
  ['eopnotsupp', [...DRAINS, ...TAGS], ['fsync-durability', 'fua-durability']],
])('%s breaks nothing where everything holds without it', (fault, modes, excepted) => {
  let injected = 0;
  for (const backend of BACKENDS)
    for (const mode of modes) {
      const found = hunt(stackOf(backend, mode, [fault]), 80);
      expect([backend, mode, found.violated.filter((name) => !excepted.includes(name))]).toEqual([backend, mode, []]);
      injected += found.injected;
    }
  expect(injected).toBeGreaterThan(300);
});

test('on direct, failing and retried commands break nothing, but for the order of tags', () => {
  for (const mode of ['drain-flush', 'flush-fua'] as const)
    expect(hunt(stackOf('direct', mode, ['eio', 'late']), 300).violated).toEqual([]);
  // A retried write lands behind an ORDERED command that did not wait for it (facts.md §15, QErr).
  const cacheless = { ...stackOf('direct', 'tag', ['late']), disk: { ...STACK_DEFAULT.disk, cache: 'none' as const } };
  expect(hunt(cacheless, 300).violated).toContain('barrier-order');
});

test('where every image is built and judged, faults leave no difference to the exact check', () => {
  let crashPoints = 0;
  for (const backend of [...BACKENDS, 'direct'] as const)
    for (const mode of ['drain', 'drain-flush', 'tag', 'flush-fua'] as const) {
      const stack = stackOf(backend, mode, backend === 'direct' ? ['eio', 'late'] : FAULTS);
      const runner = new Runner({ seed: 'three', stack, scope: 'power', check: 'enumerate', ops: 5, threads: 2 });
      for (let index = 0; index < 40; index++) {
        runner.run(index);
        crashPoints += runner.crashPoints;
      }
    }
  expect(crashPoints).toBeGreaterThan(20_000);
});

test('what went wrong is in the case: it replays the same', () => {
  const names = new Set<string>();
  // Refusals have few places: among all faults hardly a run has one.
  for (const faults of [FAULTS, ['eopnotsupp']] as const) {
    const stack = stackOf('loop', 'drain', faults);
    const runner = new Runner({ seed: 'replay', stack, scope: 'power', check: 'sample', ops: 10, threads: 2 });
    for (let index = 0; index < 150; index++) {
      runner.run(index);
      const made = caseOfRun(runner, index, '0', runner.workloads!, 'integrity');
      for (const name of made.schedule) names.add(name.replace(/ \d+/, ''));
      const { verdicts, schedule } = replayCase(made);
      expect(schedule).toEqual(made.schedule);
      expect(verdicts).toEqual(made.expect);
    }
  }
  const wanted = ['disk.fail', 'disk.fail late', 'backend.refuse', 'ring.notify backend', 'ring.lose backend'];
  expect([...names]).toEqual(expect.arrayContaining([...wanted, 'backend.die', 'crash', 'g0.resume']));
});

test('exploring finds what random runs with faults find, and its reduction leaves out nothing', () => {
  let exhausted = 0;
  for (const [i, fault] of FAULTS.entries())
    for (const mode of ['drain', 'tag'] as const) {
      const stack = stackOf('blkback', mode, [fault]);
      const program = programOf(stack, `explored ${fault}`, i, 1);
      const options = { ...EXPLORE_BOUNDS, statesMax: 30_000, keepGoing: true };
      const found = new Explorer(stack, 'power', { ...options, reduced: true }).explore(program);
      if (found.bound !== null) continue;
      exhausted++;
      const stupid = new Explorer(stack, 'power', { ...options, reduced: false }).explore(program);
      expect([fault, found.states, ...found.code]).toEqual([fault, stupid.states, ...stupid.code]);
      const runner = new Runner({ seed: 'e', stack, scope: 'power', ops: 1, threads: 1, check: 'exact', program });
      for (let index = 0; index < 60; index++) {
        runner.run(index);
        runner.code.forEach((code, row) => expect(found.code[row]).toBeGreaterThanOrEqual(code));
      }
    }
  expect(exhausted).toBeGreaterThan(8);
});
