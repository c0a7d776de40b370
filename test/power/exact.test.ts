/** What of the exact check its agreement with the other ways (three-ways.ts) does not show. On the built engine, for speed. */
import { expect, test } from 'vitest';
import { GUARANTEE } from '../../dist/contract/guarantees.js';
import { compileWorkload } from '../../dist/guest/program.js';
import type { ExactCheck } from '../../dist/power/exact/check.js';
import { createExactCheck } from '../../dist/power/exact/create.js';
import type { Scope } from '../../dist/stack/config.js';
import type { Stack } from '../../dist/stack/stack.js';
import { DISKS } from './disks.ts';
import { compareAll, Comparison, NO_DIFFERENCES, stackOf, Tally, Ways } from './three-ways.ts';

const RUNS = 20;

test('deciding the stack as it stands gives what following it step by step gives', () => {
  const tally = new Tally();
  for (const disk of DISKS) {
    const stack = stackOf({ backend: 'direct', mode: 'drain' }, disk);
    const check = createExactCheck(stack, 'power');
    let program = compileWorkload({ threads: [] }, stack.config.disk.sectors);
    const anew: ExactCheck = {
      violated: check.violated,
      get imageCount() {
        return check.imageCount;
      },
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
  // On direct nothing comes out as what nobody wrote.
  expect(tally.violated.slice(0, GUARANTEE.integrity).every((count) => count > 0)).toBe(true);
});

/** Runs where a write may overtake a barrier into a cache that reaches the medium in order. */
function compareFifo(prepare: (check: ExactCheck) => void): Tally {
  const tally = new Tally();
  const stack = stackOf({ backend: 'direct', mode: 'tag' }, { destage: 'fifo', tags: 'ignored' });
  stack.journal.isOn = true;
  const check = createExactCheck(stack, 'power');
  prepare(check);
  const comparison = new Comparison(stack, check, 'power', new Ways(), tally);
  for (let index = 0; index < 300; index++) comparison.run('fifo', index);
  return tally;
}

test('canary: an exact check that forgets past cuts is caught', () => {
  expect(compareFifo(() => {}).differences).toEqual(NO_DIFFERENCES);
  const forgetful = compareFifo((check) => {
    const { past } = (check as unknown as { cuts: { past: { push: () => void } } }).cuts;
    past.push = () => {};
  });
  expect(forgetful.differences.exact).toBeGreaterThan(0);
});

test('canary: an image count that takes zeros for a version of their own is caught', () => {
  class Broken extends Ways {
    override createExact(stack: Stack, scope: Scope): ExactCheck {
      const check = super.createExact(stack, scope);
      const { images } = check as unknown as { images?: { join: (sector: number, version: number) => void } | null };
      if (images === null || images === undefined) return check;
      const join = images.join.bind(images);
      images.join = (sector, version) => {
        if (version >= 0) join(sector, version);
      };
      return check;
    }
  }
  expect(compareAll('direct', 4, new Broken(), ['drain']).differences.count).toBeGreaterThan(0);
});
