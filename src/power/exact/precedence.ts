/**
 * *Precedes* of contract.md as one number per write: V precedes W (on a sector both cover) iff key(V) ≤ 2 · W.submit.
 * It is an interval order: V ends at the earlier of its completion and the submit of the first unfailed barrier at or
 * after it; between buffered writes at its own submit. An odd key says that the end is the write's own submit, so that
 * no write precedes itself. Once both are submitted the answer is settled for good, unless a barrier fails later.
 */
import { type History, KIND, STATUS, VERSION } from '../../base/history.ts';
import { IntList } from '../../stack/journal.ts';

/** No time yet: larger than every key. */
export const NEVER = 0x7fffffff;
const NIL = -1;

export class Precedence {
  /** Submits of unfailed barriers, ascending: with a payload, without, and all. */
  readonly payloadTimes: IntList = new IntList();
  readonly emptyTimes: IntList = new IntList();
  private readonly barrierTimes: IntList = new IntList();
  /** How many unfailed barriers were submitted before an operation. */
  private era: Int32Array = new Int32Array(0);
  /** Discards that cover a sector: discardAt[sector] → entry → next entry. */
  private discardAt: Int32Array = new Int32Array(0);
  private readonly discardOp: IntList = new IntList();
  private readonly discardNext: IntList = new IntList();
  private history!: History;

  begin(history: History): void {
    this.history = history;
    if (this.era.length < history.opCount) this.era = new Int32Array(history.opCount);
    if (this.discardAt.length < history.sectorCount) this.discardAt = new Int32Array(history.sectorCount);
    this.discardAt.fill(NIL);
    this.discardOp.clear();
    this.discardNext.clear();
    this.payloadTimes.clear();
    this.emptyTimes.clear();
    this.barrierTimes.clear();
  }

  /** An operation has been submitted; called in the order of submission, after the step that did it. */
  submitted(op: number): void {
    const { history } = this;
    this.era[op] = this.barrierTimes.count;
    const kind = history.kind[op];
    if (kind === KIND.discard) this.addDiscard(op);
    if (kind !== KIND.barrier || history.status[op] > STATUS.ok) return;
    this.barrierTimes.push(history.submit[op]);
    (history.count[op] > 0 ? this.payloadTimes : this.emptyTimes).push(history.submit[op]);
  }

  /** When writes submitted from then on see this one win: twice that time, odd if it is its own submit. */
  keyOf(op: number): number {
    const { history, barrierTimes } = this;
    const submit = history.submit[op];
    if (history.kind[op] === KIND.bufwrite) return 2 * submit + 1;
    const era = this.era[op];
    const barrier = era < barrierTimes.count ? barrierTimes.items[era] : NEVER;
    if (barrier === submit) return 2 * submit + 1;
    const complete = history.complete[op] === 0 ? NEVER : history.complete[op];
    const end = barrier < complete ? barrier : complete;
    return end === NEVER ? NEVER : 2 * end;
  }

  /** The same for what a sector may be left with: zeros are covered by a discard as by a write. */
  keyOfVersion(version: number, sector: number): number {
    if (version !== VERSION.initial) return this.keyOf(version);
    let key = 0;
    for (let at = this.discardAt[sector]; at !== NIL; at = this.discardNext.items[at])
      key = Math.max(key, this.keyOf(this.discardOp.items[at]));
    return key;
  }

  private addDiscard(op: number): void {
    const { history } = this;
    const end = history.sector[op] + history.count[op];
    for (let sector = history.sector[op]; sector < end; sector++) {
      this.discardOp.push(op);
      this.discardNext.push(this.discardAt[sector]);
      this.discardAt[sector] = this.discardOp.count - 1;
    }
  }
}

/** The first of `times` (ascending) that is not before `time`; NEVER when there is none. */
export function firstFrom(times: IntList, time: number): number {
  let low = 0;
  let high = times.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times.items[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low === times.count ? NEVER : times.items[low];
}
