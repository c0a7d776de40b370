/** What a stack is put together from: every choice of modes.md and disk.md, its default, and what makes no sense together. */

import type { Mutant } from './mutants.ts';

/** The queue-ordering modes of facts.md §2 and the rules of 2.6.37 on, in the order of every table. */
export const MODES = ['none', 'drain', 'drain-flush', 'drain-fua', 'tag', 'tag-flush', 'tag-fua', 'flush-fua'] as const;
export type Mode = (typeof MODES)[number];

export const BACKENDS = [
  'direct',
  'blkback',
  'loop',
  'reference',
  'blkback-drain',
  'qemu-xendisk',
  'blktap2',
  'tapdisk',
  'tapdisk-vhd',
] as const;
export type Backend = (typeof BACKENDS)[number];

export const FRONTENDS = ['generic', '2.6.18', '2.6.36', '3.6'] as const;
export type Frontend = (typeof FRONTENDS)[number];

export const KERNELS = ['2.6.35', '2.6.36'] as const;
export type Kernel = (typeof KERNELS)[number];

export const SCHEDULERS = ['noop', 'deadline'] as const;
export type Scheduler = (typeof SCHEDULERS)[number];

/** How barriers of several guests meet (modes.md "Backends"): each drains on its own, or all that wait share one drain. */
export const GROUP_SYNCS = ['serial', 'merge'] as const;
export type GroupSync = (typeof GROUP_SYNCS)[number];

/** Guests on one backend. */
export const GUESTS_MAX = 8;

/** Scopes of a crash (disk.md). */
export const SCOPES = ['power', 'host', 'backend', 'guest', 'migrate'] as const;
export type Scope = (typeof SCOPES)[number];

/**
 * Faults that can be injected (docs/case-files.md): a started command fails; it fails first and is tried again; a
 * barrier or flush is refused although it was offered; a notification comes without a reason or gets lost; the backend
 * dies and another takes its place; the guest migrates to another backend.
 */
export const FAULTS = ['eio', 'late', 'eopnotsupp', 'notification', 'death', 'migrate'] as const;
export type Fault = (typeof FAULTS)[number];

/** Whether something goes on after the crash: then it is an event of the run, not its end, and there is one image in the end. */
export function isOutlived(scope: Scope): boolean {
  return scope === 'backend' || scope === 'guest' || scope === 'migrate';
}

/** The settings of disk.md. */
export interface DiskConfig {
  readonly sectors: number;
  readonly cache: 'none' | 'writeback' | 'nonvolatile';
  readonly fua: boolean;
  readonly tags: 'honoured' | 'ignored';
  readonly destage: 'any' | 'fifo' | 'epoch';
  readonly flush: 'honest' | 'ignored';
  /** Bytes that the medium writes whole. */
  readonly atomic: 512 | 4096;
  /** Commands accepted and not completed, at most. */
  readonly depth: number;
}

export interface RingConfig {
  /** A power of two, 2 to 32. */
  readonly slots: number;
  /** Where the free-running u32 indices start. */
  readonly start: number;
  /** Rings of one frontend, 2 to 4, with no order between them; left out: one. */
  readonly rings?: number;
}

/** Rings of one frontend. */
export const RINGS_MAX = 4;

/** A feature node in XenStore (facts.md §10.4): the operation is unknown, known but unsupported below, or worth trying. */
export const FEATURE_VALUES = ['absent', 0, 1] as const;
export type FeatureValue = (typeof FEATURE_VALUES)[number];

/** What a backend writes: feature-barrier (WRITE_BARRIER), feature-flush-cache (FLUSH_DISKCACHE). */
export interface Features {
  readonly barrier: FeatureValue;
  readonly flushCache: FeatureValue;
  /** feature-barrier of the backend that a guest migrates to; left out: as before. */
  readonly barrierAfter?: FeatureValue;
}

/** How a user-space backend keeps the guest's device (facts.md §9.4, §9.5, §13). */
export interface BackendOptions {
  /** The file that is a raw image: allocated and written, with holes, or allocated and unwritten (default: full). */
  readonly image?: 'full' | 'sparse' | 'fallocated';
  /** How it is opened: O_DIRECT, with O_DSYNC or O_SYNC besides, or none of them (default: direct). */
  readonly open?: 'direct' | 'dsync' | 'sync' | 'buffered';
  /** Whether a barrier or flush makes the backend call fdatasync before it answers (default: no). */
  readonly fdatasync?: boolean;
  /** tapdisk-vhd: whether a new block is written with zeros before anything points to it (default: no). */
  readonly preallocate?: boolean;
}

/** Options that each backend takes; a backend not listed takes none. */
export const OPTIONS_OF: Readonly<Partial<Record<Backend, readonly (keyof BackendOptions)[]>>> = {
  blktap2: ['image', 'open', 'fdatasync'],
  tapdisk: ['image', 'open', 'fdatasync'],
  'tapdisk-vhd': ['fdatasync', 'preallocate'],
};

