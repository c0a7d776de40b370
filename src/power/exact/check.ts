/** What an exact check is: at every crash point, which guarantees some image of the surviving set violates. */
import { type History, KIND, STATUS } from '../../base/history.ts';
import type { Program } from '../../guest/program.ts';
import type { IntList } from '../../stack/journal.ts';

export interface ExactCheck {
  /** Per guarantee, 1: some image that power loss could leave now violates it. Those of a live run are not decided here. */
  readonly violated: Uint8Array;
  /** Distinct images that power loss could leave now, as a bigint where a double does not hold it; null: not counted by this check. */
  readonly imageCount: number | bigint | null;
  /** The stack has just been reset to this program, with its journal on. */
  begin(program: Program): void;
  /** Takes in what the last action did. */
  step(): void;
  /** Decides the stack as it stands, from the history and the disk alone: no journal, no `begin`. */
  decideNow(program: Program): void;
}

/**
 * Whether something that failed takes back what others were held against: the edges of a barrier, or a promised write.
 * What fails in the very step of its submission (mode none) has never had any.
 * @param since time of the step before.
 */
export function takesBack(history: History, completed: IntList, since: number): boolean {
  for (let i = 0; i < completed.count; i++) {
    const op = completed.items[i];
    if (history.status[op] > STATUS.ok && history.kind[op] <= KIND.barrier && history.submit[op] <= since) return true;
  }
  return false;
}

/** The operations submitted so far, in the order of submission. */
export function submittedOps({ opCount, submit }: History): number[] {
  const ops = Array.from({ length: opCount }, (_, op) => op).filter((op) => submit[op] > 0);
  return ops.sort((a, b) => submit[a] - submit[b]);
}

/** The operations completed so far, in the order of completion. */
export function completedOps(history: History): number[] {
  const { complete } = history;
  const ops = submittedOps(history).filter((op) => complete[op] > 0);
  return ops.sort((a, b) => complete[a] - complete[b]);
}
