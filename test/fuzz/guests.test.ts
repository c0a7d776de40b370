/** Several guests on one backend: runs, their cases, and merged barriers that go wrong. On the built engine. */
import { expect, test } from 'vitest';
import { decodeCase } from '../../dist/case/decode.js';
import { encodeCase } from '../../dist/case/encode.js';
import { GUARANTEES, VERDICT } from '../../dist/contract/guarantees.js';
import { caseOfRun } from '../../dist/fuzz/found.js';
import { replayCase } from '../../dist/fuzz/replay.js';
import { Runner } from '../../dist/fuzz/runner.js';
import { type RunSettings } from '../../dist/fuzz/settings.js';
import { shrinkCase } from '../../dist/fuzz/shrink.js';
import {
  type Backend,
  type DiskConfig,
  GROUP_SYNCS,
  type GroupSync,
  isOutlived,
  MODES,
  type Mode,
  SCOPES,
  STACK_DEFAULT,
} from '../../dist/stack/config.js';
import { nonsense } from '../../dist/stack/nonsense.js';

function settingsOf(mode: Mode, groupSync: GroupSync, more: Partial<RunSettings['stack']> = {}): RunSettings {
  const disk = { ...STACK_DEFAULT.disk, sectors: 16, ...more.disk };
  const stack = { ...STACK_DEFAULT, mode, guests: 2, groupSync, ...more, disk };
  return { seed: 'guests', stack, scope: 'power', check: 'exact', ops: 10, threads: 2 };
}

const violatedRows = ({ code }: Runner) =>
  GUARANTEES.map((_, row) => row).filter((row) => code[row] === VERDICT.violated);

/** What so many runs violate. */
function violatedIn(settings: RunSettings, runs: number): Set<string> {
  const runner = new Runner(settings);
  const violated = new Set<string>();
  for (let index = 0; index < runs; index++) {
    runner.run(index);
    for (const row of violatedRows(runner)) violated.add(GUARANTEES[row]);
  }
  return violated;
}

const DISKS: readonly Partial<DiskConfig>[] = [
  {},
  { destage: 'fifo' },
  { atomic: 4096 },
  { cache: 'none' },
  { fua: true },
];

test('exact and enumerate agree for every guest, in every mode, group sync, disk and scope', () => {
  for (const groupSync of GROUP_SYNCS)
    for (const [turn, mode] of MODES.entries())
      for (const scope of SCOPES.filter((name) => !isOutlived(name))) {
        const disk = { ...STACK_DEFAULT.disk, sectors: 16, ...DISKS[turn % DISKS.length] };
        const settings = settingsOf(mode, groupSync, { disk });
        const runner = new Runner({ ...settings, scope, check: 'enumerate', ops: 6 });
        for (let index = 0; index < 6; index++) {
          runner.run(index);
          expect(runner.crashPoints).toBeGreaterThan(0);
        }
      }
});

const SAFE: readonly (readonly [Backend, Mode, GroupSync])[] = (['blkback', 'reference'] as const).flatMap((backend) =>
  (['drain-flush', 'tag-flush', 'flush-fua'] as const).flatMap((mode) =>
    GROUP_SYNCS.map((groupSync) => [backend, mode, groupSync] as const),
  ),
);

test.each(SAFE)('what holds for one guest holds for three: %s, %s, %s', (backend, mode, groupSync) => {
  const settings = settingsOf(mode, groupSync, { backend, guests: 3 });
  expect([...violatedIn({ ...settings, ops: 18 }, 120)]).toEqual([]);
});

test('the same seed gives the same runs and the same price', () => {
  const made = [0, 1].map(() => {
    const runner = new Runner(settingsOf('tag-flush', 'merge'));
    return Array.from({ length: 20 }, (_, index) => {
      runner.run(index);
      return [runner.stepCount, [...runner.code], runner.price];
    });
  });
  expect(made[0]).toEqual(made[1]);
});

test('merging costs fewer flushes and drains a barrier than taking turns', () => {
  const [serial, merge] = GROUP_SYNCS.map((groupSync) => {
    const runner = new Runner({ ...settingsOf('tag-flush', groupSync, { backend: 'reference', guests: 4 }), ops: 24 });
    let [barriers, flushes] = [0, 0];
    for (let index = 0; index < 60; index++) {
      runner.run(index);
      barriers += runner.price!.barriers;
      flushes += runner.price!.flushes;
    }
    return flushes / barriers;
  });
  expect(merge).toBeLessThan(serial);
});

test('whatever a run violates becomes a case of its guest that is written, read and replayed to the same', () => {
  const guests = new Set<number>();
  for (const check of ['exact', 'sample'] as const)
    for (const groupSync of GROUP_SYNCS) {
      const runner = new Runner({ ...settingsOf('tag', groupSync), check });
      for (let index = 0; index < 40; index++) {
        runner.run(index);
        for (const row of violatedRows(runner)) {
          const guarantee = GUARANTEES[row];
          const c = decodeCase(encodeCase(caseOfRun(runner, index, '0', runner.workloads!, guarantee)));
          const replay = replayCase(c);
          expect(replay.verdicts, guarantee).toEqual(c.expect);
          expect(replay.violations.find((one) => one.guarantee === guarantee)!.guest).toBe(c.crash!.guest);
          guests.add(c.crash!.guest!);
        }
      }
    }
  expect(guests).toEqual(new Set([0, 1]));
});

test('a merging backend that answers a barrier whose own writes are still in flight is caught', () => {
  const settings = settingsOf('tag-flush', 'merge');
  expect([...violatedIn(settings, 60)]).toEqual([]);
  expect([...violatedIn(settingsOf('tag-flush', 'merge', { mutant: 'B11' }), 60)]).toContain('fua-durability');
});

test.each([
  [{ backend: 'loop', guests: 2 }, '2 guests and backend loop'],
  [{ backend: 'direct', guests: 2 }, '2 guests and backend direct'],
  [{ backend: 'blkback-drain', groupSync: 'merge' }, 'group-sync merge and backend blkback-drain'],
  [{ guests: 8, disk: { ...STACK_DEFAULT.disk, sectors: 2 ** 20 } }, '8 guests and 1048576 sectors'],
] as const)('%j makes no sense', (more, reason) => {
  expect(nonsense({ ...STACK_DEFAULT, ...more })).toContain(reason);
});

test('shrinking a case of three guests drops whole guests, and leaves a case that violates the same', () => {
  const left = new Set<number>();
  for (const [mutant, groupSync] of [
    ['B11', 'merge'],
    [undefined, 'serial'],
  ] as const) {
    const mode = mutant === undefined ? 'tag' : 'tag-flush';
    const runner = new Runner({ ...settingsOf(mode, groupSync, { guests: 3, ...(mutant && { mutant }) }), ops: 18 });
    for (let index = 0; index < 8; index++) {
      runner.run(index);
      for (const row of violatedRows(runner)) {
        const guarantee = GUARANTEES[row];
        const whole = caseOfRun(runner, index, '0', runner.workloads!, guarantee);
        const small = decodeCase(encodeCase(shrinkCase(whole, guarantee).case));
        expect(replayCase(small).verdicts[guarantee]).toBe('violated');
        expect(small.stack.guests ?? 1).toBe(small.guests!.length);
        left.add(small.guests!.length);
      }
    }
  }
  expect([...left]).toContain(1);
});
