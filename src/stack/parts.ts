/** The parts of one stack, put together from a configuration (modes.md "The way of a request"). */
import { History } from '../base/history.ts';
import { RING_REQUEST_SECTORS_MAX } from '../base/units.ts';
import { Blkback } from './backend/blkback.ts';
import { BlkbackDrain } from './backend/blkbackDrain.ts';
import type { Decoder } from './backend/decoder.ts';
import { MergePoint } from './backend/mergePoint.ts';
import { Merging } from './backend/merging.ts';
import { Loop } from './backend/loop.ts';
import { QemuXendisk } from './backend/qemuXendisk.ts';
import { Reference } from './backend/reference.ts';
import { createUserspace } from './backend/tapdisk/create.ts';
import { diskSectorsOf, isUserspace } from './layout.ts';
import { Bios } from './block/bios.ts';
import { Queue } from './block/queue.ts';
import type { QueueSettings } from './block/settings.ts';
import { DISK_LIMITS, RING_LIMITS } from './block/state.ts';
import { Clock } from './clock.ts';
import {
  abilitiesAfter,
  abilitiesOf,
  type Backend,
  flushCarrier,
  hostModeOf,
  type Mode,
  type Scope,
  type StackConfig,
  resolveMode,
} from './config.ts';
import { Disk } from './disk/disk.ts';
import { DiskDriver } from './disk/driver.ts';
import { Blkfront } from './frontend/blkfront.ts';
import { Faults } from './faults.ts';
import { RingSpread } from './frontend/rings.ts';
import { Partition, PartitionTable, sectorsOfGroup } from './group/partition.ts';
import { Guest } from './guest/guest.ts';
import { Journal } from './journal.ts';
import type { Lane, Layers, Transport } from './layers.ts';
import { Planted } from './mutants.ts';
import { Outage, type Succession } from './outage.ts';
import { Ring } from './ring/ring.ts';
import { RingPort } from './ring/port.ts';
import { Tracer } from './trace.ts';

/** The largest bio of a guest whose queue drives a disk itself (BLK_DEF_MAX_SECTORS). */
const DIRECT_BIO_SECTORS_MAX = 1024;

type RingBackend = Exclude<Backend, 'direct'>;

export class Parts implements Layers {
  readonly clock: Clock;
  readonly history: History = new History();
  readonly tracer: Tracer;
  readonly journal: Journal = new Journal();
  readonly bios: Bios;
  readonly planted: Planted;
  readonly disk: Disk;
  readonly guest: Guest;
  readonly queue: Queue;
  /** What lies between the guest's queue and the disk; null with backend direct. */
  readonly transport: Transport | null;
  readonly driver: DiskDriver;
  /** What makes the guest's image of one of the disk; null: they are the same. */
  readonly decoder: Decoder | null;
  /** The guest's part of a disk that several share, and what all of them share besides; null: there is one guest. */
  readonly partition: Partition | null = null;
  readonly group: Group | null;

  /** What a crash that something outlives has silenced. */
  readonly outage: Outage;
  /** Null: nothing goes wrong. */
  readonly faults: Faults | null;

  /**
   * @param scope of the crash that the run may have.
   * @param first the parts of the first guest, with whom this one shares the host; null: it is the first, or alone.
   */
  constructor(config: StackConfig, scope: Scope, first: Parts | null = null) {
    this.clock = first?.clock ?? new Clock();
    this.tracer = first?.tracer ?? new Tracer(this.clock);
    this.bios = first?.bios ?? new Bios();
    this.planted = first?.planted ?? new Planted(config.mutant ?? null);
    this.group = first?.group ?? createGroup(config, this.bios);
    const negotiated = asRead(config, this.planted);
    const mode = modeChosen(negotiated, this.planted);
    const direct = config.backend === 'direct';
    this.disk = first?.disk ?? new Disk(diskConfig(config), this.bios, this.clock, this.journal);
    this.guest = new Guest(
      this.bios,
      this.clock,
      {
        flushFua: mode === 'flush-fua',
        bioSectorsMax: direct ? DIRECT_BIO_SECTORS_MAX : RING_REQUEST_SECTORS_MAX,
        hasDiscard: takesDiscards(config),
        planted: this.planted,
      },
      this.journal,
    );
    this.queue = new Queue(this.bios, this.guest, guestQueueSettings(negotiated, mode, this.planted));
    this.guest.attach(this.queue);
    const sharedHost = first?.transport?.host ?? null;
    this.transport = config.backend === 'direct' ? null : this.createTransport(config, config.backend, sharedHost);
    if ((config.guests ?? 1) > 1) this.partition = this.createPartition(config, this.group!, this.transport!);
    this.decoder = this.transport?.decoder ?? null;
    this.driver = first?.driver ?? new DiskDriver(this.transport?.host ?? this.queue, this.disk, this.tracer);
    this.outage = new Outage(this, scope, config.faults ?? [], successionOf(config));
    this.faults = config.faults === undefined ? null : new Faults(this, this.outage, config.faults);
  }

  private createPartition(config: StackConfig, group: Group, { backend, host }: Transport): Partition {
    const partition = new Partition(group.partitions.add(backend), config.disk.sectors, this.bios, host);
    backend.attach(partition);
    return partition;
  }

