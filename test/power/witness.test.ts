/**
 * Witnesses at every crash point of thousands of small runs, over every mode, backend, kind of disk and scope: there is
 * one for whatever the exact check calls violated and for nothing else, the oracle confirms it, power loss can leave it,
 * and no image that shows the violation costs less. On the built engine, for speed.
 */
import { expect, test } from 'vitest';
import { fork } from '../../dist/base/random.js';
import { GUARANTEE, GUARANTEES, VERDICT } from '../../dist/contract/guarantees.js';
import { Oracle } from '../../dist/contract/oracle.js';
import { RandomScheduler } from '../../dist/fuzz/scheduler.js';
import { generateWorkload } from '../../dist/guest/arbitrary/generate.js';
import { compileWorkload } from '../../dist/guest/program.js';
import { enumerateImages } from '../../dist/power/enumerate.js';
import { createExactCheck } from '../../dist/power/exact/create.js';
import { findWitness } from '../../dist/power/exact/witness/witness.js';
import { startedWrites } from '../../dist/power/options.js';
import { impossibleSector } from '../../dist/power/possible.js';
import {
  BACKENDS,
  isOutlived,
  MODES,
  SCOPES,
  STACK_DEFAULT,
  type Scope,
  type StackConfig,
} from '../../dist/stack/config.js';
import type { Disk } from '../../dist/stack/disk/disk.js';
import { Stack } from '../../dist/stack/stack.js';
import { DISKS } from './disks.ts';

const SECTORS = 16;
const IMAGES_MAX = 400;
const LOST = 1000;
const ROWS = GUARANTEES.map((_, row) => row);

class Tally {
  witnesses = 0;
  compared = 0;
  costs = 0;
  readonly complaints: string[] = [];
}

/** What an image costs, by definition: a lost unit shows no layering of the started writes over what is cached. */
function costOf(disk: Disk, image: Int32Array): number {
  const { unitSectors, floor, current } = disk.media;
  const started = startedWrites(disk);
  let cost = 0;
  for (let from = 0; from < disk.media.sectorCount; from += unitSectors) {
    const at = (versions: Int32Array) => versions.subarray(from, from + unitSectors).join();
    const own = at(image);
    const shows = (versions: Int32Array, left: readonly number[]): boolean =>
      at(versions) === own ||
      left.some((tag) => {
        const over = versions.slice();
        disk.overlay(tag, over, from, from + unitSectors);
        return (
          over.join() !== versions.join() &&
          shows(
            over,
            left.filter((other) => other !== tag),
          )
        );
      });
    if (!shows(current, started)) cost += LOST;
    if (own !== at(floor) && own !== at(current)) cost++;
  }
  return cost;
}

/** Walks one small run and asks for every witness at every crash point. */
function walk(stack: Stack, scope: Scope, key: string, index: number, look: Look): void {
  const atomicSectors = stack.config.disk.atomic === 4096 ? 8 : 1;
  const shape = { ops: 2 + (index % 8), threads: 1 + (index % 3), sectors: SECTORS, files: 2 } as const;
  const program = compileWorkload(generateWorkload(fork(key, 'workload', index), { ...shape, atomicSectors }), SECTORS);
  const check = createExactCheck(stack, scope);
  const random = fork(key, 'schedule', index);
  const scheduler = new RandomScheduler();
  scheduler.begin(stack, random);
  stack.reset(program);
  check.begin(program);
  let time = -1;
  for (;;) {
    check.step();
    stack.refresh();
    if (stack.clock.now !== time) {
      time = stack.clock.now;
      const find = (row: number): boolean => {
        const found = findWitness(stack, scope, row, stack.diskImage);
        stack.decode();
        return found;
      };
      look({ stack, scope, name: `${key} ${index} at ${time}`, violated: check.violated, find });
    }
    const action = scheduler.next(stack, random);
    if (action < 0) return;
    stack.perform(action);
  }
}

