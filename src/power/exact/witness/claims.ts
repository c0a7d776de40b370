/**
 * What a history claims as of now (contract.md), the plain way: which writes precede which, which are promised, and
 * which would be lost under a version. Nothing is kept up to date and nothing is shared with the exact check that runs
 * along (src/power/exact), so that an image that both agree on is seen from two sides; only for scope host the two are
 * one, and enumeration is the other side.
 */
import { type History, KIND, STATUS, VERSION } from '../../../base/history.ts';
import { GUARANTEE } from '../../../contract/guarantees.ts';

/** Operations in some order of their times. */
type Ops = readonly number[];

export class Claims {
  readonly history: History;
  /** Submits of unfailed barriers, ascending: with a payload, and without. */
  readonly payloadTimes: readonly number[];
  readonly emptyTimes: readonly number[];
  private readonly barrierTimes: readonly number[];
  /** Unfailed direct writes by submit, all and by sector. */
  private readonly directs: Ops;
  private readonly directsAt: ReadonlyMap<number, Ops>;
  private readonly discardsAt: ReadonlyMap<number, Ops>;
  private readonly ops: Ops;

  constructor(history: History) {
    const { kind, count, submit, status } = history;
    const submitted = Array.from({ length: history.opCount }, (_, op) => op).filter((op) => submit[op] > 0);
    this.history = history;
    this.ops = submitted.sort((a, b) => submit[a] - submit[b]);
    const barriers = this.ops.filter((op) => kind[op] === KIND.barrier && status[op] <= STATUS.ok);
    this.barrierTimes = barriers.map((op) => submit[op]);
    this.payloadTimes = barriers.filter((op) => count[op] > 0).map((op) => submit[op]);
    this.emptyTimes = barriers.filter((op) => count[op] === 0).map((op) => submit[op]);
    this.directs = this.ops.filter((op) => kind[op] <= KIND.barrier && count[op] > 0 && status[op] <= STATUS.ok);
    this.directsAt = bySector(history, this.directs);
    this.discardsAt = bySector(
      history,
      this.ops.filter((op) => kind[op] === KIND.discard),
    );
  }

  /** From when on a write submitted at the sector comes after what the sector holds: Infinity, none does yet. */
  settledAt(sector: number, version: number): number {
    if (version >= 0) return this.settled(version);
    // A marker (VERSION) covers nothing: every write comes after it.
    if (version !== VERSION.initial) return 0;
    const discards = this.discardsAt.get(sector) ?? [];
    return discards.reduce((latest, op) => Math.max(latest, this.settled(op)), 0);
  }

  /** The submit of the first unfailed direct write that is lost where the sector holds the version; Infinity: none. */
  lostUnder(sector: number, version: number): number {
    const directs = this.directsAt.get(sector);
    if (directs === undefined) return Infinity;
    const settled = this.settledAt(sector, version);
    const { submit } = this.history;
    const at = directs.find((op) => op !== version && submit[op] >= settled);
    return at === undefined ? Infinity : submit[at];
  }

  /** By sector the promised write of the durability guarantee that was submitted last. */
  promisedLast(guarantee: number): ReadonlyMap<number, number> {
    const last = new Map<number, number>();
    const { sector, count } = this.history;
    for (const op of this.promised(guarantee))
      for (let x = sector[op]; x < sector[op] + count[op]; x++) last.set(x, op);
    return last;
  }

  /** The writes that a durability guarantee promises, by submit. */
  private promised(guarantee: number): Ops {
    const { kind, count, submit, complete } = this.history;
    const done = this.ops.filter((op) => this.isDone(op));
    const latest = (what: number, payload: boolean): number =>
      submit[done.findLast((op) => kind[op] === what && count[op] > 0 === payload) ?? -1] ?? 0;
    const before = (time: number): Ops => this.directs.filter((op) => submit[op] <= time);
    if (guarantee === GUARANTEE.barrierDurability) return before(latest(KIND.barrier, true));
    if (guarantee === GUARANTEE.emptyBarrierDurability) return before(latest(KIND.barrier, false));
    if (guarantee === GUARANTEE.fuaDurability) return done.filter((op) => kind[op] === KIND.fua);
    if (guarantee === GUARANTEE.fsyncDurability) return this.synced(done);
    if (guarantee !== GUARANTEE.flushDurability) return [];
    const flushed = latest(KIND.flush, false);
    return this.directs.filter((op) => this.isDone(op) && complete[op] < flushed);
  }

  /** The buffered writes that some fsync covers: those that had returned, but for what an earlier one has answered for. */
  private synced(done: Ops): Ops {
    const { kind, file, submit, complete, status } = this.history;
    const isSync = (op: number): boolean => kind[op] === KIND.fsync || kind[op] === KIND.fdatasync;
    const failed = this.ops.filter((op) => isSync(op) && complete[op] > 0 && status[op] > STATUS.ok);
    const last = new Map<string, [sync: number, excused: number]>();
    // Of the fsyncs of a file with the same excuse the last covers the most.
    for (const sync of done.filter(isSync)) {
      const earlier = failed.filter((op) => file[op] === file[sync] && complete[op] < submit[sync]);
      const excused = earlier.reduce((time, op) => Math.max(time, submit[op]), 0);
      last.set(`${file[sync]} ${excused}`, [sync, excused]);
    }
    const covers = (op: number): boolean =>
      [...last.values()].some(
        ([sync, excused]) => file[sync] === file[op] && complete[op] < submit[sync] && submit[op] >= excused,
      );
    return done.filter((op) => kind[op] === KIND.bufwrite && covers(op));
  }

  private isDone(op: number): boolean {
    const { complete, status } = this.history;
    return complete[op] > 0 && status[op] === STATUS.ok;
  }

  /** It is settled when it has completed, and between two direct writes with the first barrier that is not before it. */
  private settled(op: number): number {
    const { kind, submit, complete } = this.history;
    if (kind[op] === KIND.bufwrite) return submit[op];
    return Math.min(complete[op] === 0 ? Infinity : complete[op], firstFrom(this.barrierTimes, submit[op]));
  }
}

/** The first of `times` (ascending) that is not before `time`; Infinity when there is none. */
export function firstFrom(times: readonly number[], time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < time) low = middle + 1;
    else high = middle;
  }
  return times[low] ?? Infinity;
}

function bySector({ sector, count }: History, ops: Ops): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const op of ops)
    for (let x = sector[op]; x < sector[op] + count[op]; x++) {
      const own = found.get(x);
      if (own === undefined) found.set(x, [op]);
      else own.push(op);
    }
  return found;
}
