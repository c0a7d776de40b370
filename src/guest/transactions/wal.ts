/**
 * A write-ahead log in a file (SQLite-like): frames and a commit record are appended through the page cache, and a commit
 * is an fsync of the log. To begin the log anew, what has committed is written into the database file, that file is
 * synced, and the log's header, which says from where on it counts, is synced before the first frame is written over.
 */
import { below, between, chance } from '../arbitrary/draws.ts';
import { type Operation, TRANSACTIONS_MAX } from '../operation.ts';
import { type Draft, someOf } from './draft.ts';

const LOG = 1;
const DATABASE = 2;
const BLOCKS_OF_TRANSACTION_MAX = 3;
/** Sectors of the smallest layout. */
export const WAL_SECTORS_MIN = 10;

export class WalWriter {
  private readonly draft: Draft;
  /** Frames that the log takes. */
  private readonly frameCount: number;
  private readonly blockCount: number;
  private tx = 1;
  private head = 0;
  private dirty = new Map<number, number>();

  constructor(draft: Draft, sectors: number) {
    const spare = sectors - WAL_SECTORS_MIN;
    this.draft = draft;
    this.frameCount = 5 + below(draft.random, Math.min(5, spare + 1));
    this.blockCount = spare < 8 ? 3 : between(draft.random, 2, 5);
  }

  /** Sectors from here on are nobody's. */
  get sectorEnd(): number {
    return 1 + this.frameCount + this.blockCount;
  }

  /** Transactions as long as they fit; one at least. */
  thread(): Operation[] {
    const { draft } = this;
    do {
      const count = between(draft.random, 1, Math.min(BLOCKS_OF_TRANSACTION_MAX, this.blockCount));
      if (this.head + count + 1 > this.frameCount) this.checkpoint();
      this.transaction(count);
      if (chance(draft.random, 1)) this.checkpoint();
    } while (draft.left > BLOCKS_OF_TRANSACTION_MAX + 2 && this.tx < TRANSACTIONS_MAX);
    return draft.operations;
  }

  private transaction(count: number): void {
    const { draft, tx } = this;
    const { planted, random } = draft;
    for (const i of someOf(this.blockCount, count, (limit) => below(random, limit))) {
      const block = 1 + this.frameCount + i;
      draft.bufwrite(LOG, this.logSector(), { part: 'log', tx, block });
      this.dirty.set(block, tx);
    }
    // B40: synced before all of it has been written.
    const early = planted.is('B40') && planted.reach();
    if (early) draft.fsync(LOG, 'commit', tx);
    draft.bufwrite(LOG, this.logSector(), { part: 'commit', tx });
    if (!early) draft.fsync(LOG, 'commit', tx);
    this.tx++;
  }

  private checkpoint(): void {
    const { draft, tx } = this;
    const { planted } = draft;
    if (this.dirty.size === 0) return;
    for (const [block, newest] of this.dirty) draft.bufwrite(DATABASE, block, { part: 'home', tx: newest, block });
    // B28: only the log is synced, never what the log is a log of.
    if (!(planted.is('B28') && planted.reach())) draft.fsync(DATABASE, 'tail', tx);
    draft.bufwrite(LOG, 0, { part: 'tail', tx });
    draft.fsync(LOG, 'tail', tx);
    this.dirty = new Map();
    this.head = 0;
  }

  private logSector(): number {
    return 1 + this.head++;
  }
}
