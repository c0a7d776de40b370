/** Crashes that something outlives: what goes on, what is lost, and the ways through a case of one. On the built engine. */
import { expect, test } from 'vitest';
import { GUARANTEES, VERDICT } from '../../../dist/contract/guarantees.js';
import { EXPLORE_BOUNDS } from '../../../dist/fuzz/explore/exploration.js';
import { Explorer } from '../../../dist/fuzz/explore/explore.js';
import { caseOfExplored } from '../../../dist/fuzz/explore/case.js';
import { twinsOf } from '../../../dist/fuzz/explore/twins.js';
import { caseOfRun } from '../../../dist/fuzz/found.js';
import { replayCase } from '../../../dist/fuzz/replay.js';
import { Runner } from '../../../dist/fuzz/runner.js';
import { shrinkCase } from '../../../dist/fuzz/shrink.js';
import type { Workload } from '../../../dist/guest/operation.js';
import { compileWorkload } from '../../../dist/guest/program.js';
import { actionName } from '../../../dist/stack/actions.js';
import { type Backend, type Mode, type Scope, STACK_DEFAULT, type StackConfig } from '../../../dist/stack/config.js';
import { programOf, SECTORS, stacks } from '../explore/small.ts';

function runnerOf(stack: StackConfig, scope: Scope, seed: string): Runner {
  return new Runner({ seed, stack, scope, check: 'exact', ops: 12, threads: 2 });
}

function stackOf(mode: Mode, backend: Backend = 'blkback'): StackConfig {
  return { ...STACK_DEFAULT, mode, backend, disk: { ...STACK_DEFAULT.disk, sectors: SECTORS } };
}

/** Sectors of the writes that blkback took, and of those that reached the disk: how often each. */
function countSectors(runner: Runner): { taken: number[]; stored: number[]; image: number[] } {
  const { trace, diskEvents, history } = replayCase(caseOfRun(runner, 0, '0', runner.workloads!, 'integrity'), {
    trace: true,
  });
  const [taken, stored] = [0, 1].map(() => Array.from({ length: SECTORS }, () => 0));
  const image = Array.from({ length: SECTORS }, () => -1);
  const open = new Map<number, { readonly sector: number; readonly versions: readonly number[] }>();
  for (const { point, kind, sector, count } of trace)
    if (point === 'taken' && kind !== 'read' && kind !== 'flush')
      for (let s = sector; s < sector + count; s++) taken[s]++;
  for (const event of diskEvents) {
    if (event.ev === 'write') open.set(event.at, event);
    if (event.ev === 'discard')
      open.set(event.at, { sector: event.sector, versions: Array.from({ length: event.count }, () => -1) });
    if (event.ev !== 'complete') continue;
    const { sector, versions } = open.get(event.of) ?? { sector: 0, versions: [] };
    versions.forEach((version, i) => {
      stored[sector + i]++;
      image[sector + i] = version;
    });
  }
  expect([...history.image.subarray(0, SECTORS)]).toEqual(image);
  return { taken, stored, image };
}

test('after the crash of a guest, the disk holds what the backend had taken, and nothing that it had not', () => {
  const runner = runnerOf(stackOf('drain-flush'), 'guest', 'taken');
  let lost = 0;
  for (let index = 0; index < 300; index++) {
    runner.run(index);
    if (!runner.crashed) continue;
    const { taken, stored } = countSectors(runner);
    expect(stored).toEqual(taken);
    if (runner.stack.parts.outage.told.untakenCount > 0) lost++;
  }
  expect(lost).toBeGreaterThan(20);
});

test('a dead backend sends nothing more, and what it had sent is stored', () => {
  const runner = runnerOf(stackOf('drain-flush'), 'backend', 'sent');
  let short = 0;
  for (let index = 0; index < 300; index++) {
    runner.run(index);
    const { taken, stored } = countSectors(runner);
    expect(stored.every((count, s) => count <= taken[s])).toBe(true);
    expect(runner.stack.disk.commands.openCount).toBe(0);
    if (stored.join() !== taken.join()) short++;
  }
  // blkback sends all it has when it takes it.
  expect(short).toBe(0);
});

