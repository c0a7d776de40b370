/**
 * loop (facts.md §14; modes.md rule 10): one thread, requests in order, over a host page cache. A barrier is
 * vfs_fsync → write → vfs_fsync, an empty one two vfs_fsync. vfs_fsync writes all dirty pages, waits, and flushes the
 * disk. Discards are not offered (2.6.36 has none), so none arrive.
 */
import { STATUS } from '../../base/history.ts';
import { BIO, type Bios, NIL, BIO_AT } from '../block/bios.ts';
import type { Features } from '../config.ts';
import type { KeyBytes } from '../key/bytes.ts';
import type { HostQueue } from '../group/partition.ts';
import type { Planted } from '../mutants.ts';
import { type Ring, RING_OP } from '../ring/ring.ts';
import type { Tracer } from '../trace.ts';
import { BioBackend } from './bioBackend.ts';
import { HostCache, OWNER_HOST_PAGES } from './hostcache.ts';

/** Steps of the thread on one request, in this order. */
const PHASE = { idle: 0, firstPages: 1, firstFlush: 2, write: 3, lastPages: 4, lastFlush: 5, read: 6 } as const;

export class Loop extends BioBackend {
  readonly cache: HostCache;
  private current: number = NIL;
  private phase: number = PHASE.idle;
  private phaseEnded = false;
  private readonly readVersions: () => Int32Array;
  /** D22: the second vfs_fsync is left out. */
  private readonly syncsOnce: boolean;

  constructor(
    ring: Ring,
    bios: Bios,
    tracer: Tracer,
    abilities: Features,
    planted: Planted,
    sectorCount: number,
    readVersions: () => Int32Array,
  ) {
    super(ring, bios, tracer, abilities, planted);
    this.syncsOnce = planted.is('D22');
    this.cache = new HostCache(sectorCount, bios);
    this.readVersions = readVersions;
  }

  override attach(host: HostQueue): void {
    super.attach(host);
    this.cache.attach(host);
  }

  override reset(): void {
    this.restart(false);
  }

  override restart(onSameHost: boolean): void {
    super.reset();
    if (!onSameHost) this.cache.reset();
    this.current = NIL;
    this.phase = PHASE.idle;
    this.phaseEnded = false;
  }

  writeKey(key: KeyBytes, nameOf: (id: number) => number): void {
    key.put(nameOf(this.current));
    key.put(this.phase);
    key.put(this.phaseEnded ? 1 : 0);
    this.cache.writeKey(key);
  }

  get canTake(): boolean {
    return this.awake && this.current === NIL;
  }

  get canStep(): boolean {
    if (this.current === NIL) return false;
    if (this.phase === PHASE.firstPages || this.phase === PHASE.lastPages)
      return this.cache.owedCount === 0 || this.cache.ready.count > 0;
    return this.phase === PHASE.write || this.phaseEnded;
  }

  step(): void {
    const { pending } = this;
    const row = this.current;
    if (this.phase === PHASE.firstPages || this.phase === PHASE.lastPages) this.syncPages(row);
    else if (pending.status[row] !== STATUS.ok) this.finish();
    else if (this.phase === PHASE.firstFlush) this.enter(pending.count[row] > 0 ? PHASE.write : PHASE.lastPages);
    else if (this.phase === PHASE.write) {
      this.store(row);
      if (this.syncsOnce && this.planted.reach()) this.finish();
      else this.enter(PHASE.lastPages);
    } else this.finish();
  }

  /** The first half of a vfs_fsync: an error of any write-back since the last one ends it, and the request. */
  private syncPages(row: number): void {
    const error = this.cache.takeError();
    if (error !== STATUS.ok) {
      this.pending.status[row] = error;
      this.finish();
    } else if (this.cache.owedCount > 0) this.cache.writebackAll();
    else this.flush();
  }

  override bioEnded(bio: number, status: number): void {
    if (this.bios.rows[bio + BIO_AT.owner] === OWNER_HOST_PAGES) this.bioOutlived(bio, status);
    else super.bioEnded(bio, status);
  }

  override bioOutlived(bio: number, status: number): void {
    const { rows } = this.bios;
    if (rows[bio + BIO_AT.owner] === OWNER_HOST_PAGES)
      this.cache.bioEnded(rows[bio + BIO_AT.sector], rows[bio + BIO_AT.count], status);
  }

  protected serve(row: number): void {
    const op = this.pending.op[row];
    this.current = row;
    if (op === RING_OP.writeBarrier) this.enter(PHASE.firstPages);
    else if (op === RING_OP.write) {
      this.store(row);
      this.finish();
    } else if (op === RING_OP.read) this.read(row);
    else {
      this.pending.status[row] = STATUS.eopnotsupp;
      this.finish();
    }
  }

  protected override served(): void {
    this.phaseEnded = true;
  }

  private enter(phase: number): void {
    this.phase = phase;
    this.phaseEnded = false;
  }

  private flush(): void {
    this.enter(this.phase === PHASE.firstPages ? PHASE.firstFlush : PHASE.lastFlush);
    this.submitEmpty(this.current, BIO.barrier);
  }

  private finish(): void {
    const row = this.current;
    this.current = NIL;
    this.enter(PHASE.idle);
    this.pending.finish(row);
  }

  private store(row: number): void {
    const { bios } = this;
    for (let bio = this.pending.bioHead[row]; bio !== NIL; bio = bios.rows[bio + BIO_AT.next])
      this.cache.write(bios.rows[bio + BIO_AT.sector], bios.rows[bio + BIO_AT.count], bios.rows[bio + BIO_AT.version]);
  }

  /** Sectors in the cache are answered from it; the others are read from the disk. */
  private read(row: number): void {
    const { bios, pending, cache } = this;
    const versions = this.readVersions();
    this.enter(PHASE.read);
    // One more than the bios, so that none of their ends is the last before all are out.
    pending.bioCount[row] = 1;
    let bio = pending.bioHead[row];
    for (let left = this.bioCountOf(row); left > 0 && bio !== NIL; left--) {
      const end = bios.rows[bio + BIO_AT.sector] + bios.rows[bio + BIO_AT.count];
      const base = bios.rows[bio + BIO_AT.version];
      for (let sector = bios.rows[bio + BIO_AT.sector]; sector < end; sector++) {
        if (cache.has(sector)) {
          versions[base + sector] = cache.versionAt(sector);
          continue;
        }
        pending.bioCount[row]++;
        this.host.submit(bios.alloc(BIO.sync, sector, 1, base, row, bios.rows[bio + BIO_AT.op]));
      }
      bio = bios.rows[bio + BIO_AT.next];
    }
    if (--pending.bioCount[row] === 0) this.finish();
  }
}
