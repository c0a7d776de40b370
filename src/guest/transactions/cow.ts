/**
 * A guest that never writes over what it may need: changed blocks go to new places, then a root that names them, in two
 * slots in turn, each with a mirror. It orders the root behind the blocks by a barrier, or by waiting and flushing, as
 * one workload or the other has it. A place is free again when no block of the last state lies there.
 */
import { below, between, chance } from '../arbitrary/draws.ts';
import { type Operation, TRANSACTIONS_MAX } from '../operation.ts';
import { type Draft, someOf } from './draft.ts';

/** Two slots and their mirrors. */
const ROOT_SECTORS = 4;
const BLOCKS_OF_TRANSACTION_MAX = 2;
/** Sectors of the smallest layout. */
export const COW_SECTORS_MIN = 10;

export class CowWriter {
  private readonly draft: Draft;
  private readonly flushes: boolean;
  private readonly blockCount: number;
  private readonly placeCount: number;
  private readonly placeOf = new Map<number, number>();
  private tx = 1;

  constructor(draft: Draft, sectors: number) {
    const spare = sectors - COW_SECTORS_MIN;
    this.draft = draft;
    this.flushes = chance(draft.random, 4);
    this.blockCount = between(draft.random, 2, 3);
    this.placeCount = this.blockCount + BLOCKS_OF_TRANSACTION_MAX + below(draft.random, Math.min(4, spare + 1));
  }

  /** Sectors from here on are nobody's. */
  get sectorEnd(): number {
    return ROOT_SECTORS + this.placeCount;
  }

  /** Transactions as long as they fit; one at least. */
  thread(): Operation[] {
    const { draft } = this;
    do this.transaction();
    while (draft.left > BLOCKS_OF_TRANSACTION_MAX + 3 && this.tx < TRANSACTIONS_MAX);
    return draft.operations;
  }

  private transaction(): void {
    const { draft, tx } = this;
    const { random, planted } = draft;
    const count = between(random, 1, BLOCKS_OF_TRANSACTION_MAX);
    const free = Array.from({ length: this.placeCount }, (_, i) => ROOT_SECTORS + i).filter(
      (place) => ![...this.placeOf.values()].includes(place),
    );
    for (const block of someOf(this.blockCount, count, (limit) => below(random, limit))) {
      const [place] = free.splice(below(random, free.length), 1);
      draft.write(place, { part: 'block', tx, block });
      this.placeOf.set(block, place);
    }
    const slot = tx % 2;
    // B27: the barrier is on the last copy of the root, not before the first.
    const mirrorFirst = planted.is('B27') && planted.reach();
    if (mirrorFirst) draft.write(2 + slot, { part: 'root', tx });
    this.root(slot);
    if (!mirrorFirst) draft.write(2 + slot, { part: 'root', tx });
    draft.wait('root', tx);
    this.tx++;
  }

  private root(slot: number): void {
    const { draft, tx } = this;
    if (this.flushes) {
      draft.wait('block', tx);
      draft.flush('block', tx);
      draft.fua(slot, { part: 'root', tx });
    } else draft.barrier(slot, { part: 'root', tx });
    draft.wait('root', tx);
  }
}