export interface StackConfig {
  readonly kernel: Kernel;
  /** `negotiated`: the frontend picks by the backend's features, as its version did. */
  readonly mode: Mode | 'negotiated';
  readonly frontend: Frontend;
  readonly backend: Backend;
  readonly scheduler: Scheduler;
  readonly ring: RingConfig;
  readonly backendOptions?: BackendOptions;
  /** In place of what the backend writes. */
  readonly features?: Partial<Features>;
  /** What one guest sees: with several guests each has as many sectors, and the disk has room for all. */
  readonly disk: DiskConfig;
  /** Guests on one backend, each with its own frontend, ring and thread of the backend; left out: one. */
  readonly guests?: number;
  /** Left out: serial. */
  readonly groupSync?: GroupSync;
  /** What may go wrong, as actions of the schedule; left out: nothing. */
  readonly faults?: readonly Fault[];
  /** The bug planted in it; left out: none. */
  readonly mutant?: Mutant;
}

export const DISK_DEFAULT: DiskConfig = {
  sectors: 64,
  cache: 'writeback',
  fua: false,
  tags: 'honoured',
  destage: 'any',
  flush: 'honest',
  atomic: 512,
  depth: 32,
};

export const STACK_DEFAULT: StackConfig = {
  kernel: '2.6.35',
  mode: 'tag',
  frontend: 'generic',
  backend: 'blkback',
  scheduler: 'noop',
  ring: { slots: 32, start: 0 },
  disk: DISK_DEFAULT,
};

/**
 * What the backend has in XenStore. A tapdisk that does nothing for a barrier offers none; above blktap2 it is blkback
 * that writes, and offers them.
 */
export function featuresOf(config: StackConfig): Features {
  const { backend, backendOptions, features } = config;
  const flushCache = backend === 'blkback-drain' ? 1 : 'absent';
  const offersNone = (backend === 'tapdisk' || backend === 'tapdisk-vhd') && backendOptions?.fdatasync !== true;
  return { barrier: offersNone ? 'absent' : 1, flushCache, ...features };
}

/**
 * What the backend does: FLUSH_DISKCACHE only where its version knows it, whatever it writes. A tapdisk takes the
 * barriers that it doesn't offer, too.
 */
export function abilitiesOf(config: StackConfig): Features {
  const { flushCache, ...written } = featuresOf(config);
  const barrier = config.features?.barrier ?? (written.barrier === 'absent' ? 1 : written.barrier);
  const knowsFlush = config.backend === 'blkback-drain' || config.backend === 'reference';
  return { barrier, flushCache: knowsFlush ? flushCache : 'absent' };
}

/** What the backend does that the guest migrates to; null: the same as the first one. */
export function abilitiesAfter(config: StackConfig): Features | null {
  const barrier = config.features?.barrierAfter;
  return barrier === undefined ? null : { ...abilitiesOf(config), barrier };
}

/** The mode a stack runs in; `negotiated`: as the frontend's version chose by feature-barrier (facts.md §11). */
export function resolveMode(config: StackConfig): Mode {
  const { mode, frontend } = config;
  if (mode !== 'negotiated') return mode;
  if (frontend === '3.6') return 'flush-fua';
  const { barrier } = featuresOf(config);
  if (barrier === 0) return 'none';
  if (barrier === 'absent') return frontend === '2.6.36' ? 'drain' : 'none';
  return frontend === '2.6.36' ? 'tag' : 'drain';
}

/** What carries a flush over the ring. */
export type FlushCarrier = 'writeBarrier' | 'flushDiskcache';

/** Null: the frontend of 3.6 found neither feature, and its queue has no flush. A mode that was asked for takes WRITE_BARRIER. */
export function flushCarrier(config: StackConfig): FlushCarrier | null {
  if (config.mode !== 'negotiated' || config.frontend !== '3.6') return 'writeBarrier';
  const { barrier, flushCache } = featuresOf(config);
  if (flushCache === 1) return 'flushDiskcache';
  return barrier === 1 ? 'writeBarrier' : null;
}

/**
 * The mode that the host's queue takes from the disk as sd does (facts.md §14); null: no host. Under blkback-drain and
 * qemu-xendisk, both of 2011, the host has the rules of 2.6.37 on; under the others it is the 2.6.32 of the pv_ops dom0.
 */
export function hostModeOf({ backend, disk }: Pick<StackConfig, 'backend' | 'disk'>): Mode | null {
  if (backend === 'direct') return null;
  if (backend === 'blkback-drain' || backend === 'qemu-xendisk') return 'flush-fua';
  if (disk.cache !== 'writeback') return 'drain';
  return disk.fua ? 'drain-fua' : 'drain-flush';
}
