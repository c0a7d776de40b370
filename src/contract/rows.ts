/** The rows of a history by what they are to the contract, so that every rule walks only the operations it speaks of. */
import type { History } from '../base/history.ts';
import { KIND, STATUS } from '../base/history.ts';

/** Later than every time of a history. */
export const NEVER = 0x7fffffff;

/** What an operation is: in this order barriers, direct writes and writes are ranges. */
export const GROUP = {
  emptyBarrier: 0,
  barrier: 1,
  write: 2,
  fua: 3,
  bufwrite: 4,
  flush: 5,
  sync: 6,
  discard: 7,
  read: 8,
  /** Never submitted: no part of the history. */
  absent: 9,
} as const;
const GROUPS = 10;

/** GROUP of every KIND code; a barrier without payload moves one down. */
const groupOfKind = Uint8Array.of(
  GROUP.write,
  GROUP.fua,
  GROUP.barrier,
  GROUP.flush,
  GROUP.bufwrite,
  GROUP.sync,
  GROUP.sync,
  GROUP.discard,
  GROUP.read,
);

export class Rows {
  /** GROUP of every row of the history. */
  group: Uint8Array = new Uint8Array(0);
  /** The rows, group by group: those of group g are row[start[g]] .. row[start[g + 1] - 1]. */
  row: Int32Array = new Int32Array(0);
  readonly start: Int32Array = new Int32Array(GROUPS + 1);
  private readonly next = new Int32Array(GROUPS);

  prepare(history: History): void {
    const { opCount } = history;
    if (this.row.length < opCount) {
      this.row = new Int32Array(opCount);
      this.group = new Uint8Array(opCount);
    }
    const { group, row, start, next } = this;
    start.fill(0);
    for (let op = 0; op < opCount; op++) {
      const is = groupOf(history, op);
      group[op] = is;
      start[is + 1]++;
    }
    for (let is = 0; is < GROUPS; is++) {
      next[is] = start[is];
      start[is + 1] += start[is];
    }
    for (let op = 0; op < opCount; op++) row[next[group[op]]++] = op;
  }

  /** Whether `version` is a write of this history to `sector`; markers, the initial content and a discard's id are not. */
  wrote(history: History, version: number, sector: number): boolean {
    if (version < 0 || version >= history.opCount) return false;
    const group = this.group[version];
    return group >= GROUP.barrier && group <= GROUP.bufwrite && covers(history, version, sector);
  }
}

function groupOf(history: History, op: number): number {
  if (history.submit[op] === 0) return GROUP.absent;
  const kind = history.kind[op];
  return kind === KIND.barrier && history.count[op] === 0 ? GROUP.emptyBarrier : groupOfKind[kind];
}

export function covers(history: History, op: number, sector: number): boolean {
  return sector >= history.sector[op] && sector < history.sector[op] + history.count[op];
}

/** Its status is an error, whether or not the guest has heard of it. */
export function hasFailed(history: History, op: number): boolean {
  return history.status[op] > STATUS.ok;
}

export function completedOk(history: History, op: number): boolean {
  return history.complete[op] !== 0 && history.status[op] === STATUS.ok;
}
