/** What of the exact check its agreement with the other ways (three-ways.ts) does not show. On the built engine, for speed. */
import { expect, test } from 'vitest';
import { compileWorkload } from '../../dist/guest/program.js';
import type { ExactCheck } from '../../dist/power/exact/check.js';
import { createExactCheck } from '../../dist/power/exact/create.js';
import { Comparison, DISKS, NO_DIFFERENCES, stackOf, Tally, Ways } from './three-ways.ts';

const RUNS = 20;

test('deciding the stack as it stands gives what following it step by step gives', () => {
  const tally = new Tally();
  for (const disk of DISKS) {
    const stack = stackOf({ backend: 'direct', mode: 'drain' }, disk);
    const check = createExactCheck(stack, 'power');
    let program = compileWorkload({ threads: [] }, stack.config.disk.sectors);
    const anew: ExactCheck = {
      violated: check.violated,
      begin: (begun) => {
        program = begun;
      },
      step: () => check.decideNow(program),
      decideNow: () => {},
    };
    const comparison = new Comparison(stack, anew, 'power', new Ways(), tally);
    for (let index = 0; index < RUNS; index++) comparison.run(JSON.stringify(disk), index);
  }
  expect(tally.differences).toEqual(NO_DIFFERENCES);
  expect(tally.violated.every((count) => count > 0)).toBe(true);
});
