/**
 * The backend of one guest among several that merge their barriers (mergePoint.ts): ordinary requests are bios, a
 * barrier or flush holds back what follows it on the guest's own ring and waits for the merge point. It stands in for
 * blkback and for the reference alike, which differ in nothing else.
 */
import { BIO, type Bios, NIL } from '../block/bios.ts';
import type { Features } from '../config.ts';
import type { KeyBytes } from '../key/bytes.ts';
import type { Planted } from '../mutants.ts';
import type { Ring } from '../ring/ring.ts';
import type { Tracer } from '../trace.ts';
import { BioBackend } from './bioBackend.ts';
import type { MergePoint } from './mergePoint.ts';

export class Merging extends BioBackend {
  /** The barrier that waits for a merge point, or is part of one. */
  barrier: number = NIL;
  /** It is part of the one under way. */
  joined = false;
  /** Requests of its ring that may still be taken while the point gathers. */
  quota = 0;
  /** B11: an empty barrier is answered at once. */
  private readonly answersAtOnce: boolean;
  private readonly point: MergePoint;

  constructor(ring: Ring, bios: Bios, tracer: Tracer, abilities: Features, planted: Planted, point: MergePoint) {
    super(ring, bios, tracer, abilities, planted);
    this.answersAtOnce = planted.is('B11');
    this.point = point;
    point.add(this);
  }

  override reset(): void {
    super.reset();
    this.barrier = NIL;
    this.joined = false;
    this.quota = 0;
    this.point.reset();
  }

  writeKey(key: KeyBytes, nameOf: (id: number) => number): void {
    key.put(nameOf(this.barrier));
    key.putFlags(this.joined);
    key.put(this.point.isGathering ? this.quota : 0);
    if (this.point.isLeader(this)) this.point.writeKey(key);
  }

  get canTake(): boolean {
    return this.awake && this.barrier === NIL && (this.quota > 0 || !this.point.isGathering);
  }

  override take(): void {
    if (this.quota > 0) this.quota--;
    super.take();
  }

  /** The leader's thread does the work of all. */
  get canStep(): boolean {
    return this.point.isLeader(this) && this.point.canStep;
  }

  step(): void {
    this.point.step();
  }

  /** What was on the ring when gathering began is taken, up to the first barrier. */
  beginGathering(): void {
    this.quota = this.barrier === NIL ? this.ring.waitingCount : 0;
  }

  /** Nothing of the guest's is in flight, and nothing more will be before the point. */
  get isDrained(): boolean {
    const isThrough = this.quota === 0 || !this.awake;
    return isThrough && this.pending.workingCount === (this.barrier === NIL ? 0 : 1);
  }

  get hasPayload(): boolean {
    return this.pending.count[this.barrier] > 0;
  }

  /** The host's cache is flushed, on behalf of every barrier of the point. */
  flush(): void {
    this.submitEmpty(this.barrier, BIO.barrier);
  }

  sendPayload(): void {
    this.submitData(this.barrier, BIO.write | BIO.sync);
  }

  /** The barrier can be answered. */
  leave(): void {
    const row = this.barrier;
    this.barrier = NIL;
    this.joined = false;
    this.pending.finish(row);
  }

  protected serve(row: number): void {
    const { pending, planted } = this;
    if (!this.isOrdering(row)) this.submitData(row, this.plainFlags(row));
    else if (this.answersAtOnce && pending.count[row] === 0 && planted.reach()) pending.finish(row);
    else {
      this.barrier = row;
      this.quota = 0;
      this.point.gather();
    }
  }

  protected override served(row: number): void {
    if (row === this.barrier) this.point.ended();
    else super.served(row);
  }
}
