/** Power lost again while a guest recovers. */
import { expect, test } from 'vitest';
import type { Case, GuestCase } from '../../dist/case/case.js';
import { decodeCase } from '../../dist/case/decode.js';
import { encodeCase } from '../../dist/case/encode.js';
import { GUARANTEE, VERDICT } from '../../dist/contract/guarantees.js';
import { caseOfRun } from '../../dist/fuzz/found.js';
import { replayCase } from '../../dist/fuzz/replay.js';
import { Runner } from '../../dist/fuzz/runner.js';
import { SecondCrash } from '../../dist/fuzz/second.js';
import { shrinkCase } from '../../dist/fuzz/shrink.js';
import type { GuestName } from '../../dist/guest/operation.js';
import { enumerateImages } from '../../dist/power/enumerate.js';
import { type DiskConfig, type Mode, STACK_DEFAULT } from '../../dist/stack/config.js';
import type { Mutant } from '../../dist/stack/mutants.js';

interface Trial {
  readonly mode: Mode;
  readonly disk?: Partial<DiskConfig>;
  readonly mutant?: Mutant;
  readonly ops?: number;
}

function runnerOf(guest: GuestName, { mode, disk, mutant, ops = 16 }: Trial): Runner {
  const planted = mutant === undefined ? {} : { mutant };
  const stack = { ...STACK_DEFAULT, mode, disk: { ...STACK_DEFAULT.disk, ...disk }, ...planted };
  return new Runner({
    seed: 'second',
    stack,
    scope: 'power',
    check: 'exact',
    ops,
    threads: 1,
    guest,
    secondCrash: true,
  });
}

/** The first run that loses the promise in its second crash alone. */
function lostTwice(guest: GuestName, trial: Trial): { runner: Runner; index: number } {
  const runner = runnerOf(guest, trial);
  for (let index = 0; index < 200; index++) {
    runner.run(index);
    const isFirst = runner.decider!.violatedAt[GUARANTEE.guestPromise] >= 0;
    if (!isFirst && runner.lostTwice.some(({ guarantee }) => guarantee === GUARANTEE.guestPromise))
      return { runner, index };
  }
  throw new Error('nothing was lost twice');
}

test.each<[GuestName, Trial]>([
  ['jbd', { mode: 'drain-flush' }],
  ['jbd', { mode: 'flush-fua' }],
  ['jbd', { mode: 'tag', disk: { cache: 'none' } }],
  ['reiserfs', { mode: 'drain-flush' }],
  ['reiserfs', { mode: 'tag' }],
  ['wal', { mode: 'drain-flush' }],
  ['wal', { mode: 'drain-flush', disk: { atomic: 4096 } }],
  ['wal', { mode: 'drain-flush', disk: { destage: 'fifo' } }],
])('%s keeps its promise through a second crash: %o', (guest, trial) => {
  const runner = runnerOf(guest, trial);
  let recoveries = 0;
  for (let index = 0; index < 30; index++) {
    runner.run(index);
    expect([...runner.code]).not.toContain(VERDICT.violated);
    recoveries += runner.recoveries!.second.recoveryCount;
  }
  expect(recoveries).toBeGreaterThan(30);
});

test('what has nothing to recover is not cut short', () => {
  const runner = runnerOf('cow', { mode: 'tag' });
  for (let index = 0; index < 8; index++) runner.run(index);
  expect(runner.recoveries!.second.recoveryCount).toBe(0);
});

test.each<[string, GuestName, Trial]>([
  ['a flush that never leaves the guest', 'jbd', { mode: 'tag', ops: 5 }],
  ['recovery without a flush', 'jbd', { mode: 'drain-flush', ops: 5, mutant: 'B24' }],
  ['recovery that syncs the log alone', 'wal', { mode: 'drain-flush', ops: 5, mutant: 'B28' }],
])('%s loses in the second crash what the first has spared; the case replays, and a smaller one', (_, guest, trial) => {
  const { runner, index } = lostTwice(guest, trial);
  const c = caseOfRun(runner, index, '0', runner.workloads!, 'guest-promise') as GuestCase;
  const read = decodeCase(encodeCase(c));
  expect(read).toEqual(c);
  expect(replayCase(read).verdicts['guest-promise']).toBe('violated');
  const small = shrinkCase(c, 'guest-promise').case;
  expect(small.crash!.second).toBeDefined();
  const { first, verdicts, history } = replayCase(small);
  expect(verdicts['guest-promise']).toBe('violated');
  // The first crash alone is no loss, and the history goes on behind it.
  expect(first!.verdicts['guest-promise']).toBe('holds');
  expect(history.opCount).toBeGreaterThan(first!.history.opCount);
  // Of every image of the second crash some show it too.
  const { image: __, ...second } = small.crash!.second!;
  const every = { ...small, crash: { ...small.crash!, second } } as Case;
  expect(replayCase(every).verdicts['guest-promise']).toBe('violated');
});

test('the guest comes back with the image and nothing else, behind all that it knows', () => {
  const { runner, index } = lostTwice('jbd', { mode: 'tag', ops: 5 });
  const c = caseOfRun(runner, index, '0', runner.workloads!, 'guest-promise') as GuestCase;
  const { crash, ...rest } = c;
  const { second: _, ...firstCrash } = crash!;
  const made = replayCase({ ...rest, crash: firstCrash });
  const again = new SecondCrash(c.stack, 'power');
  expect(again.begin(made.program, made.history, made.history.image)).toBe(true);
  const { disk, history, clock } = again.stack;
  const image = new Int32Array(c.stack.disk.sectors);
  expect(enumerateImages(disk, 'power', 10, image, () => true)).toBe(1);
  expect([...image]).toEqual([...made.history.image]);
  expect(clock.now).toBe(made.history.crashAt);
  expect([...history.submit.subarray(0, made.program.opCount)]).toEqual([...made.history.submit]);
});

test('a second crash where there is nothing to recover is refused in a line', () => {
  const { runner, index } = lostTwice('jbd', { mode: 'tag', ops: 5 });
  const c = caseOfRun(runner, index, '0', runner.workloads!, 'guest-promise') as GuestCase;
  const early = { ...c, crash: { step: 0, image: [], second: { schedule: [], step: 3 } } } as Case;
  expect(() => replayCase(early)).toThrow('with crash.image the guest has nothing to recover');
});
