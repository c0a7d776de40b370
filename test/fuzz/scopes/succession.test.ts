/** A guest that migrates to a backend which offers something else: who reads it again, and who doesn't. On the built engine. */
import { expect, test } from 'vitest';
import { decodeCase } from '../../../dist/case/decode.js';
import { encodeCase } from '../../../dist/case/encode.js';
import { GUARANTEE, VERDICT } from '../../../dist/contract/guarantees.js';
import { Runner } from '../../../dist/fuzz/runner.js';
import { type FeatureValue, type Frontend, STACK_DEFAULT, type StackConfig } from '../../../dist/stack/config.js';

const RUNS = 200;

const stackOf = (frontend: Frontend, barrierAfter: FeatureValue): StackConfig => ({
  ...STACK_DEFAULT,
  mode: 'drain',
  frontend,
  features: { barrierAfter },
  disk: { ...STACK_DEFAULT.disk, cache: 'none' },
});

/** Runs in which some guarantee broke, and those in which the protocol did. */
function broken(stack: StackConfig): { any: number; protocol: number } {
  const runner = new Runner({ seed: '1', stack, scope: 'migrate', check: 'exact', ops: 12, threads: 2 });
  let [any, protocol] = [0, 0];
  for (let run = 0; run < RUNS; run++) {
    runner.run(run);
    if (runner.code.includes(VERDICT.violated)) any++;
    if (runner.code[GUARANTEE.protocol] === VERDICT.violated) protocol++;
  }
  return { any, protocol };
}

test.each([0, 'absent'] as const)('generic sends no barrier to a backend whose feature-barrier is %s', (after) => {
  expect(broken(stackOf('generic', after))).toEqual({ any: 0, protocol: 0 });
});

test('the frontends by version send their barriers all the same, which nobody offered', () => {
  for (const frontend of ['2.6.18', '2.6.36'] as const)
    expect(broken(stackOf(frontend, 0)).protocol, frontend).toBeGreaterThan(RUNS / 10);
});

test('a backend that offers what the first one did makes no difference', () => {
  for (const frontend of ['generic', '2.6.36'] as const)
    expect(broken(stackOf(frontend, 1)), frontend).toEqual({ any: 0, protocol: 0 });
});

test('a case with two backends comes back from its file as it was', () => {
  const stack = stackOf('generic', 'absent');
  const guests = [{ threads: [[{ op: 'flush' as const }]] }];
  const text = encodeCase({ format: 'blkfuzz.case/1', name: 'two', stack, scope: 'migrate', guests, schedule: [] });
  expect(decodeCase(text).stack).toEqual(stack);
});
