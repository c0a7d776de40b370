/**
 * Which flushes of a guest promise nothing new. Watched over every state of a workload: an operation that has completed
 * ok promises writes (contract.md, "Guarantees"); a flush promises nothing new when, however it came to complete, others
 * that had completed before promise all of its writes. A promise that comes later is not the same: the guest may rely on
 * it from the completion on. An empty barrier also orders: each write before it and each after it need
 * another barrier between them. Beside the promises: which writes to one sector may land in either order.
 * Sets of operations are masks: a workload to explore has no more than a mask has bits.
 */
import { type History, KIND, STATUS } from '../../base/history.ts';
import type { Program } from '../../guest/program.ts';

/** A flush that promises nothing new, and who promises the same before. */
export interface IdleFlush {
  readonly op: number;
  readonly by: readonly number[];
}

export class PromiseWatch {
  /** Flushes, empty barriers, fsyncs that have promised nothing new so far: for each who promised the same before. */
  private readonly idle: Map<number, number>;
  private readonly ops: readonly number[];
  private readonly promised: Int32Array;
  /** Per operation, those submitted later that touch its sectors and that nothing kept behind it, in some state. */
  private readonly racing: Int32Array;
  private readonly ids: readonly number[];

  /** @param ids what the program's operations are called in the results. */
  constructor(program: Program, ids: readonly number[]) {
    this.ids = ids;
    this.ops = Array.from({ length: program.opCount }, (_, op) => op);
    this.idle = new Map(this.ops.filter((op) => isFlush(program, op)).map((op) => [op, 0]));
    this.promised = new Int32Array(program.opCount);
    this.racing = new Int32Array(program.opCount);
  }

  /** One more state. */
  observe(history: History): void {
    for (const op of this.ops) this.promised[op] = isDone(history, op) ? promisedBy(history, op, this.ops) : 0;
    for (const [op, by] of this.idle) {
      const promisers = this.promisersOf(history, op);
      const orderers = isBarrier(history, op) ? this.orderersOf(history, op) : 0;
      if (promisers === null || orderers === null) this.idle.delete(op);
      else this.idle.set(op, by | promisers | orderers);
    }
    for (const first of this.ops)
      for (const second of this.ops)
        if (overlap(history, first, second) && this.isRace(history, first, second)) this.racing[first] |= 1 << second;
  }

  /** Those that have promised nothing new in any state, the last first. */
  idleFlushes(): IdleFlush[] {
    return [...this.idle].map(([op, mask]) => ({ op: this.ids[op], by: this.named(mask) })).reverse();
  }

  /** Pairs of operations that touch the same sectors and may land in either order. */
  races(): string[] {
    return this.ops.flatMap((op) => this.named(this.racing[op]).map((other) => `${this.ids[op]} ${other}`));
  }

  private named(mask: number): number[] {
    return this.ops.filter((op) => (mask & (1 << op)) !== 0).map((op) => this.ids[op]);
  }

  /** Whether the second was submitted later, and neither a completion nor a barrier keeps it behind the first. */
  private isRace(history: History, first: number, second: number): boolean {
    const { submit, complete } = history;
    if (submit[first] === 0 || submit[second] <= submit[first]) return false;
    if (complete[first] > 0 && complete[first] < submit[second]) return false;
    return !this.ops.some((op) => isBarrierBetween(history, op, submit[first], submit[second]));
  }

  /** The others that had promised before what the operation promises; null: some of it none had. */
  private promisersOf({ complete }: History, op: number): number | null {
    const { promised } = this;
    let [promisers, covered] = [0, 0];
    for (const other of this.ops) {
      if (other === op || complete[other] > complete[op] || (promised[other] & promised[op]) === 0) continue;
      promisers |= 1 << other;
      covered |= promised[other];
    }
    return (promised[op] & ~covered) === 0 ? promisers : null;
  }

  /** The other barriers that stand between what the barrier keeps in order; null: somewhere there is none. */
  private orderersOf(history: History, barrier: number): number | null {
    const { submit } = history;
    if (submit[barrier] === 0 || !isUnfailed(history, barrier)) return 0;
    let orderers = 0;
    const before = this.ops.filter((op) => isPromisable(history, op) && submit[op] < submit[barrier]);
    const after = this.ops.filter((op) => isWrite(history, op) && submit[op] > submit[barrier]);
    for (const first of before)
      for (const second of after) {
        const between = this.ops.find(
          (op) => op !== barrier && isBarrierBetween(history, op, submit[first], submit[second]),
        );
        if (between === undefined) return null;
        orderers |= 1 << between;
      }
    return orderers;
  }
}

function isFlush({ kind, count }: Program, op: number): boolean {
  if (kind[op] === KIND.barrier) return count[op] === 0;
  return kind[op] === KIND.flush || kind[op] === KIND.fsync || kind[op] === KIND.fdatasync;
}

/** The writes that an operation promises once it has completed ok. */
function promisedBy(history: History, op: number, ops: readonly number[]): number {
  const { kind, file, submit, complete } = history;
  let mask = 0;
  for (const write of ops) {
    const isEarlier = isDone(history, write) && complete[write] < submit[op];
    if (promises(write, isEarlier)) mask |= 1 << write;
  }
  return mask;

  function promises(write: number, isEarlier: boolean): boolean {
    switch (kind[op]) {
      case KIND.fua:
        return write === op;
      case KIND.barrier:
        return isPromisable(history, write) && submit[write] <= submit[op];
      case KIND.flush:
        return isEarlier && isDirectWrite(history, write);
      case KIND.fsync:
      case KIND.fdatasync:
        return isEarlier && kind[write] === KIND.bufwrite && file[write] === file[op];
      default:
        return false;
    }
  }
}

function isDone({ status, complete }: History, op: number): boolean {
  return complete[op] > 0 && status[op] === STATUS.ok;
}

function isUnfailed({ status }: History, op: number): boolean {
  return status[op] === STATUS.none || status[op] === STATUS.ok;
}

function isBarrier({ kind }: History, op: number): boolean {
  return kind[op] === KIND.barrier;
}

function isDirectWrite({ kind, count }: History, op: number): boolean {
  return kind[op] <= KIND.barrier && count[op] > 0;
}

function isWrite(history: History, op: number): boolean {
  return history.submit[op] > 0 && (isDirectWrite(history, op) || history.kind[op] === KIND.bufwrite);
}

/** A direct write submitted that did not fail: what a barrier covers. */
function isPromisable(history: History, op: number): boolean {
  return history.submit[op] > 0 && isDirectWrite(history, op) && isUnfailed(history, op);
}

function isBarrierBetween(history: History, op: number, from: number, to: number): boolean {
  const at = history.submit[op];
  return at > 0 && isBarrier(history, op) && isUnfailed(history, op) && at >= from && at <= to;
}

/** Whether two direct operations share a sector, and not both only read it. */
function overlap(history: History, op: number, other: number): boolean {
  const { kind, sector, count } = history;
  const isChange = (own: number): boolean => isDirectWrite(history, own) || kind[own] === KIND.discard;
  const isDirect = (own: number): boolean => isChange(own) || kind[own] === KIND.read;
  if (op === other || !isDirect(op) || !isDirect(other) || !(isChange(op) || isChange(other))) return false;
  return sector[op] < sector[other] + count[other] && sector[other] < sector[op] + count[op];
}
