import { expect, test } from 'vitest';
import { type Explorable, exploreTask } from '../../src/campaign/explorable.ts';
import { exploreAll } from '../../src/campaign/explore.ts';
import type { Pool } from '../../src/campaign/pool.ts';
import { EXPLORE_BOUNDS } from '../../src/fuzz/explore/exploration.ts';
import { everySectorCount, everyWorkload } from '../../src/guest/every/workloads.ts';
import { STACK_DEFAULT } from '../../src/stack/config.ts';

const OPTIONS = { ...EXPLORE_BOUNDS, keepGoing: true, reduced: true };
const stack = {
  ...STACK_DEFAULT,
  backend: 'direct',
  mode: 'none',
  disk: { ...STACK_DEFAULT.disk, sectors: everySectorCount(2) },
} as const;
const explorables: Explorable[] = [...everyWorkload({ ops: 2, threads: 1 })]
  .slice(0, 60)
  .map((workload) => ({ stack, scope: 'power', workloads: [workload] }));
const direct = explorables.map((one) => exploreTask({ ...one, options: OPTIONS }));

/** Answers like worker threads would, later ones before earlier ones. */
function backwardPool(given: { count: number; signal?: AbortSignal }): Pool {
  let delay = 40;
  const unwanted = () => Promise.reject(new Error('nothing of the kind is wanted'));
  return {
    range: unwanted,
    shrinkRun: unwanted,
    shrink: unwanted,
    cell: unwanted,
    hunt: unwanted,
    control: () => Promise.reject(new Error('no controls here')),
    explore: async (task, signal) => {
      given.count++;
      given.signal = signal;
      delay = Math.max(1, delay - 8);
      await new Promise((resolve) => setTimeout(resolve, delay));
      signal.throwIfAborted();
      return exploreTask(task);
    },
    close: () => Promise.resolve(),
  };
}

test.each([1, 3])('with %i threads all come in their order', async (jobs) => {
  const watch = { pool: backwardPool({ count: 0 }), jobs, signal: new AbortController().signal };
  let count = 0;
  for await (const { explorable, exploration } of exploreAll(explorables, OPTIONS, watch)) {
    expect(explorable).toBe(explorables[count]);
    expect(exploration).toEqual(direct[count++]);
  }
  expect(count).toBe(explorables.length);
});

test('whoever has seen enough ends the rest, and no more is given out than can be under way', async () => {
  const given: { count: number; signal?: AbortSignal } = { count: 0 };
  const watch = { pool: backwardPool(given), jobs: 1, signal: new AbortController().signal };
  for await (const { exploration } of exploreAll(explorables, OPTIONS, watch)) {
    expect(exploration).toEqual(direct[0]);
    break;
  }
  expect(given.count).toBeLessThan(20);
  expect(given.signal!.aborted).toBe(true);
});

test('an interrupt ends it without a failure; a failure is one', async () => {
  const interrupt = new AbortController();
  const watch = { pool: backwardPool({ count: 0 }), jobs: 1, signal: interrupt.signal };
  let count = 0;
  for await (const _ of exploreAll(explorables, OPTIONS, watch)) if (++count === 3) interrupt.abort();
  expect(count).toBeLessThan(60);
  const broken: Pool = { ...watch.pool, explore: () => Promise.reject(new Error('broken')) };
  const failing = exploreAll(explorables, OPTIONS, { pool: broken, jobs: 1, signal: new AbortController().signal });
  await expect(failing.next()).rejects.toThrow('broken');
});
