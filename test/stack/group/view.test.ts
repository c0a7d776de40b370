/** What power loss can leave of one guest's sectors, seen two ways: on the whole disk, and on the guest's view of it. On the built engine. */
import { expect, test } from 'vitest';
import { fork } from '../../../dist/base/random.js';
import { generateWorkload } from '../../../dist/guest/arbitrary/generate.js';
import { compileGuests } from '../../../dist/guest/program.js';
import { enumerateImages } from '../../../dist/power/enumerate.js';
import { type DiskConfig, type Mode, type Scope, STACK_DEFAULT } from '../../../dist/stack/config.js';
import { createStack } from '../../../dist/stack/create.js';
import type { Disk } from '../../../dist/stack/disk/disk.js';
import type { Stack } from '../../../dist/stack/stack.js';
import { RandomScheduler } from '../../../dist/fuzz/scheduler.js';

const SECTORS = 8;
const GUESTS = 2;
const IMAGES_MAX = 3000;

const DISKS: readonly Partial<DiskConfig>[] = [
  {},
  { fua: true },
  { cache: 'none' },
  { cache: 'nonvolatile', depth: 3 },
  { destage: 'fifo' },
  { destage: 'fifo', fua: true },
  { destage: 'epoch' },
  { destage: 'epoch', fua: true, tags: 'ignored' },
  { atomic: 4096 },
  { atomic: 4096, destage: 'fifo' },
  { flush: 'ignored' },
];

/** Every image of the disk, as text; null: too many. */
function imagesOf(disk: Disk, scope: Scope, part: (image: Int32Array) => number[]): Set<string> | null {
  const image = new Int32Array(disk.media.sectorCount);
  const seen = new Set<string>();
  const count = enumerateImages(disk, scope, IMAGES_MAX, image, () => {
    seen.add(part(image).join(' '));
    return true;
  });
  return count < 0 ? null : seen;
}

/** The guest's part of a whole image, in its own versions. */
function partOf(stack: Stack, guest: number, firstOp: number): (image: Int32Array) => number[] {
  const { start } = stack.ofGuest(guest).parts.partition!;
  return (image) => Array.from(image.subarray(start, start + SECTORS), (v) => (v < 0 ? v : v - firstOp));
}

/** Compares at every step of some runs; returns how many sets were compared. */
function compare(mode: Mode, disk: Partial<DiskConfig>, scope: Scope, seed: string): number {
  const config = { ...STACK_DEFAULT, mode, guests: GUESTS, disk: { ...STACK_DEFAULT.disk, ...disk, sectors: SECTORS } };
  const stack = createStack(config);
  const scheduler = new RandomScheduler();
  let compared = 0;
  for (let index = 0; index < 3; index++) {
    const random = fork(seed, 'workload', index);
    const atomicSectors = config.disk.atomic / 512;
    const workloads = Array.from({ length: GUESTS }, () =>
      generateWorkload(random, { ops: 4, threads: 2, sectors: SECTORS, atomicSectors: atomicSectors }),
    );
    const program = compileGuests(workloads, SECTORS);
    const firstOps = [0, program.guests![0].opCount];
    stack.reset(program);
    scheduler.begin(stack, fork(seed, 'schedule', index));
    let now = -1;
    for (;;) {
      if (stack.clock.now !== now) {
        const views = stack.evidence();
        now = stack.clock.now;
        for (let guest = 0; guest < GUESTS; guest++) {
          const whole = imagesOf(stack.disk, scope, partOf(stack, guest, firstOps[guest]));
          if (whole === null) continue;
          const own = imagesOf(views[guest].disk, scope, (image) => [...image]);
          expect([...own!].sort(), `guest ${guest} at ${now}`).toEqual([...whole].sort());
          compared++;
        }
      }
      stack.refresh();
      const action = scheduler.next(stack, fork(seed, 'crash', now));
      if (action === -1) break;
      stack.perform(action);
    }
  }
  return compared;
}

test.each(DISKS)("a guest's view of the disk leaves what the whole disk leaves of its sectors: %j", (disk) => {
  for (const scope of ['power', 'host'] as const) {
    const compared = compare('drain-flush', disk, scope, 'view') + compare('tag', disk, scope, 'view');
    expect(compared).toBeGreaterThan(100);
  }
});

test('the versions and sectors of one guest never show up in the part of another', () => {
  const config = { ...STACK_DEFAULT, mode: 'tag-flush' as const, guests: 3 };
  const stack = createStack({ ...config, disk: { ...config.disk, sectors: SECTORS } });
  const random = fork('apart', 'workload', 0);
  const workloads = [6, 7, 8].map((ops) =>
    generateWorkload(random, { ops, threads: 2, sectors: SECTORS, atomicSectors: 1 }),
  );
  const program = compileGuests(workloads, SECTORS);
  const scheduler = new RandomScheduler();
  stack.reset(program);
  scheduler.begin(stack, fork('apart', 'schedule', 0));
  for (stack.refresh(); stack.enabledMask !== 0; stack.refresh())
    stack.perform(scheduler.next(stack, fork('apart', 'crash', 0)));
  stack.readDevice();
  const parts = stack.evidence().map(({ history }, guest) => ({ history, opCount: program.guests![guest].opCount }));
  for (const { history, opCount } of parts)
    for (const version of history.image.subarray(0, SECTORS)) {
      expect(version).toBeGreaterThanOrEqual(-1);
      expect(version).toBeLessThan(opCount);
    }
  const firsts = [0, 1, 2].map((guest) => stack.ofGuest(guest).parts.partition!);
  for (let sector = 0; sector < stack.disk.media.sectorCount; sector++)
    if (!firsts.some((part) => part.has(sector))) expect(stack.disk.media.current[sector]).toBe(-1);
});
