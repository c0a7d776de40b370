/** The layers of one stack, as those see them that act on several at once: crashes that something outlives, faults. */
import type { History } from '../base/history.ts';
import type { BioBackend } from './backend/bioBackend.ts';
import type { Decoder } from './backend/decoder.ts';
import type { HostCache } from './backend/hostcache.ts';
import type { ImageFile } from './backend/tapdisk/imageFile.ts';
import type { Bios } from './block/bios.ts';
import type { Queue } from './block/queue.ts';
import type { Clock } from './clock.ts';
import type { Disk } from './disk/disk.ts';
import type { DiskDriver } from './disk/driver.ts';
import type { Blkfront } from './frontend/blkfront.ts';
import type { RingSpread } from './frontend/rings.ts';
import type { Guest } from './guest/guest.ts';
import type { Journal } from './journal.ts';
import type { Ring } from './ring/ring.ts';

export interface Layers {
  readonly clock: Clock;
  readonly history: History;
  readonly journal: Journal;
  readonly bios: Bios;
  readonly disk: Disk;
  readonly guest: Guest;
  readonly queue: Queue;
  /** What lies between the guest's queue and the disk; null with backend direct. */
  readonly transport: Transport | null;
  readonly driver: DiskDriver;
  /** Not null: several guests, or several rings, share the host. */
  readonly group: unknown;
}

/** A ring and its two ends. */
export interface Lane {
  readonly ring: Ring;
  readonly front: Blkfront;
  readonly backend: BioBackend;
}

/** The ring, its two ends, and the host's block layer. */
export interface Transport extends Lane {
  /** Further rings of the same frontend, from number 1 on. */
  readonly lanes: readonly Lane[];
  /** What spreads requests over several rings; null: there is one. */
  readonly spread: RingSpread | null;
  /** The host's page cache, if the backend works over one. */
  readonly cache: HostCache | null;
  /** The image file whose file system commits by a timer, if there is one. */
  readonly file: ImageFile | null;
  readonly decoder: Decoder | null;
  readonly host: Queue;
}
