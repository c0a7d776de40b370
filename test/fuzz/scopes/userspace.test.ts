/** Crashes that the kernel below a user-space backend outlives: what the file holds by then is kept. On the built engine. */
import { expect, test } from 'vitest';
import { GUARANTEES, type Guarantee, VERDICT } from '../../../dist/contract/guarantees.js';
import { caseOfRun } from '../../../dist/fuzz/found.js';
import { replayCase } from '../../../dist/fuzz/replay.js';
import { Runner } from '../../../dist/fuzz/runner.js';
import {
  type Backend,
  type BackendOptions,
  type DiskConfig,
  type Fault,
  type Scope,
  STACK_DEFAULT,
} from '../../../dist/stack/config.js';
import type { Mutant } from '../../../dist/stack/mutants.js';

const STACKS: readonly [Backend, BackendOptions][] = [
  ['blktap2', {}],
  ['tapdisk', { image: 'sparse' }],
  ['tapdisk', { image: 'fallocated', open: 'dsync', fdatasync: true }],
  ['tapdisk', { open: 'buffered', image: 'sparse' }],
  ['tapdisk-vhd', {}],
  ['tapdisk-vhd', { preallocate: true, fdatasync: true }],
];
const SCOPES: readonly Scope[] = ['guest', 'backend', 'migrate'];

interface Options {
  readonly faults?: readonly Fault[];
  readonly mutant?: Mutant;
  readonly disk?: DiskConfig;
}

function runnerOf(backend: Backend, backendOptions: BackendOptions, scope: Scope, options: Options = {}): Runner {
  const stack = { ...STACK_DEFAULT, mode: 'drain-flush', backend, backendOptions, ...options } as const;
  return new Runner({ seed: 'userspace', stack, scope, check: 'exact', ops: 12, threads: 2 });
}

function violatedIn(runner: Runner, runs: number): Guarantee[] {
  const found = new Set<Guarantee>();
  for (let index = 0; index < runs; index++) {
    runner.run(index);
    GUARANTEES.forEach((name, row) => runner.code[row] === VERDICT.violated && found.add(name));
  }
  return [...found];
}

test.each(STACKS)('%s %j keeps all that it answered for, whoever dies above the host', (backend, options) => {
  for (const scope of SCOPES) expect([scope, violatedIn(runnerOf(backend, options, scope), 60)]).toEqual([scope, []]);
});

test('a new process finds every write whose answer the guest had, in a file or a VHD', () => {
  const disk = { ...STACK_DEFAULT.disk, cache: 'none' } as const;
  for (const [backend, options] of [STACKS[2], STACKS[5]])
    for (const fault of ['death', 'migrate'] as const)
      expect(violatedIn(runnerOf(backend, options, 'power', { faults: [fault], disk }), 20)).toEqual([]);
});

test('canary: bits that only the process knew are gone with it, and with it alone', () => {
  const lost = violatedIn(runnerOf('tapdisk-vhd', {}, 'backend', { mutant: 'B37' }), 60);
  expect(lost).toContain('flush-durability');
  expect(violatedIn(runnerOf('tapdisk-vhd', {}, 'guest', { mutant: 'B37' }), 60)).toEqual([]);
});

test.each(SCOPES)('a run with crash %s is what its case replays', (scope) => {
  for (const [backend, options] of STACKS) {
    const runner = runnerOf(backend, options, scope);
    for (let index = 0; index < 8; index++) {
      runner.run(index);
      const made = caseOfRun(runner, index, '0', runner.workloads!, 'integrity');
      const { verdicts, schedule, history } = replayCase(made);
      expect([verdicts, schedule]).toEqual([made.expect, made.schedule]);
      expect([...history.image]).toEqual([...runner.stack.history.image]);
    }
  }
});