test('after a migration every operation completes once, whatever was outstanding', () => {
  let reissued = 0;
  for (const [i, stack] of stacks().entries()) {
    if (stack.backend === 'direct' || stack.kernel === '2.6.36') continue;
    const runner = new Runner({ seed: `once ${i}`, stack, scope: 'migrate', check: 'exact', ops: 10, threads: 2 });
    for (let index = 0; index < 40; index++) {
      runner.run(index);
      const { told } = runner.stack.parts.outage;
      reissued += told.reissuedCount;
      expect(runner.code[GUARANTEES.indexOf('liveness')]).toBe(VERDICT.holds);
      expect(runner.code[GUARANTEES.indexOf('protocol')]).toBe(VERDICT.holds);
    }
  }
  expect(reissued).toBeGreaterThan(500);
});

test('a backend that has died does nothing more when the crash comes, and another comes to migrate to', () => {
  for (const scope of ['guest', 'migrate'] as const) {
    const stack = { ...stackOf('drain-flush', 'reference'), faults: ['death'] as const };
    const runner = runnerOf(stack, scope, 'dead');
    let [dead, resumed] = [0, 0];
    for (let index = 0; index < 3000; index++) {
      runner.run(index);
      const taken = Array.from(runner.schedule.subarray(0, runner.stepCount), actionName);
      const died = taken.findLastIndex((name, at) => name === 'backend.die' && at < runner.crashStep);
      if (died < 0 || taken.slice(died, runner.crashStep).includes('g0.resume')) continue;
      const after = taken.slice(runner.crashStep);
      if (scope === 'migrate') expect(after).toContain('g0.resume');
      const silent = scope === 'guest' ? after : after.slice(0, after.indexOf('g0.resume'));
      expect(silent.filter((name) => name.startsWith('backend.'))).toEqual([]);
      dead++;
      resumed += Number(after.includes('g0.resume'));
    }
    expect(dead).toBeGreaterThan(20);
    expect(resumed).toBe(scope === 'migrate' ? dead : 0);
  }
});

test('a run is what its case replays, with the crash where it was', () => {
  for (const scope of ['guest', 'backend', 'migrate'] as const) {
    const runner = runnerOf(stackOf('tag', 'loop'), scope, 'replay');
    for (let index = 0; index < 60; index++) {
      runner.run(index);
      const made = caseOfRun(runner, index, '0', runner.workloads!, 'integrity');
      const { verdicts, schedule, history } = replayCase(made);
      expect(verdicts).toEqual(made.expect);
      expect(schedule).toEqual(made.schedule);
      expect([...history.image]).toEqual([...runner.stack.history.image]);
    }
  }
});

test('sleep sets and what is left out of a key after a crash leave out no verdict', () => {
  const options = { ...EXPLORE_BOUNDS, statesMax: 6_000, keepGoing: true };
  let exhausted = 0;
  for (const [i, stack] of stacks().entries())
    for (const scope of ['guest', 'backend', 'migrate'] as const) {
      if (stack.backend === 'direct' || i % 4 !== 0) continue;
      const program = programOf(stack, 'scopes', i, 2);
      const found = new Explorer(stack, scope, { ...options, reduced: true }).explore(program);
      if (found.bound !== null) continue;
      const stupid = new Explorer(stack, scope, { ...options, reduced: false }).explore(program);
      exhausted++;
      expect([...found.code]).toEqual([...stupid.code]);
      if (twinsOf(program).every((twin) => twin < 0)) expect(found.states).toBe(stupid.states);
    }
  expect(exhausted).toBeGreaterThan(12);
});

/** A response of the barrier that comes before the write's is all it takes. */
const OVERLAP: Workload = {
  threads: [
    [
      { op: 'write', sector: 0, count: 1 },
      { op: 'barrier', sector: 0, count: 1 },
    ],
  ],
};

test('what exploring finds replays as a case, and shrinks without an image', () => {
  const stack = stackOf('tag');
  const options = { ...EXPLORE_BOUNDS, keepGoing: true, reduced: true };
  const found = new Explorer(stack, 'migrate', options).explore(compileWorkload(OVERLAP, SECTORS));
  const [violation] = found.violations;
  expect(GUARANTEES[violation.guarantee]).toBe('barrier-durability');
  const made = caseOfExplored(
    { format: 'blkfuzz.case/1', name: 'found', stack, scope: 'migrate', guests: [OVERLAP], schedule: [] },
    violation,
  );
  expect(replayCase(made).verdicts['barrier-durability']).toBe('violated');
  const small = shrinkCase(made, 'barrier-durability').case;
  expect(small.schedule.length).toBeLessThan(made.schedule.length);
  expect(small.crash?.image).toBeUndefined();
  expect(replayCase(small).verdicts['barrier-durability']).toBe('violated');
});