interface CrashPoint {
  readonly stack: Stack;
  readonly scope: Scope;
  readonly name: string;
  readonly violated: Uint8Array;
  /** Leaves the witness in the stack's image of the disk, and decoded in the history's. */
  readonly find: (row: number) => boolean;
}
type Look = (point: CrashPoint) => void;

/** The least cost of an image that violates each guarantee, by trying all; null when there are too many. */
function leastCosts({ stack, scope }: CrashPoint): number[] | null {
  const { disk, history } = stack;
  const least = ROWS.map(() => Infinity);
  const oracle = new Oracle();
  const count = enumerateImages(disk, scope, IMAGES_MAX, stack.diskImage, () => {
    stack.decode();
    const { code } = oracle.judge(history);
    const cost = scope === 'host' ? 0 : costOf(disk, stack.diskImage);
    for (const row of ROWS) if (code[row] === VERDICT.violated) least[row] = Math.min(least[row], cost);
    return true;
  });
  return count < 0 ? null : least;
}

function check(point: CrashPoint, tally: Tally): void {
  const { stack, scope, name, violated, find } = point;
  const { disk, history } = stack;
  const oracle = new Oracle();
  history.crashAt = stack.clock.now + 1;
  const least = violated.includes(1) ? leastCosts(point) : null;
  for (const row of ROWS) {
    const found = find(row);
    const complain = (what: string): unknown => tally.complaints.push(`${name}: ${GUARANTEES[row]}: ${what}`);
    if (found !== (violated[row] === 1)) complain(found ? 'a witness of no violation' : 'no witness');
    if (!found) continue;
    tally.witnesses++;
    if (oracle.judge(history).code[row] !== VERDICT.violated) complain('the oracle sees no violation');
    if (impossibleSector(disk, scope, stack.diskImage) >= 0) complain('the image is impossible');
    if (least === null || scope === 'host') continue;
    tally.compared++;
    const cost = costOf(disk, stack.diskImage);
    tally.costs += cost;
    if (cost !== least[row]) complain(`it costs ${cost}, another one ${least[row]}`);
  }
  history.crashAt = 0;
}

function checkAll(config: Partial<StackConfig>, runs: number, look: (point: CrashPoint, tally: Tally) => void): Tally {
  const tally = new Tally();
  for (const mode of MODES)
    for (const disk of DISKS)
      for (const scope of SCOPES.filter((name) => !isOutlived(name))) {
        const stack = new Stack({
          ...STACK_DEFAULT,
          ...config,
          mode,
          disk: { ...STACK_DEFAULT.disk, sectors: SECTORS, ...disk },
        });
        stack.journal.isOn = true;
        const key = `witness ${JSON.stringify(config)} ${mode} ${JSON.stringify(disk)} ${scope}`;
        for (let index = 0; index < runs; index++) walk(stack, scope, key, index, (point) => look(point, tally));
      }
  return tally;
}

const STACKS: readonly Partial<StackConfig>[] = [
  ...BACKENDS.map((backend) => ({ backend })),
  { backend: 'tapdisk', backendOptions: { image: 'sparse' } },
];

for (const config of STACKS)
  test(`what the exact check calls violated has a cheapest witness that the oracle confirms (${JSON.stringify(config)})`, () => {
    const tally = checkAll(config, 3, check);
    expect(tally.complaints.slice(0, 5)).toEqual([]);
    expect(tally.witnesses).toBeGreaterThan(100);
    expect(tally.compared).toBeGreaterThan(50);
    expect(tally.costs).toBeGreaterThan(50 * LOST);
  });

test('canary: a witness with more lost than there has to be is caught', () => {
  const tally = checkAll({ backend: 'direct' }, 3, (point, total) => {
    const find = (row: number): boolean => {
      const found = point.find(row);
      const { media } = point.stack.disk;
      // Down to the floor wherever that still shows the violation: possible, confirmed, and dearer than it has to be.
      if (found && row === GUARANTEE.barrierDurability) point.stack.history.image.set(media.floor);
      return found;
    };
    check({ ...point, find }, total);
  });
  expect(tally.complaints.some((complaint) => complaint.includes('it costs'))).toBe(true);
});
