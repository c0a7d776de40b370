/**
 * What tapdisk does with requests whatever the image's format (facts.md §13): one thread, aio. Of itself it knows no
 * barrier: one with a payload is a plain write, an empty one is answered at once. With `fdatasync` it does what is right:
 * waits for all it has in flight, syncs, writes the payload, waits, syncs, answers, holding back later requests.
 * Under blktap2 the tap device's own queue drains: it waits for all in flight before a barrier and holds back what comes
 * after it until it is done; an empty one is answered after the drain. That queue with a flush operation (2011) is
 * `fdatasync` there. A request of which something failed is tried again as a whole, later (an action), and is in flight
 * until then. Left out: merging of neighbours (the host's queue does it), the depth of the aio queue, giving up after
 * two minutes.
 */
import { STATUS } from '../../../base/history.ts';
import { BIO_AT, type Bios, NIL } from '../../block/bios.ts';
import { abilitiesOf, type StackConfig } from '../../config.ts';
import { IntList } from '../../journal.ts';
import type { KeyBytes } from '../../key/bytes.ts';
import type { Planted } from '../../mutants.ts';
import { type Ring, RING_OP } from '../../ring/ring.ts';
import type { Tracer } from '../../trace.ts';
import { BioBackend } from '../bioBackend.ts';
import type { Decoder } from '../decoder.ts';

/** How far a barrier is. */
const PHASE = { idle: 0, waiting: 1, firstSync: 2, payload: 3, lastSync: 4 } as const;

/** An fdatasync or fsync that the thread is in. */
export interface Sync {
  readonly isSyncing: boolean;
  readonly canStep: boolean;
  step(): void;
  beginSync(all: boolean): void;
}

/** What such a backend is put into. */
export interface Surroundings {
  readonly ring: Ring;
  readonly bios: Bios;
  readonly tracer: Tracer;
  readonly planted: Planted;
  readonly config: StackConfig;
  readonly readVersions: () => Int32Array;
}

export abstract class Userspace extends BioBackend {
  override readonly waitsForHost = true;
  abstract readonly decoder: Decoder;
  protected abstract readonly sync: Sync;
  private readonly syncs: boolean;
  private readonly drains: boolean;
  private barrier: number = NIL;
  private phase: number = PHASE.idle;
  /** The payload has been written. */
  private isWritten = false;
  /** Requests that ended while the thread was in a sync: it hears of them afterwards. */
  private readonly unheard: IntList = new IntList();
  override readonly failed: IntList = new IntList();
  /** D14: a barrier doesn't wait for what has failed. */
  private readonly overtakes: boolean;
  /** B13: the status of a request is that of its last part. */
  private readonly reportsLast: boolean;

  private readonly readVersions: () => Int32Array;

  constructor({ ring, bios, tracer, planted, config, readVersions }: Surroundings) {
    super(ring, bios, tracer, abilitiesOf(config), planted);
    this.readVersions = readVersions;
    this.syncs = config.backendOptions?.fdatasync === true;
    this.drains = this.syncs || config.backend === 'blktap2';
    this.overtakes = planted.is('D14');
    this.reportsLast = planted.is('B13');
  }

  override reset(): void {
    super.reset();
    this.forget();
  }

  /** Another process opens the same image. */
  override restart(_onSameHost: boolean): void {
    super.reset();
    this.forget();
  }

  /** What dies with the process. */
  protected forget(): void {
    this.barrier = NIL;
    this.phase = PHASE.idle;
    this.isWritten = false;
    this.unheard.clear();
    this.failed.clear();
  }

  writeKey(key: KeyBytes, nameOf: (id: number) => number): void {
    key.put(nameOf(this.barrier));
    key.put(this.phase);
    key.putFlags(this.isWritten);
    for (const { items, count } of [this.unheard, this.failed]) {
      for (let i = 0; i < count; i++) key.put(nameOf(items[i]));
      key.put(NIL);
    }
  }

  get canTake(): boolean {
    return this.awake && this.barrier === NIL && !this.sync.isSyncing;
  }

  get canStep(): boolean {
    if (this.sync.isSyncing) return this.sync.canStep;
    if (this.phase === PHASE.waiting) return this.pending.workingCount - this.overtakenCount === 1;
    return this.phase === PHASE.payload && this.isWritten;
  }

  private get overtakenCount(): number {
    return this.overtakes ? this.failed.count : 0;
  }

  override get canRetry(): boolean {
    return !this.sync.isSyncing;
  }

