import { expect, test } from 'vitest';
import { type Campaign, type CampaignWatch, runCampaign } from '../../src/campaign/campaign.ts';
import type { Pool } from '../../src/campaign/pool.ts';
import { rangeLength, runRange } from '../../src/campaign/range.ts';
import { GUARANTEES } from '../../src/contract/guarantees.ts';
import { Runner } from '../../src/fuzz/runner.ts';
import { type RunSettings } from '../../src/fuzz/settings.ts';
import { RUNS_PER_WORKLOAD } from '../../src/fuzz/source.ts';
import { type Mode, STACK_DEFAULT } from '../../src/stack/config.ts';

const settingsOf = (mode: Mode): RunSettings => ({
  seed: '4',
  stack: { ...STACK_DEFAULT, mode },
  scope: 'power',
  ops: 16,
  check: 'sample',
  threads: 2,
});
const campaign = (modes: readonly Mode[], more: Partial<Campaign> = {}): Campaign => ({
  modes: modes.map(settingsOf),
  // Short ranges: 16 runs.
  operationCount: 512,
  start: 0,
  end: 100,
  keepGoing: false,
  counted: GUARANTEES.map(() => true),
  jobs: 1,
  ...more,
});
const watch = (more: Partial<CampaignWatch> = {}): CampaignWatch => ({
  timeIsUp: () => false,
  signal: new AbortController().signal,
  progress: () => {},
  openPool: () => Promise.reject(new Error('no threads are wanted')),
  ...more,
});

/** Answers like worker threads would, the later range before the earlier one. */
function backwardPool({ modes }: Campaign): Pool {
  let delay = 40;
  return {
    range: async (task) => {
      delay = Math.max(1, delay - 6);
      await new Promise((resolve) => setTimeout(resolve, delay));
      return runRange(new Runner(modes[task.mode]), task);
    },
    shrinkRun: () => Promise.reject(new Error('nothing is shrunk')),
    shrink: () => Promise.reject(new Error('nothing is shrunk')),
    cell: () => Promise.reject(new Error('there is no matrix')),
    explore: () => Promise.reject(new Error('nothing is explored')),
    hunt: () => Promise.reject(new Error('nothing is hunted')),
    control: () => Promise.reject(new Error('no controls here')),
    close: () => Promise.resolve(),
  };
}

test('a range is some hundred runs of few operations and single runs of many, whole workloads where there are several', () => {
  expect([1, 32, 64, 512, 513, 8192, 1_000_000].map(rangeLength)).toEqual([256, 256, 128, 16, 15, 1, 1]);
  for (let count = 1; count <= 512; count++) expect(rangeLength(count) % RUNS_PER_WORKLOAD).toBe(0);
});

test('each mode stops at its own first violation and the others run on', async () => {
  const { tallies } = await runCampaign(campaign(['tag', 'drain-flush']), watch());
  const runner = new Runner(settingsOf('tag'));
  let first = 0;
  for (runner.run(first); !runner.code.includes(2); runner.run(++first));
  expect(tallies[0]).toMatchObject({ start: 0, end: first + 1, stopped: true });
  expect(tallies[1]).toMatchObject({ start: 0, end: 100, stopped: false });
});

test.each([false, true])('ranges that come back out of order come to the same (keepGoing %s)', async (keepGoing) => {
  const one = campaign(['tag', 'drain-flush', 'none'], { keepGoing });
  const many = { ...one, jobs: 4 };
  const result = await runCampaign(many, watch({ openPool: () => Promise.resolve(backwardPool(many)) }));
  expect(result).toEqual(await runCampaign(one, watch()));
});

test('when the time is up every mode has made the same runs, and as many runs without a time are the same', async () => {
  let asked = 0;
  const timed = await runCampaign(
    campaign(['drain-flush', 'drain-fua'], { end: Infinity }),
    watch({ timeIsUp: () => ++asked > 2 }),
  );
  expect(timed.end).toBe(48);
  expect(timed.tallies.map(({ end }) => end)).toEqual([48, 48]);
  expect(await runCampaign(campaign(['drain-flush', 'drain-fua'], { end: timed.end }), watch())).toEqual(timed);
});

test('time that was up before the start still makes one round', async () => {
  const { tallies } = await runCampaign(campaign(['none'], { end: Infinity }), watch({ timeIsUp: () => true }));
  expect(tallies[0].end).toBeGreaterThan(0);
});

test('an interrupt ends it with what has been counted until then, without a gap', async () => {
  const controller = new AbortController();
  const progress = (runs: number) => {
    if (runs >= 32) controller.abort();
  };
  const { tallies } = await runCampaign(
    campaign(['drain-flush'], { end: 1e9 }),
    watch({ signal: controller.signal, progress }),
  );
  expect(tallies[0].end).toBe(32);
});

test('what goes wrong in a range comes out of the campaign', async () => {
  const broken = { ...settingsOf('tag'), ops: -1 };
  await expect(runCampaign({ ...campaign([]), modes: [broken] }, watch())).rejects.toThrow(/ops is -1/);
});

test('guarantees that are not looked at neither stop a mode nor have a verdict', async () => {
  const counted = GUARANTEES.map((name) => name === 'integrity');
  const { tallies } = await runCampaign(campaign(['tag'], { counted }), watch());
  expect(tallies[0].end).toBe(100);
  expect(tallies[0].worst.filter((code) => code > 0)).toEqual([1]);
});
