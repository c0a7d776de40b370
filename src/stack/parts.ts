/** The parts of one stack, put together from a configuration (modes.md "The way of a request"). */
import { History } from '../base/history.ts';
import { RING_REQUEST_SECTORS_MAX } from '../base/units.ts';
import { Blkback } from './backend/blkback.ts';
import { BlkbackDrain } from './backend/blkbackDrain.ts';
import type { BioBackend } from './backend/bioBackend.ts';
import { Loop } from './backend/loop.ts';
import { QemuXendisk } from './backend/qemuXendisk.ts';
import { Reference } from './backend/reference.ts';
import { Bios } from './block/bios.ts';
import { Queue, type QueueSettings } from './block/queue.ts';
import { DISK_LIMITS, RING_LIMITS } from './block/state.ts';
import { Clock } from './clock.ts';
import {
  abilitiesOf,
  type Backend,
  flushCarrier,
  hostModeOf,
  type Mode,
  type StackConfig,
  resolveMode,
} from './config.ts';
import { Disk } from './disk/disk.ts';
import { DiskDriver } from './disk/driver.ts';
import { Blkfront } from './frontend/blkfront.ts';
import { Guest } from './guest/guest.ts';
import { Journal } from './journal.ts';
import { Ring } from './ring/ring.ts';
import { Tracer } from './trace.ts';

/** The largest bio of a guest whose queue drives a disk itself (BLK_DEF_MAX_SECTORS). */
const DIRECT_BIO_SECTORS_MAX = 1024;

type RingBackend = Exclude<Backend, 'direct'>;

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
        hasDiscard: takesDiscards(config),
      },
      this.journal,
    );
    this.queue = new Queue(this.bios, this.guest, guestQueueSettings(config, mode));
    this.guest.attach(this.queue);
    this.transport = config.backend === 'direct' ? null : this.createTransport(config, config.backend);
    this.driver = new DiskDriver(this.transport?.host ?? this.queue, this.disk, this.tracer);
  }

  private createTransport(config: StackConfig, backendName: RingBackend): Transport {
    const { bios, tracer } = this;
    const ring = new Ring(config.ring);
    const front = new Blkfront(this.queue, ring, config.frontend, flushCarrier(config) ?? 'writeBarrier', tracer);
    const { backend, loop } = this.createBackend(config, backendName, ring);
    const host = new Queue(bios, backend, hostQueueSettings(config));
    backend.attach(host);
    return { ring, front, backend, loop, host };
  }

  private createBackend(config: StackConfig, name: RingBackend, ring: Ring): Pick<Transport, 'backend' | 'loop'> {
    const { bios, tracer } = this;
    const abilities = abilitiesOf(config);
    switch (name) {
      case 'loop': {
        const versions = (): Int32Array => this.history.readVersions;
        const loop = new Loop(ring, bios, tracer, abilities, config.disk.sectors, versions);
        return { backend: loop, loop };
      }
      case 'reference':
        return { backend: new Reference(ring, bios, tracer, abilities), loop: null };
      case 'blkback-drain':
        return { backend: new BlkbackDrain(ring, bios, tracer, abilities), loop: null };
      case 'qemu-xendisk':
        return { backend: new QemuXendisk(ring, bios, tracer, abilities), loop: null };
      case 'blkback':
        return { backend: new Blkback(ring, bios, tracer, abilities), loop: null };
    }
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

/** The old frontends have no discard, and neither have loop and xen_disk. */
function takesDiscards({ backend, frontend }: StackConfig): boolean {
  return backend !== 'loop' && backend !== 'qemu-xendisk' && frontend !== '2.6.18' && frontend !== '2.6.36';
}

function guestQueueSettings(config: StackConfig, mode: Mode): QueueSettings {
  const direct = config.backend === 'direct';
  return {
    mode,
    scheduler: config.scheduler,
    limits: direct ? DISK_LIMITS : RING_LIMITS,
    flushIsFs: config.kernel === '2.6.36',
    hasFua: direct ? config.disk.fua : flushCarrier(config) === 'writeBarrier',
    hasFlush: flushCarrier(config) !== null,
  };
}

function hostQueueSettings(config: StackConfig): QueueSettings {
  const { disk, scheduler } = config;
  const mode = hostModeOf(config)!;
  const hasFlush = disk.cache === 'writeback';
  return { mode, scheduler, limits: DISK_LIMITS, flushIsFs: false, hasFua: disk.fua, hasFlush };
}
