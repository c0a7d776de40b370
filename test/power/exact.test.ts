/**
 * The exact check against the stupid way: at every crash point of thousands of small runs, over every mode, backend,
 * kind of disk and scope, all images are built and judged, and what some image violates must be what was decided.
 * On the built engine, for speed.
 */
import { expect, test } from 'vitest';
import { fork } from '../../dist/base/random.js';
import { GUARANTEE, VERDICT } from '../../dist/contract/guarantees.js';
import { Oracle } from '../../dist/contract/oracle.js';
import { RandomScheduler } from '../../dist/fuzz/scheduler.js';
import { generateWorkload } from '../../dist/guest/arbitrary/generate.js';
import { compileWorkload } from '../../dist/guest/program.js';
import { enumerateImages } from '../../dist/power/enumerate.js';
import type { ExactCheck } from '../../dist/power/exact/check.js';
import { createExactCheck } from '../../dist/power/exact/create.js';
import {
  BACKENDS,
  type DiskConfig,
  KERNELS,
  MODES,
  SCOPES,
  STACK_DEFAULT,
  type Scope,
} from '../../dist/stack/config.js';
import { Stack } from '../../dist/stack/stack.js';

const SECTORS = 16;
const IMAGES_MAX = 3000;
/** The guarantees that an image decides. */
const DECIDED = [
  GUARANTEE.barrierOrder,
  GUARANTEE.barrierDurability,
  GUARANTEE.emptyBarrierOrder,
  GUARANTEE.emptyBarrierDurability,
  GUARANTEE.flushDurability,
  GUARANTEE.fsyncDurability,
  GUARANTEE.fuaDurability,
];
const DISKS: Partial<DiskConfig>[] = [
  {},
  { fua: true },
  { cache: 'none' },
  { cache: 'nonvolatile' },
  { tags: 'ignored' },
  { flush: 'ignored' },
  { destage: 'fifo' },
  { destage: 'epoch' },
  { atomic: 4096 },
  { destage: 'epoch', atomic: 4096, fua: true },
  { destage: 'fifo', fua: true },
  { depth: 2 },
];

class Tally {
  crashPoints = 0;
  images = 0;
  differences = 0;
  readonly violated: number[] = DECIDED.map(() => 0);
}

/** Walks one small run and compares at every crash point. */
function compare(stack: Stack, check: ExactCheck, scope: Scope, key: string, index: number, tally: Tally): void {
  const atomicSectors = stack.config.disk.atomic === 4096 ? 8 : 1;
  const shape = { ops: 2 + (index % 6), threads: 1 + (index % 3), sectors: SECTORS, files: 2 } as const;
  const program = compileWorkload(generateWorkload(fork(key, 'workload', index), { ...shape, atomicSectors }), SECTORS);
  const random = fork(key, 'schedule', index);
  const scheduler = new RandomScheduler();
  scheduler.begin(random);
  stack.reset(program);
  check.begin(program);
  for (;;) {
    check.step();
    comparePoint(stack, check, scope, tally);
    stack.refresh();
    const action = scheduler.next(stack, random);
    if (action < 0) return;
    stack.perform(action);
  }
}

function comparePoint(stack: Stack, check: ExactCheck, scope: Scope, tally: Tally): void {
  const { history } = stack;
  const oracle = new Oracle();
  const violated = DECIDED.map(() => 0);
  history.crashAt = stack.clock.now + 1;
  const count = enumerateImages(stack.disk, scope, IMAGES_MAX, history.image, () => {
    const { code } = oracle.judge(history);
    DECIDED.forEach((guarantee, i) => {
      if (code[guarantee] === VERDICT.violated) violated[i] = 1;
    });
    return true;
  });
  history.crashAt = 0;
  if (count < 0) return;
  tally.crashPoints++;
  tally.images += count;
  DECIDED.forEach((guarantee, i) => {
    tally.violated[i] += violated[i];
    if (check.violated[guarantee] !== violated[i]) tally.differences++;
  });
}

function compareAll(
  backend: (typeof BACKENDS)[number],
  runs: number,
  prepare: (check: ExactCheck) => void = () => {},
): Tally {
  const tally = new Tally();
  for (const mode of MODES)
    for (const kernel of KERNELS)
      for (const disk of DISKS)
        for (const scope of SCOPES) {
          const stack = new Stack({
            ...STACK_DEFAULT,
            mode,
            kernel,
            backend,
            disk: { ...STACK_DEFAULT.disk, sectors: SECTORS, ...disk },
          });
          stack.journal.isOn = true;
          const check = createExactCheck(stack, scope);
          prepare(check);
          for (let index = 0; index < runs; index++)
            compare(stack, check, scope, `${backend} ${mode} ${kernel} ${JSON.stringify(disk)} ${scope}`, index, tally);
        }
  return tally;
}

for (const backend of BACKENDS)
  test(`exact and enumerate agree at every crash point (${backend})`, () => {
    const tally = compareAll(backend, 3);
    expect(tally.differences).toBe(0);
    expect(tally.crashPoints).toBeGreaterThan(15_000);
    expect(tally.images).toBeGreaterThan(4 * tally.crashPoints);
    expect(tally.violated.reduce((sum, count) => sum + count)).toBeGreaterThan(500);
    // Not vacuous: where nothing stands between the guest's queue and the disk, every guarantee breaks at many points.
    if (backend === 'direct') for (const count of tally.violated) expect(count).toBeGreaterThan(5);
  });

test('deciding the stack as it stands gives what following it step by step gives', () => {
  const tally = new Tally();
  for (const disk of DISKS) {
    const stack = new Stack({
      ...STACK_DEFAULT,
      backend: 'direct',
      mode: 'drain',
      disk: { ...STACK_DEFAULT.disk, sectors: SECTORS, ...disk },
    });
    const check = createExactCheck(stack, 'power');
    let program = compileWorkload({ threads: [] }, SECTORS);
    const anew: ExactCheck = {
      violated: check.violated,
      begin: (begun) => {
        program = begun;
      },
      step: () => check.decideNow(program),
      decideNow: () => {},
    };
    for (let index = 0; index < 20; index++) compare(stack, anew, 'power', JSON.stringify(disk), index, tally);
  }
  expect(tally.differences).toBe(0);
  expect(tally.violated.every((count) => count > 0)).toBe(true);
});

test('canary: an exact check in which a write may precede itself is caught', () => {
  const tally = compareAll('direct', 1, (check) => {
    const { precedence } = check as unknown as { precedence: { keyOf: (op: number) => number } };
    const keyOf = precedence.keyOf.bind(precedence);
    precedence.keyOf = (op) => (keyOf(op) === 0x7fffffff ? 0x7fffffff : keyOf(op) & ~1);
  });
  expect(tally.differences).toBeGreaterThan(0);
});
