/** Small workloads on every kind of stack, for the tests of exploring. On the built engine, for speed. */
import { fork } from '../../../dist/base/random.js';
import { generateWorkload } from '../../../dist/guest/arbitrary/generate.js';
import { compileWorkload, type Program } from '../../../dist/guest/program.js';
import {
  BACKENDS,
  type DiskConfig,
  KERNELS,
  MODES,
  STACK_DEFAULT,
  type StackConfig,
} from '../../../dist/stack/config.js';

export const SECTORS = 16;

const DISKS: readonly Partial<DiskConfig>[] = [
  {},
  { fua: true },
  { cache: 'none' },
  { tags: 'ignored' },
  { flush: 'ignored' },
  { destage: 'fifo' },
  { destage: 'epoch' },
  { atomic: 4096 },
  { depth: 2 },
];

/** Frontends that give up ordering or flushing under way, and one that asks for flushes by FLUSH_DISKCACHE. */
const NEGOTIATIONS: readonly Partial<StackConfig>[] = [
  { frontend: '2.6.36', mode: 'drain', features: { barrier: 0 } },
  { frontend: '2.6.18', mode: 'tag', features: { barrier: 0 } },
  { frontend: '3.6', mode: 'flush-fua', features: { barrier: 0 } },
  { frontend: '3.6', mode: 'flush-fua', features: { barrier: 'absent' } },
  { frontend: '3.6', mode: 'negotiated', backend: 'blkback-drain' },
  { frontend: '3.6', mode: 'negotiated', features: { barrier: 'absent' } },
];

/** Backends with metadata, and threads that wait in a sync. */
const OPTIONS: readonly StackConfig[] = [
  { ...STACK_DEFAULT, mode: 'drain', backend: 'tapdisk', backendOptions: { image: 'sparse', fdatasync: true } },
  { ...STACK_DEFAULT, mode: 'tag', backend: 'tapdisk', backendOptions: { image: 'fallocated', open: 'dsync' } },
  { ...STACK_DEFAULT, mode: 'drain', backend: 'blktap2', backendOptions: { image: 'sparse', open: 'buffered' } },
  { ...STACK_DEFAULT, mode: 'drain-flush', backend: 'tapdisk-vhd', backendOptions: { preallocate: true } },
];

/** Every mode on every backend; disk, kernel, scheduler and ring take turns. */
export function stacks(): StackConfig[] {
  const configs: StackConfig[] = [];
  for (const backend of BACKENDS)
    for (const mode of MODES) {
      const turn = configs.length;
      configs.push({
        ...STACK_DEFAULT,
        backend,
        mode,
        kernel: KERNELS[turn % 2],
        scheduler: turn % 3 === 0 ? 'deadline' : 'noop',
        ring: turn % 5 === 0 ? { slots: 2, start: 0xffffffff } : STACK_DEFAULT.ring,
        disk: { ...STACK_DEFAULT.disk, sectors: SECTORS, ...DISKS[turn % DISKS.length] },
      });
    }
  for (const options of OPTIONS) configs.push({ ...options, disk: { ...STACK_DEFAULT.disk, sectors: SECTORS } });
  const disk = { ...STACK_DEFAULT.disk, sectors: SECTORS };
  return [...configs, ...NEGOTIATIONS.map((negotiation) => ({ ...STACK_DEFAULT, ...negotiation, disk }))];
}

export function programOf(config: StackConfig, name: string, index: number, ops: number): Program {
  const atomicSectors = config.disk.atomic === 4096 ? 8 : 1;
  const shape = { ops, threads: 2, sectors: SECTORS, files: 2, atomicSectors } as const;
  return compileWorkload(generateWorkload(fork(name, 'workload', index), shape), SECTORS);
}