  private createTransport(config: StackConfig, backendName: RingBackend, sharedHost: Queue | null): Transport {
    const { bios, planted } = this;
    const { made, ...first } = this.createLane(config, backendName, 0);
    const { backend } = first;
    const host = sharedHost ?? new Queue(bios, this.group?.partitions ?? backend, hostQueueSettings(config, planted));
    backend.attach(host);
    const lanes = this.createFurtherLanes(config, backendName);
    const all = [first, ...lanes];
    const spread =
      lanes.length === 0
        ? null
        : new RingSpread(
            this.queue,
            all.map(({ front }) => front),
            planted,
          );
    if (spread !== null)
      for (const lane of all) lane.backend.attach(new RingPort(this.group!.partitions.add(lane.backend), bios, host));
    return { ...first, lanes, spread, cache: null, file: null, decoder: null, ...made, host };
  }

  /** A ring, its frontend and its backend. @param number of the ring. */
  private createLane(config: StackConfig, backendName: RingBackend, number: number): Lane & { readonly made: Made } {
    const { tracer, planted } = this;
    const ring = new Ring(config.ring, planted, number);
    const carrier = flushCarrier(asRead(config, planted)) ?? 'writeBarrier';
    const front = new Blkfront(this.queue, ring, config.frontend, carrier, tracer, planted);
    const made = this.createBackend(config, backendName, ring);
    return { ring, front, backend: made.backend, made };
  }

  private createFurtherLanes(config: StackConfig, backendName: RingBackend): readonly Lane[] {
    const count = (config.ring.rings ?? 1) - 1;
    return Array.from({ length: count }, (_, i) => this.createLane(config, backendName, i + 1));
  }

  private createBackend(config: StackConfig, name: RingBackend, ring: Ring): Made {
    const { bios, tracer, planted } = this;
    const abilities = abilitiesOf(config);
    const versions = (): Int32Array => this.history.readVersions;
    if (isUserspace(name)) return createUserspace({ ring, bios, tracer, planted, config, readVersions: versions });
    const point = config.groupSync === 'merge' ? (this.group?.mergePoint ?? new MergePoint()) : null;
    if (point !== null) return { backend: new Merging(ring, bios, tracer, abilities, planted, point) };
    switch (name) {
      case 'loop': {
        const loop = new Loop(ring, bios, tracer, abilities, planted, config.disk.sectors, versions);
        return { backend: loop, cache: loop.cache };
      }
      case 'reference':
        return { backend: new Reference(ring, bios, tracer, abilities, planted) };
      case 'blkback-drain':
        return { backend: new BlkbackDrain(ring, bios, tracer, abilities, planted) };
      case 'qemu-xendisk':
        return { backend: new QemuXendisk(ring, bios, tracer, abilities, planted) };
      case 'blkback':
        return { backend: new Blkback(ring, bios, tracer, abilities, planted, config.disk.sectors) };
    }
  }
}

/** What several guests, or several rings, share besides the host and the disk. */
interface Group {
  readonly partitions: PartitionTable;
  readonly mergePoint: MergePoint;
}

function createGroup({ guests = 1, ring }: StackConfig, bios: Bios): Group | null {
  return guests === 1 && (ring.rings ?? 1) === 1
    ? null
    : { partitions: new PartitionTable(bios), mergePoint: new MergePoint() };
}

/** The disk below: with several guests it has room for all. */
function diskConfig(config: StackConfig): StackConfig['disk'] {
  const { disk, guests = 1 } = config;
  return { ...disk, sectors: guests === 1 ? diskSectorsOf(config) : sectorsOfGroup(guests, disk.sectors) };
}

/** What a backend brings along. */
type Made = Pick<Transport, 'backend'> & Partial<Pick<Transport, 'cache' | 'file' | 'decoder'>>;

/** The old frontends have no discard, and neither have loop, xen_disk and tapdisk. */
function takesDiscards({ backend, frontend }: StackConfig): boolean {
  if (isUserspace(backend)) return false;
  return backend !== 'loop' && backend !== 'qemu-xendisk' && frontend !== '2.6.18' && frontend !== '2.6.36';
}

/** What the frontend knows of the stack. B02: reading feature-barrier spoils what was read of feature-flush-cache. */
function asRead(config: StackConfig, planted: Planted): StackConfig {
  if (!planted.is('B02') || !planted.reach()) return config;
  return { ...config, features: { ...config.features, flushCache: 0 } };
}

/** Null: every backend is like the first. */
function successionOf(config: StackConfig): Succession | null {
  const after = abilitiesAfter(config);
  return after === null ? null : { before: abilitiesOf(config), after };
}

/** B01, B05: the frontend takes a mode too weak for the cache below. */
function modeChosen(config: StackConfig, planted: Planted): Mode {
  if (planted.is('B01') && planted.reach()) return 'tag';
  if (planted.is('B05') && planted.reach()) return 'drain';
  return resolveMode(config);
}

function guestQueueSettings(config: StackConfig, mode: Mode, planted: Planted): QueueSettings {
  const direct = config.backend === 'direct';
  return {
    mode,
    scheduler: config.scheduler,
    limits: direct ? DISK_LIMITS : RING_LIMITS,
    // D01: the flushes of a sequence are FS type on a kernel that holds such back.
    flushIsFs: config.kernel === '2.6.36' || (planted.is('D01') && planted.reach()),
    hasFua: direct ? config.disk.fua : flushCarrier(config) === 'writeBarrier',
    hasFlush: flushCarrier(config) !== null,
    planted,
  };
}

function hostQueueSettings(config: StackConfig, planted: Planted): QueueSettings {
  const { disk, scheduler } = config;
  // B38: the disk's cache is never advertised, so nothing flushes it.
  const mode = planted.is('B38') && planted.reach() ? 'drain' : hostModeOf(config)!;
  const hasFlush = disk.cache === 'writeback';
  return { mode, scheduler, limits: DISK_LIMITS, flushIsFs: false, hasFua: disk.fua, hasFlush };
}
