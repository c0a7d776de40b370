/** Small runs over every part of the stack and every setting of the disk, each cut short somewhere. */
import type { History } from '../../src/base/history.ts';
import { RandomStream, fork } from '../../src/base/random.ts';
import { encodeHistory } from '../../src/contract/encode.ts';
import { Runner } from '../../src/fuzz/runner.ts';
import { type RunSettings } from '../../src/fuzz/settings.ts';
import { RUNS_PER_WORKLOAD } from '../../src/fuzz/source.ts';
import { compileWorkload } from '../../src/guest/program.ts';
import {
  BACKENDS,
  type DiskConfig,
  MODES,
  type Scope,
  STACK_DEFAULT,
  type StackConfig,
} from '../../src/stack/config.ts';
import type { DiskEvent } from '../../src/stack/disk/log.ts';
import type { DiskDocument } from '../oracle/life.ts';
import { type Cut, diskModelOf } from './cut.ts';

/** A document shows what reached the disk only where the guest's sectors are the disk's. */
const UNMAPPED = BACKENDS.filter((backend) => backend !== 'tapdisk-vhd');

/**
 * Settings number `index`: the same ones every time. Most disks have a write-back cache, where the rules are; one in eight
 * has ORDERED commands on a disk with epochs, one in eight a host that crashes right above its disk: rare by mere chance.
 */
function settingsAt(index: number): RunSettings {
  const random = new RandomStream(`small run ${index}`);
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)];
  const atomic: DiskConfig['atomic'] = pick([512, 512, 4096]);
  const disk: DiskConfig = {
    sectors: atomic === 4096 ? pick([8, 16, 16]) : random.between(8, 16),
    cache: pick(['writeback', 'writeback', 'writeback', 'writeback', 'none', 'nonvolatile']),
    fua: pick([true, false]),
    tags: pick(['honoured', 'honoured', 'ignored']),
    destage: pick(['any', 'fifo', 'epoch']),
    flush: pick(['honest', 'honest', 'honest', 'ignored']),
    atomic,
    depth: pick([1, 2, 32, 32, 32]),
  };
  const settings: RunSettings = {
    seed: 'small runs',
    stack: { ...STACK_DEFAULT, mode: pick(MODES), backend: pick(['direct', ...UNMAPPED]), disk },
    scope: pick(['power', 'power', 'host']),
    check: 'sample',
    ops: random.between(2, 6),
    threads: 2,
  };
  if (index % 8 === 0) return { ...settings, scope: 'power', ops: 6, stack: orderedStack(settings.stack) };
  if (index % 8 === 1) return { ...settings, scope: 'host', ops: 6, stack: { ...settings.stack, backend: 'direct' } };
  return settings;
}

function orderedStack(stack: StackConfig): StackConfig {
  const disk: DiskConfig = { ...stack.disk, cache: 'writeback', tags: 'honoured', destage: 'epoch', depth: 32 };
  return { ...stack, mode: 'tag', backend: 'direct', disk };
}

/** Makes run number `index` with settings of its own, the log of its disk switched on. */
export function makeRun(index: number): Runner {
  const runner = new Runner(settingsAt(index));
  runner.stack.disk.log = [];
  runner.run(index * RUNS_PER_WORKLOAD);
  return runner;
}

/** The runner's last run, as it lost power (or ended) with the image that was drawn. */
export function cutOfRun(runner: Runner, index: number): Cut {
  return cutOf(runner, `run ${index}`);
}

/** The same run again, with the power lost after `stepCount` actions and the least image left. */
export function cutAfter(runner: Runner, index: number, stepCount: number): Cut {
  const { stack, settings, workloads } = runner;
  stack.reset(compileWorkload(workloads![0], settings.stack.disk.sectors));
  for (const action of runner.schedule.subarray(0, stepCount)) {
    stack.refresh();
    stack.perform(action);
  }
  stack.history.crashAt = stack.clock.tick();
  stack.history.image.set(stack.disk.media.floor);
  return cutOf(runner, `run ${index} cut after ${stepCount} actions`);
}

/** Some steps of the run at which to cut it. */
export function stepsWithin(runner: Runner, index: number, count: number): number[] {
  const random = fork('small cuts', 'crash', index);
  return Array.from({ length: count }, () => random.below(runner.stepCount + 1));
}

/** The document of a history with what reached its disk. */
export function documentOf(
  history: History,
  disk: DiskConfig,
  scope: Scope,
  events: readonly DiskEvent[],
): DiskDocument {
  const diskModel = diskModelOf(disk);
  const atomicSectors = disk.atomic / 512;
  return encodeHistory(history, { atomicSectors, scope, diskModel, disk: [...events] }) as unknown as DiskDocument;
}

function cutOf(runner: Runner, name: string): Cut {
  const { history, disk } = runner.stack;
  const { scope } = runner.settings;
  return { name, disk, scope, document: documentOf(history, disk.config, scope, disk.log!) };
}
