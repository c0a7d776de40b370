/**
 * The reference backend (facts.md §16, "The correct reference"; modes.md rule 10): O_DIRECT, and for a barrier wait
 * for everything in flight → fsync → write the payload → wait → fsync → respond, holding back later requests
 * meanwhile. An empty barrier is a wait and one fsync, and so is FLUSH_DISKCACHE. The file is fully allocated: fsync is the host's cache flush.
 */
import { BIO, NIL } from '../block/bios.ts';
import type { KeyBytes } from '../key/bytes.ts';
import { RING_OP } from '../ring/ring.ts';
import { BioBackend } from './bioBackend.ts';

const PHASE = { idle: 0, waiting: 1, firstFsync: 2, payload: 3, lastFsync: 4 } as const;

export class Reference extends BioBackend {
  /** The barrier being worked on, and how far it is. */
  private barrier: number = NIL;
  private phase: number = PHASE.idle;
  /** The bios of the current phase have ended. */
  private phaseEnded = false;

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
    return this.phase === PHASE.waiting ? this.pending.workingCount === 1 : this.phaseEnded;
  }

  step(): void {
    const row = this.barrier;
    const empty = this.pending.count[row] === 0;
    this.phaseEnded = false;
    if (this.phase === PHASE.waiting) this.enter(PHASE.firstFsync);
    else if (this.phase === PHASE.firstFsync && !empty) this.enter(PHASE.payload);
    else if (this.phase === PHASE.payload) this.enter(PHASE.lastFsync);
    else {
      this.barrier = NIL;
      this.phase = PHASE.idle;
      this.pending.finish(row);
    }
  }

  protected serve(row: number): void {
    const op = this.pending.op[row];
    if (op === RING_OP.writeBarrier || op === RING_OP.flushDiskcache) {
      this.barrier = row;
      this.phase = PHASE.waiting;
    } else this.submitData(row, this.plainFlags(row));
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
}
