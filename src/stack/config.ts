/** What a stack is put together from: every choice of modes.md and disk.md, its default, and what makes no sense together. */

/** The queue-ordering modes of facts.md §2 and the rules of 2.6.37 on, in the order of every table. */
export const MODES = ['none', 'drain', 'drain-flush', 'drain-fua', 'tag', 'tag-flush', 'tag-fua', 'flush-fua'] as const;
export type Mode = (typeof MODES)[number];

export const BACKENDS = ['direct', 'blkback', 'loop', 'reference'] as const;
export type Backend = (typeof BACKENDS)[number];

export const FRONTENDS = ['generic', '2.6.36'] as const;
export type Frontend = (typeof FRONTENDS)[number];

export const KERNELS = ['2.6.35', '2.6.36'] as const;
export type Kernel = (typeof KERNELS)[number];

export const SCHEDULERS = ['noop', 'deadline'] as const;
export type Scheduler = (typeof SCHEDULERS)[number];

/** Scopes of a crash that exist so far (disk.md). */
export const SCOPES = ['power', 'host'] as const;
export type Scope = (typeof SCOPES)[number];

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
}

export interface StackConfig {
  readonly kernel: Kernel;
  /** `negotiated`: the frontend picks by the backend's features, as its version did. */
  readonly mode: Mode | 'negotiated';
  readonly frontend: Frontend;
  readonly backend: Backend;
  readonly scheduler: Scheduler;
  readonly ring: RingConfig;
  readonly disk: DiskConfig;
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
 * Why a configuration makes no sense, or null. Each reason names both sides.
 * Everything else is possible, however unwise: an unwise stack is what a fuzzer is for.
 */
export function nonsense(config: StackConfig): string | null {
  const { mode, frontend, backend, kernel } = config;
  const flushSingletons = mode === 'drain-flush' || mode === 'drain-fua' || mode === 'tag-flush' || mode === 'tag-fua';
  if (backend === 'direct' && frontend !== 'generic')
    return `frontend ${frontend} and backend direct: direct has no ring, so there is no frontend to choose`;
  if (backend === 'direct' && mode === 'negotiated')
    return 'mode negotiated and backend direct: direct has no XenStore to negotiate through';
  if (mode === 'negotiated' && frontend === 'generic')
    return 'mode negotiated and frontend generic: generic does whatever the mode says; name a real frontend';
  if (frontend === '2.6.36' && mode === 'flush-fua')
    return 'frontend 2.6.36 and mode flush-fua: that frontend is older than the flush-fua rules of 2.6.37';
  if (frontend === '2.6.36' && kernel === '2.6.35' && flushSingletons)
    return `frontend 2.6.36 and mode ${mode} on kernel 2.6.35: its flushes are not FS type there, and that frontend fails them`;
  return null;
}

/**
 * The mode a stack runs in. `negotiated`: the 2.6.36 frontend takes TAG where the backend writes feature-barrier = 1
 * (facts.md §11), as every backend with a ring here does at connect (§10.4).
 */
export function resolveMode(config: StackConfig): Mode {
  return config.mode === 'negotiated' ? 'tag' : config.mode;
}
