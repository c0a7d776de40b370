/**
 * The reference backend (facts.md §16, "The correct reference"; modes.md rule 10): O_DIRECT, and for a barrier wait
 * for everything in flight → fsync → write the payload → wait → fsync → respond, holding back later requests
 * meanwhile. An empty barrier is a wait and one fsync, and so is FLUSH_DISKCACHE. The file is fully allocated: fsync is the host's cache flush.
 */
import { BIO, BIO_AT, type Bios, NIL } from '../block/bios.ts';
import type { Features } from '../config.ts';
import type { KeyBytes } from '../key/bytes.ts';
import type { Planted } from '../mutants.ts';
import { type Ring, RING_OP } from '../ring/ring.ts';
import type { Tracer } from '../trace.ts';
import { BioBackend } from './bioBackend.ts';

/** Owner of an fsync that nobody waits for (D19); every other owner is a ring request. */
const OWNER_NOBODY = -1;

const PHASE = { idle: 0, waiting: 1, firstFsync: 2, payload: 3, lastFsync: 4 } as const;

export class Reference extends BioBackend {
  /** The barrier being worked on, and how far it is. */
  private barrier: number = NIL;
  private phase: number = PHASE.idle;
  /** The bios of the current phase have ended. */
  private phaseEnded = false;

  /** B10: the payload is submitted at once; only the answer waits. */
  private readonly submitsAtOnce: boolean;
  /** B11: an empty barrier is answered at once. */
  private readonly answersAtOnce: boolean;
  /** B12: an empty barrier waits, and then does no fsync. */
  private readonly skipsFsync: boolean;
  /** D11: nothing comes behind the payload; D19: the fsync behind it is not awaited. */
  private readonly endsWithPayload: boolean;
  private readonly forgetsLast: boolean;

  constructor(ring: Ring, bios: Bios, tracer: Tracer, abilities: Features, planted: Planted) {
    super(ring, bios, tracer, abilities, planted);
    this.submitsAtOnce = planted.is('B10');
    this.answersAtOnce = planted.is('B11');
    this.skipsFsync = planted.is('B12');
    this.endsWithPayload = planted.is('D11');
    this.forgetsLast = planted.is('D19');
  }

  override reset(): void {
    super.reset();
    this.barrier = NIL;
    this.phase = PHASE.idle;
    this.phaseEnded = false;
  }

  writeKey(key: KeyBytes, nameOf: (id: number) => number): void {
    key.put(nameOf(this.barrier));
    key.put(this.phase);
    key.put(this.phaseEnded ? 1 : 0);
  }

  get canTake(): boolean {
    return this.awake && this.barrier === NIL;
  }

  get canStep(): boolean {
    if (this.barrier === NIL) return false;
    if (this.phase !== PHASE.waiting) return this.phaseEnded;
    return this.pending.workingCount === 1 && (this.phaseEnded || !this.isPayloadOut);
  }

  step(): void {
    const row = this.barrier;
    const empty = this.pending.count[row] === 0;
    this.phaseEnded = false;
    if (this.phase === PHASE.waiting && this.isPayloadOut) this.enter(PHASE.lastFsync);
    else if (this.phase === PHASE.waiting && !(this.skipsFsync && empty && this.planted.reach()))
      this.enter(PHASE.firstFsync);
    else if (this.phase === PHASE.firstFsync && !empty) this.enter(PHASE.payload);
    else if (this.phase === PHASE.payload && !this.endsNow()) this.enter(PHASE.lastFsync);
    else {
      this.barrier = NIL;
      this.phase = PHASE.idle;
      this.pending.finish(row);
    }
  }

  protected serve(row: number): void {
    const { pending, planted } = this;
    const op = pending.op[row];
    if (op !== RING_OP.writeBarrier && op !== RING_OP.flushDiskcache) this.submitData(row, this.plainFlags(row));
    else if (this.answersAtOnce && pending.count[row] === 0 && planted.reach()) pending.finish(row);
    else {
      this.barrier = row;
      this.phase = PHASE.waiting;
      if (pending.workingCount > 1) this.price.drains++;
      if (this.isPayloadOut && planted.reach()) this.submitData(row, BIO.write | BIO.sync);
    }
  }

  override bioEnded(bio: number, status: number): void {
    if (this.bios.rows[bio + BIO_AT.owner] !== OWNER_NOBODY) super.bioEnded(bio, status);
  }

  /** B10: whether the payload of the barrier is on its way while the barrier still waits. */
  private get isPayloadOut(): boolean {
    return this.submitsAtOnce && this.pending.count[this.barrier] > 0;
  }

  protected override served(row: number): void {
    if (row === this.barrier) this.phaseEnded = true;
    else super.served(row);
  }

  private enter(phase: number): void {
    this.phase = phase;
    if (phase === PHASE.payload) this.submitData(this.barrier, BIO.write | BIO.sync);
    else this.submitEmpty(this.barrier, BIO.barrier);
  }

  /** Whether a mutant takes the barrier for done once its payload is. */
  private endsNow(): boolean {
    if (this.endsWithPayload) return this.planted.reach();
    if (!this.forgetsLast || !this.planted.reach()) return false;
    this.host.submit(this.bios.alloc(BIO.barrier, 0, 0, 0, OWNER_NOBODY, this.pending.cause[this.barrier]));
    return true;
  }
}
