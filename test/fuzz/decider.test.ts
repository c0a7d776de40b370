/** Runs whose every crash point is decided, beside sampled ones and beside building every image. On the built engine. */
import { expect, test } from 'vitest';
import { caseOfRun } from '../../dist/fuzz/found.js';
import type { Check } from '../../dist/fuzz/check.js';
import { replayCase } from '../../dist/fuzz/replay.js';
import { Runner } from '../../dist/fuzz/runner.js';
import { type RunSettings } from '../../dist/fuzz/settings.js';
import { shrinkCase } from '../../dist/fuzz/shrink.js';
import { GUARANTEES, VERDICT } from '../../dist/contract/guarantees.js';
import {
  type DiskConfig,
  isOutlived,
  MODES,
  SCOPES,
  STACK_DEFAULT,
  type StackConfig,
} from '../../dist/stack/config.js';

const DISKS: Partial<DiskConfig>[] = [
  {},
  { fua: true, depth: 2 },
  { cache: 'none' },
  { tags: 'ignored', flush: 'ignored' },
  { destage: 'fifo' },
  { destage: 'epoch' },
  { atomic: 4096 },
];
const DECIDED = 7;

/** Settings in every mode over every disk and scope. */
function allSettings(backend: StackConfig['backend'], check: Check, ops: number): RunSettings[] {
  return MODES.flatMap((mode) =>
    DISKS.flatMap((disk) =>
      SCOPES.filter((scope) => !isOutlived(scope)).map((scope): RunSettings => {
        const stack = { ...STACK_DEFAULT, mode, backend, disk: { ...STACK_DEFAULT.disk, sectors: 16, ...disk } };
        return { seed: 'decider', stack, scope, check, ops, threads: 2 };
      }),
    ),
  );
}

const scheduleOf = (runner: Runner) => [...runner.schedule.subarray(0, runner.stepCount)];
const violatedRows = (runner: Runner) =>
  GUARANTEES.map((_, row) => row).filter((row) => runner.code[row] === VERDICT.violated);

test('an exact run takes the schedule of the sampled one to its end, and what a sample finds has been decided there', () => {
  let found = 0;
  let more = 0;
  for (const settings of allSettings('direct', 'exact', 8)) {
    const exact = new Runner(settings);
    const sample = new Runner({ ...settings, check: 'sample' });
    for (let index = 0; index < 20; index++) {
      exact.run(index);
      sample.run(index);
      const schedule = scheduleOf(exact);
      expect(scheduleOf(sample)).toEqual(schedule.slice(0, sample.stepCount));
      expect(exact.crashed).toBe(false);
      expect(exact.crashPoints).toBe(schedule.length + 1);
      expect(exact.imagesDecided).toBeGreaterThanOrEqual(BigInt(exact.crashPoints));
      const { violatedAt } = exact.decider!;
      for (const row of violatedRows(sample)) {
        if (row >= DECIDED) continue;
        found++;
        expect(violatedAt[row], JSON.stringify(settings)).toBeGreaterThanOrEqual(0);
        expect(violatedAt[row]).toBeLessThanOrEqual(sample.stepCount);
      }
      if (violatedRows(exact).length > violatedRows(sample).length) more++;
    }
  }
  expect(found).toBeGreaterThan(40);
  expect(more).toBeGreaterThan(100);
});

test('building every image comes to what is decided without, at the same steps', () => {
  let compared = 0;
  let bounded = 0;
  for (const settings of allSettings('direct', 'enumerate', 3)) {
    const enumerate = new Runner(settings);
    const exact = new Runner({ ...settings, check: 'exact' });
    for (let index = 0; index < 3; index++) {
      enumerate.run(index);
      exact.run(index);
      if (enumerate.decider!.boundedAt >= 0) {
        bounded++;
        continue;
      }
      compared++;
      expect(scheduleOf(enumerate)).toEqual(scheduleOf(exact));
      expect([...enumerate.code]).toEqual([...exact.code]);
      expect([...enumerate.decider!.violatedAt]).toEqual([...exact.decider!.violatedAt]);
      expect([enumerate.crashPoints, enumerate.imagesDecided]).toEqual([exact.crashPoints, exact.imagesDecided]);
    }
  }
  expect(compared).toBeGreaterThan(10 * bounded);
});

test('an exact check that is wrong about a run is a defect when every image is built', () => {
  const [settings] = allSettings('direct', 'enumerate', 4).filter(({ stack }) => stack.mode === 'drain');
  const runner = new Runner(settings);
  const { decider } = runner as unknown as { decider: { check: { violated: Uint8Array; step: () => void } } };
  const step = decider.check.step.bind(decider.check);
  decider.check.step = () => {
    step();
    decider.check.violated[1] = 0;
  };
  expect(() => {
    for (let index = 0; index < 50; index++) runner.run(index);
  }).toThrow(/^exact and enumerate agree on barrier-durability at time \d+: an image violates it$/);
});

test('whatever a run violates becomes a case that violates it when it is replayed, and a smaller one', () => {
  const cases: string[] = [];
  for (const backend of ['direct', 'loop'] as const)
    for (const settings of allSettings(backend, 'exact', 16)) {
      const runner = new Runner(settings);
      for (let index = 0; index < 80; index += 16) {
        runner.run(index);
        for (const row of violatedRows(runner)) {
          const guarantee = GUARANTEES[row];
          const c = caseOfRun(runner, index, '0', runner.workloads!, guarantee);
          const { verdicts, crashed } = replayCase(c);
          expect(verdicts, JSON.stringify(c)).toEqual(c.expect);
          expect(verdicts[guarantee]).toBe('violated');
          expect(crashed).toBe(row < DECIDED);
          cases.push(guarantee);
          if (cases.length % 16 > 0) continue;
          const small = shrinkCase(c, guarantee, { evaluationsMax: 200 }).case;
          expect(replayCase(small).verdicts[guarantee]).toBe('violated');
          expect(small.schedule.length).toBeLessThan(c.schedule.length);
        }
      }
    }
  expect(new Set(cases).size).toBeGreaterThanOrEqual(DECIDED);
  expect(cases.length).toBeGreaterThan(300);
});

test('a liveness violation has no power loss', () => {
  const stack = { ...STACK_DEFAULT, mode: 'tag-flush', kernel: '2.6.36' } as const;
  const runner = new Runner({ seed: '1', stack, scope: 'power', check: 'exact', ops: 16, threads: 2 });
  let index = 0;
  for (runner.run(index); !violatedRows(runner).includes(GUARANTEES.indexOf('liveness'));) runner.run(++index);
  const c = caseOfRun(runner, index, '0', runner.workloads!, 'liveness');
  expect(c.crash).toBeUndefined();
  expect(replayCase(c).verdicts).toEqual(c.expect);
});
