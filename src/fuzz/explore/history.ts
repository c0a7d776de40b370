/**
 * A history in a key: of its times only what the contract ever asks (contract.md): which of two operations was submitted
 * first, where one is a barrier or both touch a sector or a file; and whether one had completed when the other was
 * submitted, where that can promise or order something.
 */
import { assert } from '../../base/assert.ts';
import { type History, KIND } from '../../base/history.ts';
import type { Program } from '../../guest/program.ts';
import type { KeyBytes } from '../../stack/key/bytes.ts';

/** Operations that a mask has bits for. */
export const KEY_OPS_MAX = 24;

export class HistoryKey {
  private program!: Program;
  /** The first operation that is looked at. */
  private first = 0;
  /** Per operation, a bit for each other one: the order of the two submits matters. */
  private bySubmit: number[] = [];
  /** The same: it matters whether the other one had completed when this one was submitted. */
  private byComplete: number[] = [];

  /** @param first operation that changes; the keys of one walk have those before it in common. */
  begin(program: Program, first: number = 0): void {
    assert(program.opCount - first <= KEY_OPS_MAX, 'a program to explore is small');
    this.program = program;
    this.first = first;
    const ops = Array.from({ length: program.opCount - first }, (_, i) => first + i);
    const maskOf = (matters: (op: number, other: number) => boolean) =>
      ops.map((op) =>
        ops.reduce((mask, other) => (other !== op && matters(op, other) ? mask | (1 << (other - first)) : mask), 0),
      );
    this.bySubmit = maskOf(
      (op, other) => isBarrier(program, op) || isBarrier(program, other) || meet(program, op, other),
    );
    this.byComplete = maskOf((op, other) => program.kind[op] === KIND.flush || meet(program, op, other));
  }

  write(key: KeyBytes, history: History): void {
    const { opCount } = this.program;
    for (let op = this.first; op < opCount; op++) {
      if (history.submit[op] === 0) {
        key.put(-1);
        continue;
      }
      key.put(2 * history.status[op] + (history.complete[op] > 0 ? 1 : 0));
      this.writeOrder(key, history, op);
    }
    for (let i = 0; i < 2 * history.refusedCount; i++) key.put(history.refused[i]);
    key.put(-1);
    for (let i = 0; i < history.twiceCount; i++) key.put(history.twice[i]);
    key.put(-1);
    this.writeReads(key, history);
  }

  private writeOrder(key: KeyBytes, history: History, op: number): void {
    const { first } = this;
    const { submit, complete } = history;
    let submitted = 0;
    let completed = 0;
    for (let other = first; other < this.program.opCount; other++) {
      if (submit[other] > 0 && submit[other] < submit[op]) submitted |= 1 << (other - first);
      if (complete[other] > 0 && complete[other] < submit[op]) completed |= 1 << (other - first);
    }
    key.put(submitted & this.bySubmit[op - first]);
    key.put(completed & this.byComplete[op - first]);
  }

  private writeReads(key: KeyBytes, history: History): void {
    const { opCount, kind, count, readStart } = this.program;
    for (let op = this.first; op < opCount; op++) {
      if (kind[op] !== KIND.read || history.submit[op] === 0) continue;
      for (let i = 0; i < count[op]; i++) key.put(history.readVersions[readStart[op] + i]);
    }
  }
}

function isBarrier(program: Program, op: number): boolean {
  return program.kind[op] === KIND.barrier;
}

/** Whether two operations share a sector or a file. */
function meet({ file, sector, count }: Program, op: number, other: number): boolean {
  if (file[op] >= 0 && file[op] === file[other]) return true;
  return (
    count[op] > 0 &&
    count[other] > 0 &&
    sector[op] < sector[other] + count[other] &&
    sector[other] < sector[op] + count[op]
  );
}