  override retry(row: number): void {
    this.failed.removeAt(this.failed.indexOf(row));
    this.pending.status[row] = STATUS.ok;
    if (row === this.barrier) this.serveWrite(row);
    else this.serve(row);
  }

  step(): void {
    if (this.sync.isSyncing) {
      this.sync.step();
      if (this.sync.isSyncing) return;
      this.hear();
      if (this.phase === PHASE.firstSync) this.writePayload();
      else if (this.phase === PHASE.lastSync) this.finishBarrier();
    } else if (this.phase === PHASE.waiting) {
      if (this.overtakenCount > 0) this.planted.reach();
      if (this.syncs) this.beginSync(this.pending.count[this.barrier] > 0 ? PHASE.firstSync : PHASE.lastSync);
      else this.writePayload();
    } else if (this.syncs) this.beginSync(PHASE.lastSync);
    else this.finishBarrier();
  }

  protected serve(row: number): void {
    const { pending } = this;
    const op = pending.op[row];
    if (op === RING_OP.read) this.serveRead(row);
    else if (op === RING_OP.write) this.serveWrite(row);
    else if (op !== RING_OP.writeBarrier) {
      pending.status[row] = STATUS.eopnotsupp;
      pending.finish(row);
    } else if (this.drains) {
      this.barrier = row;
      this.phase = PHASE.waiting;
    } else if (pending.count[row] > 0) this.serveWrite(row);
    else pending.finish(row);
  }

  protected abstract serveWrite(row: number): void;
  /** Where on the disk a read finds the guest's sector; NIL: it is answered at once. */
  protected abstract placeOf(sector: number): number;

  /** Runs of sectors that lie on the disk are read there; a page cache, and what was never written, answer at once. */
  private serveRead(row: number): void {
    const { bios, pending } = this;
    const versions = this.readVersions();
    // One more than the bios, so that none of their ends is the last before all are out.
    pending.bioCount[row] = 1;
    let bio = pending.bioHead[row];
    for (let left = this.bioCountOf(row); left > 0 && bio !== NIL; left--) {
      const { rows } = bios;
      const [op, base] = [rows[bio + BIO_AT.op], rows[bio + BIO_AT.version]];
      const end = rows[bio + BIO_AT.sector] + rows[bio + BIO_AT.count];
      for (let x = rows[bio + BIO_AT.sector]; x < end;) {
        const at = this.placeOf(x);
        let to = x + 1;
        if (at === NIL) versions[base + x] = this.decoder.sectorNow(x, NOTHING);
        else {
          while (to < end && this.placeOf(to) === at + to - x) to++;
          pending.bioCount[row]++;
          this.host.submit(bios.alloc(0, at, to - x, base + x - at, row, op));
        }
        x = to;
      }
      bio = bios.rows[bio + BIO_AT.next];
    }
    this.partEnded(row, STATUS.ok);
  }

  /** One of the things that the request waits for has ended. */
  protected partEnded(row: number, status: number): void {
    const { pending } = this;
    const isLast = pending.bioCount[row] === 1;
    if (isLast && this.reportsLast && status !== pending.status[row] && status === STATUS.ok && this.planted.reach())
      pending.status[row] = STATUS.ok;
    if (pending.bioEnded(row, status)) this.served(row);
  }

  /** All that the request's answer waits for has been done, or has failed. */
  protected override served(row: number): void {
    if (this.pending.status[row] !== STATUS.ok) this.failed.push(row);
    else if (row === this.barrier) this.isWritten = true;
    else if (this.sync.isSyncing) this.unheard.push(row);
    else this.pending.finish(row);
  }

  private hear(): void {
    for (let i = 0; i < this.unheard.count; i++) this.pending.finish(this.unheard.items[i]);
    this.unheard.clear();
  }

  /** The payload of the barrier, if it has one. */
  private writePayload(): void {
    const row = this.barrier;
    if (this.pending.count[row] === 0) {
      this.finishBarrier();
      return;
    }
    this.phase = PHASE.payload;
    this.isWritten = false;
    this.serveWrite(row);
  }

  private beginSync(phase: number): void {
    this.phase = phase;
    this.sync.beginSync(false);
  }

  private finishBarrier(): void {
    const row = this.barrier;
    this.barrier = NIL;
    this.phase = PHASE.idle;
    this.pending.finish(row);
  }
}

/** Asked only for sectors that don't lie on the disk. */
const NOTHING = (): number => NIL;
