/** The parts of one stack, put together from a configuration (modes.md "The way of a request"). */
import { History } from '../base/history.ts';
import { RING_REQUEST_SECTORS_MAX } from '../base/units.ts';
import { Blkback } from './backend/blkback.ts';
import type { BioBackend } from './backend/bioBackend.ts';
import { Loop } from './backend/loop.ts';
import { Reference } from './backend/reference.ts';
import { Bios } from './block/bios.ts';
import { Queue, type QueueSettings } from './block/queue.ts';
import { DISK_LIMITS, RING_LIMITS } from './block/state.ts';
import { Clock } from './clock.ts';
import { type DiskConfig, type Mode, type StackConfig, resolveMode } from './config.ts';
import { Disk } from './disk/disk.ts';
import { DiskDriver } from './disk/driver.ts';
import { Blkfront } from './frontend/blkfront.ts';
import { Guest } from './guest/guest.ts';
import { Journal } from './journal.ts';
import { Ring } from './ring/ring.ts';
import { Tracer } from './trace.ts';

/** The largest bio of a guest whose queue drives a disk itself (BLK_DEF_MAX_SECTORS). */
const DIRECT_BIO_SECTORS_MAX = 1024;

export class Parts {
  readonly clock: Clock = new Clock();
  readonly history: History = new History();
  readonly tracer: Tracer = new Tracer(this.clock);
  readonly journal: Journal = new Journal();
  readonly bios: Bios = new Bios();
  readonly disk: Disk;
  readonly guest: Guest;
  readonly queue: Queue;
  /** What lies between the guest's queue and the disk; null with backend direct. */
  readonly transport: Transport | null;
  readonly driver: DiskDriver;

  constructor(config: StackConfig) {
    const mode = resolveMode(config);
    const direct = config.backend === 'direct';
    this.disk = new Disk(config.disk, this.bios, this.clock, this.journal);
    this.guest = new Guest(
      this.bios,
      this.clock,
      {
        flushFua: mode === 'flush-fua',
        bioSectorsMax: direct ? DIRECT_BIO_SECTORS_MAX : RING_REQUEST_SECTORS_MAX,
        hasDiscard: config.backend !== 'loop' && config.frontend !== '2.6.36',
      },
      this.journal,
    );
    this.queue = new Queue(this.bios, this.guest, guestQueueSettings(config, mode));
    this.guest.attach(this.queue);
    this.transport = direct ? null : this.createTransport(config);
    this.driver = new DiskDriver(this.transport?.host ?? this.queue, this.disk, this.tracer);
  }

  private createTransport(config: StackConfig): Transport {
    const { bios, tracer } = this;
    const ring = new Ring(config.ring);
    const front = new Blkfront(this.queue, ring, config.frontend, tracer);
    const versions = () => this.history.readVersions;
    const loop = config.backend === 'loop' ? new Loop(ring, bios, tracer, config.disk.sectors, versions) : null;
    const plain = config.backend === 'reference' ? new Reference(ring, bios, tracer) : new Blkback(ring, bios, tracer);
    const backend = loop ?? plain;
    const host = new Queue(bios, backend, hostQueueSettings(config));
    backend.attach(host);
    return { ring, front, backend, loop, host };
  }
}

/** The ring, its two ends, and the host's block layer. */
export interface Transport {
  readonly ring: Ring;
  readonly front: Blkfront;
  readonly backend: BioBackend;
  /** The backend again, if it has a page cache. */
  readonly loop: Loop | null;
  readonly host: Queue;
}

function guestQueueSettings(config: StackConfig, mode: Mode): QueueSettings {
  const direct = config.backend === 'direct';
  return {
    mode,
    scheduler: config.scheduler,
    limits: direct ? DISK_LIMITS : RING_LIMITS,
    flushIsFs: config.kernel === '2.6.36',
    hasFua: direct ? config.disk.fua : true,
  };
}

/** The host picks its mode from the disk as sd does (facts.md §14); its kernel is the 2.6.32 of the pv_ops dom0. */
function hostQueueSettings(config: StackConfig): QueueSettings {
  const mode = hostMode(config.disk);
  return { mode, scheduler: config.scheduler, limits: DISK_LIMITS, flushIsFs: false, hasFua: config.disk.fua };
}

function hostMode(disk: DiskConfig): Mode {
  if (disk.cache !== 'writeback') return 'drain';
  return disk.fua ? 'drain-fua' : 'drain-flush';
}
