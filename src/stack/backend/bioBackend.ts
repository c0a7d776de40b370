/**
 * What backends on the host's block layer share (facts.md §12): a ring request becomes bios on the host queue, one
 * for each bio of the guest's, and is done when the last of them has ended.
 */
import { STATUS } from '../../base/history.ts';
import { BIO, type Bios, NIL, BIO_AT } from '../block/bios.ts';
import type { Features, FeatureValue } from '../config.ts';
import type { IntList } from '../journal.ts';
import type { KeyBytes } from '../key/bytes.ts';
import type { HostQueue } from '../group/partition.ts';
import type { Planted } from '../mutants.ts';
import { Price } from '../price.ts';
import { type Ring, RING_OP } from '../ring/ring.ts';
import type { TraceKind, TracePoint, Tracer } from '../trace.ts';
import type { Backend } from './backend.ts';
import { PendingRequests } from './pending.ts';

export abstract class BioBackend implements Backend {
  readonly pending: PendingRequests;
  /** The end of a command may let it take requests again: it waits for what it has sent. */
  readonly waitsForHost: boolean = false;
  awake = false;
  protected readonly ring: Ring;
  protected readonly bios: Bios;
  readonly price: Price;
  /** Taken requests of which something failed, if the backend tries them again by itself; null: it answers them with the error. */
  readonly failed: IntList | null = null;
  protected host!: HostQueue;
  protected readonly planted: Planted;
  private readonly tracer: Tracer;
  /** Status of a request by RING_OP, before any work on it. */
  private refusal: readonly number[];

  /** G08: the last sector of a segment is left out. */
  private readonly cutsLast: boolean;
  /** B33: a device between backend and host takes a barrier for a plain write, an empty one for nothing. */
  private readonly stripsBarriers: boolean;
  /** B34: that device refuses barriers. */
  private readonly refusesBarriers: boolean;
  /** D23: a flush that travels as a barrier is a type of request nobody knows. */
  private readonly rejectsEmpty: boolean;
  /** B07, B08: "not supported" is an I/O error; B45: a refused barrier is repeated without its data; D18: a refused flush is done. */
  private readonly mapsToError: boolean;
  private readonly repeatsEmpty: boolean;
  private readonly swallowsRefusal: boolean;

  constructor(ring: Ring, bios: Bios, tracer: Tracer, abilities: Features, planted: Planted) {
    this.ring = ring;
    this.bios = bios;
    this.tracer = tracer;
    this.planted = planted;
    this.cutsLast = planted.is('G08');
    this.stripsBarriers = planted.is('B33');
    this.refusesBarriers = planted.is('B34');
    this.rejectsEmpty = planted.is('D23');
    this.mapsToError = planted.is('B07') || planted.is('B08');
    this.repeatsEmpty = planted.is('B45');
    this.swallowsRefusal = planted.is('D18');
    this.refusal = refusals(abilities);
    this.pending = new PendingRequests(ring, planted);
    this.price = new Price(ring.slotCount, tracer);
  }

  attach(host: HostQueue): void {
    this.host = host;
  }

  reset(): void {
    this.pending.reset();
    this.price.reset();
    this.awake = false;
  }

  /** What it does from now on. */
  become(abilities: Features): void {
    this.refusal = refusals(abilities);
  }

  restart(_onSameHost: boolean): void {
    this.reset();
  }

  bioOutlived(_bio: number, _status: number): void {}

  get canRetry(): boolean {
    return false;
  }

  /** Tries a request of `failed` once more. */
  retry(_row: number): void {}

  abstract writeKey(key: KeyBytes, nameOf: (id: number) => number): void;
  abstract readonly canTake: boolean;
  abstract readonly canStep: boolean;
  abstract step(): void;
  /** Works on a request just taken. */
  protected abstract serve(row: number): void;

  /** Takes one request; when there is none, looks once more (the final check), unplugs and goes to sleep. */
  take(): void {
    if (this.ring.hasRequests) {
      const row = this.pending.take();
      if (this.tracer.events !== null) this.trace('taken', row);
      if (this.price.isOn && this.isOrdering(row)) this.price.taken(row);
      this.pending.status[row] = this.rejects(row) ? STATUS.eopnotsupp : this.refusal[this.pending.op[row]];
      if (this.pending.status[row] === STATUS.ok) this.serve(row);
      else this.pending.finish(row);
      return;
    }
    this.awake = this.ring.finalCheckForRequests();
    this.host.unplug();
  }

  /** Whether a request just taken fails before anything is done for it: none does without a mutant. */
  private rejects(row: number): boolean {
    if (this.planted.id === null) return false;
    if (this.pending.isOverwritten(row)) return true;
    return this.rejectsEmpty && this.isOrdering(row) && this.pending.count[row] === 0 && this.planted.reach();
  }

