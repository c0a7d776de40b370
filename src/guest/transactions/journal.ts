/**
 * Guests with a journal of blocks in front of the blocks' places. jbd (facts.md §9.3): ordered data and wait, descriptor
 * and copies and wait, the commit record as a barrier and wait; to free the log, what has committed is written in place,
 * waited for and flushed, and only then the record of the log's beginning moves, on the medium before the space is used
 * again. reiserfs sends the commit record behind the copies without waiting for them, and the record of the log's
 * beginning as a barrier: it relies on barriers for the order, and never flushes.
 */
import { below, between, chance } from '../arbitrary/draws.ts';
import { type Operation, TRANSACTIONS_MAX } from '../operation.ts';
import { type Draft, someOf } from './draft.ts';

/** Where things lie: the record of the log's beginning at 0, the log behind it, then the places, then ordered data. */
interface Layout {
  readonly logCount: number;
  readonly blockCount: number;
  readonly dataCount: number;
}

const BLOCKS_OF_TRANSACTION_MAX = 3;
/** Sectors of the smallest layout. */
export const JOURNAL_SECTORS_MIN = 12;

export class JournalWriter {
  private readonly draft: Draft;
  private readonly waits: boolean;
  private readonly layout: Layout;
  private tx = 1;
  /** The next sector of the log, and how many hold what has not been written in place. */
  private head = 0;
  private used = 0;
  /** By block the transaction that changed it last, since the last checkpoint. */
  private dirty = new Map<number, number>();

  /** @param waits for the copies before the commit record: jbd, else reiserfs. */
  constructor(draft: Draft, waits: boolean, sectors: number) {
    const { random } = draft;
    const spare = sectors - JOURNAL_SECTORS_MIN;
    this.draft = draft;
    this.waits = waits;
    this.layout = {
      logCount: 6 + below(random, Math.min(5, spare + 1)),
      blockCount: spare < 8 ? 3 : between(random, 2, 5),
      dataCount: spare < 8 ? 1 : between(random, 1, 3),
    };
  }

  /** Sectors from here on are nobody's. */
  get sectorEnd(): number {
    const { logCount, blockCount, dataCount } = this.layout;
    return 1 + logCount + blockCount + dataCount;
  }

  /** Transactions as long as they fit; one at least. */
  thread(): Operation[] {
    const { draft } = this;
    do {
      const count = between(draft.random, 1, Math.min(BLOCKS_OF_TRANSACTION_MAX, this.layout.blockCount));
      if (this.used + count + 2 > this.layout.logCount) this.checkpoint();
      this.transaction(count);
      if (chance(draft.random, 1)) this.checkpoint();
    } while (draft.left > BLOCKS_OF_TRANSACTION_MAX + 3 && this.tx < TRANSACTIONS_MAX);
    return draft.operations;
  }

  private transaction(count: number): void {
    const { draft, tx } = this;
    const { planted, random } = draft;
    this.orderedData();
    draft.write(this.logSector(), { part: 'log', tx });
    for (const i of someOf(this.layout.blockCount, count, (limit) => below(random, limit))) {
      const block = 1 + this.layout.logCount + i;
      draft.write(this.logSector(), { part: 'log', tx, block });
      this.dirty.set(block, tx);
    }
    const synced = chance(random, 3);
    // B26: the commit record goes with the copies, and nothing is flushed.
    if (planted.is('B26') && planted.reach()) draft.write(this.logSector(), { part: 'commit', tx });
    else this.commit(synced);
    draft.wait('commit', tx);
    this.used += count + 2;
    this.tx++;
  }

  private commit(synced: boolean): void {
    const { draft, tx } = this;
    const { planted } = draft;
    // B30: the fsync takes the running commit for none.
    const early = synced && planted.is('B30') && planted.reach();
    if (early) draft.flush('commit', tx);
    if (this.waits) draft.wait('log', tx);
    draft.barrier(this.logSector(), { part: 'commit', tx });
    if (early || !synced) return;
    // D20: the fsync does not wait for a commit that somebody else has begun.
    if (!(planted.is('D20') && planted.reach())) draft.wait('commit', tx);
    draft.flush('commit', tx);
  }

  private orderedData(): void {
    const { draft, tx, layout } = this;
    const count = below(draft.random, 1 + Math.min(2, layout.dataCount));
    for (const i of someOf(layout.dataCount, count, (limit) => below(draft.random, limit)))
      draft.write(1 + layout.logCount + layout.blockCount + i, { part: 'data', tx });
    if (count > 0) draft.wait('data', tx);
  }

  private checkpoint(): void {
    const { draft, tx } = this;
    const { planted } = draft;
    if (this.dirty.size === 0) return;
    for (const [block, newest] of this.dirty) draft.write(block, { part: 'home', tx: newest, block });
    draft.wait('tail', tx);
    if (!this.waits) draft.barrier(0, { part: 'tail', tx });
    else {
      // B24: what has been written in place is not flushed.
      if (!(planted.is('B24') && planted.reach())) draft.flush('tail', tx);
      // B25: the record may be in the cache when the space is used again.
      if (planted.is('B25') && planted.reach()) draft.write(0, { part: 'tail', tx });
      else draft.fua(0, { part: 'tail', tx });
    }
    draft.wait('tail', tx);
    this.dirty = new Map();
    this.used = 0;
  }

  private logSector(): number {
    const sector = 1 + this.head;
    this.head = (this.head + 1) % this.layout.logCount;
    return sector;
  }
}
