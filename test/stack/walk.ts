/** Whole runs of a stack: the configurations worth a walk, random schedules, and what a run leaves. */
import { fork, type RandomStream } from '../../src/base/random.ts';
import { generateWorkload } from '../../src/guest/arbitrary/generate.ts';
import type { Workload } from '../../src/guest/operation.ts';
import type { Program } from '../../src/guest/program.ts';
import { ACTION_CLASS_COUNT } from '../../src/stack/actions.ts';
import {
  BACKENDS,
  FRONTENDS,
  KERNELS,
  MODES,
  SCHEDULERS,
  type DiskConfig,
  type StackConfig,
} from '../../src/stack/config.ts';
import { nonsense } from '../../src/stack/nonsense.ts';
import { Stack } from '../../src/stack/stack.ts';
import { configOf } from './script.ts';

const DISKS: readonly Partial<DiskConfig>[] = [
  {},
  { fua: true, destage: 'epoch' },
  { cache: 'none', tags: 'ignored' },
  { fua: true, atomic: 4096, destage: 'fifo', depth: 3 },
  { flush: 'ignored', depth: 1 },
  { cache: 'nonvolatile', atomic: 4096, depth: 2 },
];
const RINGS = [
  { slots: 32, start: 2 ** 32 - 3 },
  { slots: 2, start: 2 ** 32 - 1 },
  { slots: 4, start: 2 ** 31 - 2 },
];

/** Every mode, backend, frontend, kernel and ring that make sense together; disks and schedulers take turns. */
export function configurations(): StackConfig[] {
  const configs: StackConfig[] = [];
  for (const mode of [...MODES, 'negotiated'] as const)
    for (const backend of BACKENDS)
      for (const frontend of FRONTENDS)
        for (const kernel of KERNELS)
          for (const ring of backend === 'direct' ? RINGS.slice(0, 1) : RINGS) {
            const turn = configs.length;
            const disk = DISKS[turn % DISKS.length];
            const scheduler = SCHEDULERS[Math.floor(turn / DISKS.length) % SCHEDULERS.length];
            const config = configOf({ mode, backend, frontend, kernel, scheduler, ring, disk });
            if (nonsense(config) === null) configs.push(config);
          }
  return configs;
}

/** Sectors of every device here. */
export const SECTORS = 64;

export function workload(index: number, ops = 14): Workload {
  return generateWorkload(fork('stack', 'workload', index), { ops, threads: 3, sectors: SECTORS });
}

/** A fresh stack that keeps the disk's log, at the start of a run. */
export function stackOf(config: StackConfig, program: Program): Stack {
  const stack = new Stack(config);
  stack.disk.log = [];
  stack.reset(program);
  return stack;
}

export function titleOf(config: StackConfig): string {
  return JSON.stringify(config);
}

/** More actions than any run here takes. */
const STEPS_MAX = 50_000;

/** Takes random actions until none is enabled, or `stepCountMax` of them; returns them. */
export function walk(stack: Stack, stream: RandomStream, stepCountMax: number = STEPS_MAX): number[] {
  const actions: number[] = [];
  for (stack.refresh(); stack.enabledMask !== 0; stack.refresh()) {
    if (actions.length === stepCountMax) break;
    const action = pick(stack, stream);
    actions.push(action);
    stack.perform(action);
  }
  if (actions.length === STEPS_MAX) throw new Error(`no end: ${titleOf(stack.config)}`);
  return actions;
}

function pick(stack: Stack, stream: RandomStream): number {
  const actions = enabledActions(stack);
  return actions[stream.below(actions.length)];
}

/** All enabled actions. */
export function enabledActions(stack: Stack): number[] {
  const actions: number[] = [];
  for (let actionClass = 0; actionClass < ACTION_CLASS_COUNT; actionClass++)
    for (let i = 0; i < stack.enabledOf(actionClass); i++) actions.push(stack.nth(actionClass, i));
  return actions;
}

/** Operations that have not completed, by id. */
export function openOperations(stack: Stack): number[] {
  const { history } = stack;
  return Array.from({ length: history.opCount }, (_, op) => op).filter((op) => history.complete[op] === 0);
}

/** The versions that a read returned. */
export function readOf(stack: Stack, op: number): number[] {
  const { readStart, readVersions, count } = stack.history;
  return [...readVersions.subarray(readStart[op], readStart[op] + count[op])];
}

/** Everything that can be seen of a run. */
export function outcomeOf(stack: Stack, program: Program): unknown {
  const { history, disk } = stack;
  const columns = [history.submit, history.complete, history.status].map((column) => [
    ...column.subarray(0, history.opCount),
  ]);
  const isRead = (op: number) => program.readStart[op] >= 0 && history.complete[op] !== 0;
  const ops = Array.from({ length: program.opCount }, (_, op) => op);
  stack.refresh();
  return {
    columns,
    reads: ops.filter(isRead).map((op) => readOf(stack, op)),
    current: [...disk.media.current],
    floor: [...disk.media.floor],
    log: disk.log,
    enabled: enabledActions(stack).toSorted((a, b) => a - b),
    now: stack.clock.now,
    breachCount: stack.breachCount,
    twiceCount: history.twiceCount,
  };
}