  /** Whether the request is a barrier or a flush. */
  protected isOrdering(row: number): boolean {
    const op = this.pending.op[row];
    return op === RING_OP.writeBarrier || op === RING_OP.flushDiskcache;
  }

  /** Takes the next request and refuses it. */
  refuse(): number {
    const row = this.pending.take();
    if (this.tracer.events !== null) this.trace('taken', row);
    const hasData = this.pending.count[row] > 0;
    if (this.mapsToError && this.planted.reach()) this.pending.status[row] = STATUS.eio;
    else if ((hasData ? this.repeatsEmpty : this.swallowsRefusal) && this.planted.reach())
      this.pending.status[row] = STATUS.ok;
    else this.pending.status[row] = STATUS.eopnotsupp;
    this.pending.finish(row);
    this.pending.failedEarly(row);
    return row;
  }

  /** Answers a request that is done; true when the frontend is to be notified. */
  respond(row: number): boolean {
    if (this.tracer.events !== null) this.trace('answered', row);
    if (this.price.isOn) this.price.answered(row);
    return this.pending.respond(row);
  }

  bioEnded(bio: number, status: number): void {
    const row = this.bios.rows[bio + BIO_AT.owner];
    if (this.pending.bioEnded(row, status)) this.served(row);
  }

  /** All bios of a request have ended. */
  protected served(row: number): void {
    this.pending.finish(row);
  }

  /**
   * Sends the request's data (or an empty bio where it has none) with `flags` to the host queue.
   * @param shift sectors that it lands too low by.
   */
  protected submitData(row: number, flags: number, shift: number = 0): void {
    const { bios, pending } = this;
    if (this.refusesBarriers && (flags & BIO.barrier) !== 0 && this.planted.reach()) {
      pending.status[row] = STATUS.eopnotsupp;
      return pending.finish(row);
    }
    if (pending.count[row] === 0) {
      this.submitEmpty(row, flags);
      return;
    }
    const count = this.bioCountOf(row);
    const below = this.stripsBarriers && (flags & BIO.barrier) !== 0 && this.planted.reach() ? BIO.write : flags;
    pending.bioCount[row] = count;
    let bio = pending.bioHead[row];
    // The guest's bios stay linked until the response; only their contents are looked at.
    for (let left = count; left > 0 && bio !== NIL; left--) {
      const own = bios.alloc(
        below,
        bios.rows[bio + BIO_AT.sector] - shift,
        this.sent(bios.rows[bio + BIO_AT.count], flags),
        bios.rows[bio + BIO_AT.version],
        row,
        bios.rows[bio + BIO_AT.op],
      );
      this.host.submit(own);
      bio = bios.rows[bio + BIO_AT.next];
    }
  }

  /**
   * Bios of the request. Whoever submits while walking them counts first: under G05 the guest has given them back, and
   * the walk could go on into what it submits.
   */
  protected bioCountOf(row: number): number {
    const { bios, pending } = this;
    let count = 0;
    for (let bio = pending.bioHead[row]; bio !== NIL; bio = bios.rows[bio + BIO_AT.next]) count++;
    return count;
  }

  /** Sectors that are sent of so many. */
  private sent(count: number, flags: number): number {
    return this.cutsLast && count > 1 && (flags & BIO.write) !== 0 && this.planted.reach() ? count - 1 : count;
  }

  protected submitEmpty(row: number, flags: number): void {
    const bio = this.bios.alloc(flags & ~BIO.write, 0, 0, 0, row, this.pending.cause[row]);
    this.pending.bioCount[row] = 1;
    if (!this.stripsBarriers) return this.host.submit(bio);
    this.planted.reach();
    this.bioEnded(bio, STATUS.ok);
    this.bios.release(bio);
  }

  /** The bio flags of an ordinary request. */
  protected plainFlags(row: number): number {
    const op = this.pending.op[row];
    return op === RING_OP.read ? 0 : op === RING_OP.discard ? BIO.discard : BIO.write;
  }

  private trace(point: TracePoint, row: number): void {
    const { pending } = this;
    this.tracer.add(
      point,
      KIND_OF_OP[pending.op[row]],
      this.ring.traceIdFirst + row,
      pending.cause[row],
      pending.sector[row],
      pending.count[row],
    );
  }
}

/** An operation that the backend doesn't know is an error, one that doesn't work below unsupported (facts.md §10.4, §12). */
function refusals({ barrier, flushCache }: Features): readonly number[] {
  const statusOf = (feature: FeatureValue): number =>
    feature === 1 ? STATUS.ok : feature === 0 ? STATUS.eopnotsupp : STATUS.eio;
  return [STATUS.ok, STATUS.ok, statusOf(barrier), statusOf(flushCache), STATUS.eio, STATUS.ok];
}

/** By RING_OP. */
const KIND_OF_OP: readonly TraceKind[] = ['read', 'write', 'barrier', 'flush', 'write', 'discard'];
