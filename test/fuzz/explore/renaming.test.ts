/**
 * What leaving out renamings rests on: threads in another order, and files and sectors under other names, come to the
 * same states, crash points, images and verdicts; and what it must not go beyond: the order of sectors does matter.
 */
import { expect, test } from 'vitest';
import { EXPLORE_BOUNDS } from '../../../dist/fuzz/explore/exploration.js';
import { Explorer } from '../../../dist/fuzz/explore/explore.js';
import { everySectorCount, everyWorkload } from '../../../dist/guest/every/workloads.js';
import type { Operation, Workload } from '../../../dist/guest/operation.js';
import { compileWorkload } from '../../../dist/guest/program.js';
import { BACKENDS, MODES, STACK_DEFAULT, type StackConfig } from '../../../dist/stack/config.js';

const OPS = 3;
const SECTORS = everySectorCount(OPS);
const workloads = [...everyWorkload({ ops: OPS, threads: 2 })];
const OPTIONS = { ...EXPLORE_BOUNDS, statesMax: 1_500, keepGoing: true, reduced: true };

/** Some workloads on every mode of every backend; the others of a stack take turns. */
function* samples(): Generator<{ config: StackConfig; workload: Workload }> {
  let turn = 0;
  for (const backend of BACKENDS)
    for (const mode of MODES)
      for (let round = 0; round < 2; round++) {
        turn++;
        const disk = { ...STACK_DEFAULT.disk, sectors: SECTORS, fua: turn % 2 === 0, depth: turn % 3 === 0 ? 2 : 32 };
        const scheduler = turn % 4 === 0 ? 'deadline' : 'noop';
        const config: StackConfig = { ...STACK_DEFAULT, backend, mode, scheduler, disk };
        yield { config, workload: workloads[(turn * 997) % workloads.length] };
      }
}

/** The workload with its operations changed. */
function changed({ threads }: Workload, change: (operation: Operation) => Operation): Workload {
  return { threads: threads.map((steps) => steps.map(change)) };
}

function explored(config: StackConfig, workload: Workload): string {
  const { code, bound, states, crashPoints, images } = new Explorer(config, 'power', OPTIONS).explore(
    compileWorkload(workload, SECTORS),
  );
  return bound === null ? `${code.join()} ${states} ${crashPoints} ${images}` : 'bounded out';
}

/** How many of the samples were explored to their end, and how many came to something else when renamed. */
function compare(rename: (workload: Workload) => Workload): [number, number] {
  let [exhausted, different] = [0, 0];
  for (const { config, workload } of samples()) {
    // Where in its block of a VHD a sector lies decides what it is merged with.
    if (config.backend === 'tapdisk-vhd') continue;
    const one = explored(config, workload);
    const other = explored(config, rename(workload));
    if (one !== 'bounded out') exhausted++;
    if (one !== other) different++;
  }
  return [exhausted, different];
}

test('threads in another order, and files and sectors under other names, come to the same', () => {
  // Further apart, and behind one another as before.
  const renamed = (operation: Operation): Operation => ({
    ...operation,
    ...('sector' in operation ? { sector: operation.sector + 5 } : {}),
    ...('file' in operation ? { file: 9 - operation.file } : {}),
  });
  const [exhausted, different] = compare((workload) => ({
    threads: changed(workload, renamed).threads.toReversed(),
  }));
  expect(different).toBe(0);
  expect(exhausted).toBeGreaterThan(30);
});

test.each(['noop', 'deadline'] as const)('%s tells one order of sectors from the other', (scheduler) => {
  const config: StackConfig = {
    ...STACK_DEFAULT,
    backend: 'direct',
    mode: 'drain-flush',
    scheduler,
    disk: { ...STACK_DEFAULT.disk, sectors: SECTORS },
  };
  const [one, other] = [
    [0, 8],
    [8, 0],
  ].map(([direct, buffered]) =>
    explored(config, {
      threads: [
        [
          { op: 'write', sector: direct, count: 1 },
          { op: 'bufwrite', file: 1, sector: buffered, count: 1 },
          { op: 'flush' },
        ],
      ],
    }),
  );
  expect(one).not.toBe(other);
});
