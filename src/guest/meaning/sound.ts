/**
 * Whether a workload still is one that its guest could have written, after some of it was left out: no place is written
 * over that recovery may need, and the log's beginning moves past nothing that isn't in place. Whether the guest waits and
 * flushes where it has to is not looked at: that is what its promise shows.
 */
import type { Operation, Role } from '../operation.ts';

type Threads = readonly (readonly Operation[])[];

/** @param threads of a guest with transactions; those without roles play no part. */
export function isSound(threads: Threads): boolean {
  const state = new Sound();
  return threads.flat().every((operation) => {
    const { role } = operation;
    if (role === undefined || !('sector' in operation) || operation.sector === undefined) return true;
    return state.takes(role, operation.sector);
  });
}

class Sound {
  /** By sector of the log the transaction whose copy or record lies there. */
  private readonly logged = new Map<number, number>();
  /** By block the last transaction that changed it, and the last that was written in place. */
  private readonly changed = new Map<number, number>();
  private readonly inPlace = new Map<number, number>();
  private readonly committed = new Set<number>();
  /** The first transaction that the log still holds. */
  private tail = 1;
  /** By block where the last root says it is, and where the next will. */
  private named = new Map<number, number>();
  private readonly placed = new Map<number, number>();

  /** False: the guest would not have done that. */
  takes({ part, tx, block = -1 }: Role, sector: number): boolean {
    switch (part) {
      case 'data':
        return true;
      case 'log':
      case 'commit':
        return this.log(sector, part === 'commit', tx, block);
      case 'home':
        this.inPlace.set(block, tx);
        return this.committed.has(tx) && this.changed.get(block) === tx;
      case 'tail':
        this.tail = tx;
        return [...this.changed].every(([own, last]) => last >= tx || this.inPlace.get(own) === last);
      case 'block':
        this.placed.set(block, sector);
        return ![...this.named.values()].includes(sector);
      case 'root':
        this.named = new Map(this.placed);
        return true;
    }
  }

  private log(sector: number, commits: boolean, tx: number, block: number): boolean {
    if ((this.logged.get(sector) ?? 0) >= this.tail) return false;
    this.logged.set(sector, tx);
    if (commits) this.committed.add(tx);
    else if (block >= 0) this.changed.set(block, tx);
    return true;
  }
}
