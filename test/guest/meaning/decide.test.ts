/** Deciding a guest's promise over all images at once comes to what building and judging every image comes to. */
import { expect, test } from 'vitest';
import { RandomStream } from '../../../dist/base/random.js';
import { GuestPromise } from '../../../dist/fuzz/promise.js';
import { RandomScheduler } from '../../../dist/fuzz/scheduler.js';
import { meaningOf } from '../../../dist/guest/meaning/meaning.js';
import { countsAllowed, judgePromise } from '../../../dist/guest/meaning/promise.js';
import { GUESTS, type GuestName } from '../../../dist/guest/operation.js';
import { compileWorkload } from '../../../dist/guest/program.js';
import { generateTransactions } from '../../../dist/guest/transactions/generate.js';
import { enumerateImages } from '../../../dist/power/enumerate.js';
import { impossibleSector } from '../../../dist/power/possible.js';
import { type DiskConfig, type Mode, type Scope, STACK_DEFAULT } from '../../../dist/stack/config.js';
import { Planted } from '../../../dist/stack/mutants.js';
import { Stack } from '../../../dist/stack/stack.js';

const SECTORS = 24;
const IMAGES_MAX = 1024;

interface Trial {
  readonly mode: Mode;
  readonly disk?: Partial<DiskConfig>;
  readonly scope?: Scope;
}

/** Compares at every crash point of a few runs; how many points were broken, and how many whole. */
function compare(
  guest: GuestName,
  { mode, disk, scope = 'power' }: Trial,
  runs: number,
): { broken: number; whole: number } {
  const stack = new Stack({ ...STACK_DEFAULT, mode, disk: { ...STACK_DEFAULT.disk, sectors: SECTORS, ...disk } });
  const promise = new GuestPromise(stack, scope);
  const image = new Int32Array(SECTORS);
  const seen = { broken: 0, whole: 0 };
  for (let run = 0; run < runs; run++) {
    const random = new RandomStream(`decide ${guest} ${mode} ${run}`);
    const shape = { ops: 16, threads: 2, sectors: SECTORS };
    const program = compileWorkload(generateTransactions(guest, random, shape, new Planted(null)), SECTORS);
    const meaning = meaningOf(program)!;
    stack.reset(program);
    promise.begin(program);
    const scheduler = new RandomScheduler();
    scheduler.begin(stack, random);
    let decidedAt = -1;
    for (;;) {
      stack.refresh();
      if (stack.clock.now !== decidedAt) {
        decidedAt = stack.clock.now;
        const allowed = countsAllowed(meaning, stack.history);
        let any = false;
        const count = enumerateImages(stack.disk, scope, IMAGES_MAX, stack.history.image, () => {
          any ||= allowed !== 0 && judgePromise(meaning, allowed, stack.history.image) !== null;
          return true;
        });
        if (count >= 0) {
          expect(promise.breaksUnder(image), `run ${run} at ${decidedAt}`).toBe(any);
          if (any) {
            expect(judgePromise(meaning, allowed, image)).not.toBeNull();
            expect(impossibleSector(stack.disk, scope, image)).toBe(-1);
          }
          seen[any ? 'broken' : 'whole']++;
        }
      }
      const action = scheduler.next(stack, random);
      if (action < 0) break;
      stack.perform(action);
    }
  }
  return seen;
}

const TRIALS: readonly (readonly [string, Trial])[] = [
  ['tag', { mode: 'tag' }],
  ['drain-flush', { mode: 'drain-flush' }],
  ['tag on a fifo cache', { mode: 'tag', disk: { destage: 'fifo' } }],
  ['drain on an epoch cache', { mode: 'drain', disk: { destage: 'epoch' } }],
  ['tag with atomic 4096', { mode: 'tag', disk: { atomic: 4096 } }],
  ['a lying disk', { mode: 'drain-flush', disk: { flush: 'ignored' } }],
  ['a crash of the host', { mode: 'tag', scope: 'host' }],
];

test.each(TRIALS)('%s: the promise of every guest decided is the promise judged image by image', (_, trial) => {
  for (const guest of GUESTS) expect(compare(guest, trial, 4).whole).toBeGreaterThan(0);
});

test('broken promises are among what was compared', () => {
  expect(compare('wal', { mode: 'tag' }, 6).broken).toBeGreaterThan(0);
  expect(compare('jbd', { mode: 'tag' }, 6).broken).toBeGreaterThan(0);
  expect(compare('jbd', { mode: 'drain-flush', disk: { flush: 'ignored' } }, 6).broken).toBeGreaterThan(0);
});
