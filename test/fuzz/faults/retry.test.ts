/** Failed requests of the user-space backends are tried again: nobody hears of an error, and nothing is lost by it. On the built engine. */
import { expect, test } from 'vitest';
import { STATUS } from '../../../dist/base/history.js';
import { GUARANTEES, type Guarantee, VERDICT } from '../../../dist/contract/guarantees.js';
import { caseOfRun } from '../../../dist/fuzz/found.js';
import { replayCase } from '../../../dist/fuzz/replay.js';
import { EXPLORE_BOUNDS } from '../../../dist/fuzz/explore/exploration.js';
import { Explorer } from '../../../dist/fuzz/explore/explore.js';
import { Runner } from '../../../dist/fuzz/runner.js';
import type { Workload } from '../../../dist/guest/operation.js';
import { compileWorkload } from '../../../dist/guest/program.js';
import { type Backend, type BackendOptions, STACK_DEFAULT, type StackConfig } from '../../../dist/stack/config.js';
import type { Mutant } from '../../../dist/stack/mutants.js';

const CACHELESS = { ...STACK_DEFAULT.disk, cache: 'none' } as const;
const STACKS: readonly [Backend, BackendOptions][] = [
  ['blktap2', {}],
  ['tapdisk', { image: 'sparse', fdatasync: true }],
  ['tapdisk', { open: 'buffered', image: 'fallocated', fdatasync: true }],
  ['tapdisk-vhd', {}],
  ['tapdisk-vhd', { preallocate: true }],
];

function runnerOf(backend: Backend, backendOptions: BackendOptions, mutant?: Mutant): Runner {
  const planted = mutant === undefined ? {} : { mutant };
  const stack: StackConfig = {
    ...STACK_DEFAULT,
    mode: 'drain-flush',
    backend,
    backendOptions,
    faults: ['eio', 'late'],
    disk: CACHELESS,
    ...planted,
  };
  return new Runner({ seed: 'retry', stack, scope: 'power', check: 'exact', ops: 10, threads: 2 });
}

function violations(runner: Runner): Guarantee[] {
  return GUARANTEES.filter((_, row) => runner.code[row] === VERDICT.violated);
}

test.each(STACKS)('%s %j: what failed is stored in the end, and no operation fails', (backend, options) => {
  const runner = runnerOf(backend, options);
  let retried = 0;
  for (let index = 0; index < 40; index++) {
    runner.run(index);
    expect(violations(runner)).toEqual([]);
    const { history, schedule, verdicts } = replayCase(caseOfRun(runner, index, '0', runner.workloads!, 'integrity'));
    expect(verdicts['error-honesty']).not.toBe('violated');
    if (schedule.some((name) => name.startsWith('backend.retry'))) retried++;
    expect([...history.status.subarray(0, history.opCount)]).not.toContain(STATUS.eio);
    if (!runner.crashed) expect(history.refusedCount).toBe(0);
  }
  // A page cache answers by itself, and writes back again what failed.
  if (options.open !== 'buffered') expect(retried).toBeGreaterThan(2);
});

test('exploring finds a retry in every order, and its reduction leaves out nothing', () => {
  const stack: StackConfig = {
    ...STACK_DEFAULT,
    mode: 'tag',
    backend: 'blktap2',
    faults: ['eio'],
    disk: { ...CACHELESS, sectors: 16 },
  };
  const workload: Workload = {
    threads: [
      [
        { op: 'write', sector: 0, count: 1 },
        { op: 'barrier', sector: 8, count: 1 },
      ],
    ],
  };
  const program = compileWorkload(workload, 16);
  const options = { ...EXPLORE_BOUNDS, keepGoing: true };
  const found = new Explorer(stack, 'power', { ...options, reduced: true }).explore(program);
  const stupid = new Explorer(stack, 'power', { ...options, reduced: false }).explore(program);
  expect([found.bound, found.states, ...found.code]).toEqual([null, stupid.states, ...stupid.code]);
  expect([...found.code]).not.toContain(VERDICT.violated);
  const planted = new Explorer({ ...stack, mutant: 'D14' }, 'power', { ...options, reduced: true }).explore(program);
  expect(planted.code[GUARANTEES.indexOf('barrier-order')]).toBe(VERDICT.violated);
});

test('canary: a request that reports its last part tells a lie about the others', () => {
  const runner = runnerOf('tapdisk-vhd', {}, 'B13');
  const found = new Set<Guarantee>();
  for (let index = 0; index < 40; index++) {
    runner.run(index);
    for (const name of violations(runner)) found.add(name);
  }
  expect([...found]).toContain('error-honesty');
});
