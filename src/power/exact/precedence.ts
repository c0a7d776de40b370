/**
 * *Precedes* of contract.md as one number per write, its key: V precedes W (on a sector both cover) iff
 * key(V) ≤ 2 · W.submit. It is an interval order: V ends at the earlier of its completion and the submit of the first
 * unfailed barrier at or after it; between buffered writes at its own submit. An odd key says that the end is the
 * write's own submit, so that no write precedes itself. Once both are submitted the answer is settled for good, unless
 * a barrier fails later.
 *
 * And the order rules as one more, its rank, which grows with every unfailed barrier: a write of rank a that is lost
 * beside one of rank b that stands breaks `barrier-order` iff a barrier with a payload lies between the ranks, and
 * `empty-barrier-order` iff an empty one does. A payload has a rank of its own between what came before and what comes
 * after, because it may neither stand without the one nor be lost under the other.
 */
import { type History, KIND, STATUS, VERSION } from '../../base/history.ts';
import type { Program } from '../../guest/program.ts';
import { IntList } from '../../stack/journal.ts';
import { SectorRows } from './rows.ts';

/** No time yet: larger than every key. */
export const NEVER = 0x7fffffff;

/** Bits of `between`. */
export const BETWEEN = { payload: 1, empty: 2 } as const;

/** Entries of a sector's row: the latest end of its discards that have ended, and the first of the others. */
const ENDED = 0;
const OPEN = 1;

export class Precedence {
  /** Rank of a submitted operation, from 1. */
  rank: Int32Array = new Int32Array(0);
  /** The highest rank so far. */
  rankLast = 1;
  /** How many steps of the ranks are due to payloads, and to empty barriers. */
  private payloadSteps: Int32Array = new Int32Array(2);
  private emptySteps: Int32Array = new Int32Array(2);
  /** Submits of unfailed barriers, ascending. */
  private readonly barrierTimes: IntList = new IntList();
  /** How many unfailed barriers were submitted before an operation. */
  private era: Int32Array = new Int32Array(0);
  /** Keys that are settled; 0: not yet. */
  private key: Int32Array = new Int32Array(0);
  /** Discards that cover a sector and have not ended: entry → next entry, from 1. */
  private readonly discards: SectorRows = new SectorRows(2);
  private readonly discardOp: IntList = new IntList();
  private readonly discardNext: IntList = new IntList();
  private history!: History;

  begin(history: History, program: Program): void {
    const { opCount } = history;
    this.history = history;
    if (this.era.length < opCount) {
      this.era = new Int32Array(opCount);
      this.key = new Int32Array(opCount);
      this.rank = new Int32Array(opCount);
      this.payloadSteps = new Int32Array(2 * opCount + 2);
      this.emptySteps = new Int32Array(2 * opCount + 2);
    }
    this.key.fill(0, 0, opCount);
    this.rankLast = 1;
    this.discards.begin(program);
    this.discardOp.clear();
    this.discardNext.clear();
    // Entry 0 is none.
    this.discardOp.push(0);
    this.discardNext.push(0);
    this.barrierTimes.clear();
  }

  /** An operation has been submitted; called in the order of submission, after the step that did it. */
  submitted(op: number): void {
    const { history } = this;
    const kind = history.kind[op];
    this.era[op] = this.barrierTimes.count;
    if (kind === KIND.discard) this.addDiscard(op);
    if (kind === KIND.barrier && history.status[op] <= STATUS.ok) this.addBarrier(op);
    else this.rank[op] = this.rankLast;
  }

  private addBarrier(op: number): void {
    const { history } = this;
    this.barrierTimes.push(history.submit[op]);
    if (history.count[op] > 0) {
      this.rank[op] = this.step(1, 0);
      this.step(1, 0);
    } else {
      this.rank[op] = this.rankLast;
      this.step(0, 1);
    }
  }

  private step(payload: number, empty: number): number {
    const rank = this.rankLast++;
    this.payloadSteps[rank + 1] = this.payloadSteps[rank] + payload;
    this.emptySteps[rank + 1] = this.emptySteps[rank] + empty;
    return rank + 1;
  }

  /** Which order rules a write of rank `lost` breaks that is lost where one of rank `stood` stands (BETWEEN). */
  between(lost: number, stood: number): number {
    const { payloadSteps, emptySteps } = this;
    const payload = payloadSteps[lost] < payloadSteps[stood] ? BETWEEN.payload : 0;
    return emptySteps[lost] < emptySteps[stood] ? payload | BETWEEN.empty : payload;
  }

  /** When writes submitted from then on see this one win: twice that time, odd if it is its own submit. */
  keyOf(op: number): number {
    const key = this.key[op];
    return key > 0 ? key : this.lookUp(op);
  }

  private lookUp(op: number): number {
    const { history, barrierTimes } = this;
    const submit = history.submit[op];
    const era = this.era[op];
    const barrier = era < barrierTimes.count ? barrierTimes.items[era] : NEVER;
    const complete = history.complete[op] === 0 ? NEVER : history.complete[op];
    const end = barrier < complete ? barrier : complete;
    let key = 2 * end;
    if (history.kind[op] === KIND.bufwrite || barrier === submit) key = 2 * submit + 1;
    else if (end === NEVER) return NEVER;
    this.key[op] = key;
    return key;
  }

  /** The same for whatever a sector may be left with. */
  keyOfVersion(version: number, sector: number): number {
    return version === VERSION.initial ? this.keyOfZeros(sector) : this.keyOf(version);
  }

  /** Zeros are covered by a discard as by a write, and lost under nothing else. */
  keyOfZeros(sector: number): number {
    const { items } = this.discards;
    const at = 2 * sector;
    while (items[at + OPEN] !== 0) {
      const entry = items[at + OPEN];
      const key = this.keyOf(this.discardOp.items[entry]);
      if (key === NEVER) return NEVER;
      if (key > items[at + ENDED]) items[at + ENDED] = key;
      items[at + OPEN] = this.discardNext.items[entry];
    }
    return items[at + ENDED];
  }

  private addDiscard(op: number): void {
    const { history } = this;
    const { items } = this.discards;
    const end = history.sector[op] + history.count[op];
    for (let sector = history.sector[op]; sector < end; sector++) {
      this.discardOp.push(op);
      this.discardNext.push(items[2 * sector + OPEN]);
      items[2 * sector + OPEN] = this.discardOp.count - 1;
    }
  }
}
