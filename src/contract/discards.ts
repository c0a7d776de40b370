/** The discards of a history, and per sector until when one of them may still have come after a write. */
import type { History } from '../base/history.ts';
import type { Precedence } from './precedes.ts';
import type { Rows } from './rows.ts';
import { covers, GROUP } from './rows.ts';

export class Discards {
  private readonly rows: Rows;
  private readonly precedence: Precedence;
  /** Latest settledDirect (settledBuffered) of the discards that cover a sector, whatever their status; 0 where none does. */
  private untilDirect: Int32Array = new Int32Array(0);
  private untilBuffered: Int32Array = new Int32Array(0);

  constructor(rows: Rows, precedence: Precedence) {
    this.rows = rows;
    this.precedence = precedence;
  }

  prepare(history: History): void {
    const { row, start } = this.rows;
    if (start[GROUP.discard] === start[GROUP.discard + 1]) return;
    if (this.untilDirect.length < history.sectorCount) {
      this.untilDirect = new Int32Array(history.sectorCount);
      this.untilBuffered = new Int32Array(history.sectorCount);
    }
    this.untilDirect.fill(0, 0, history.sectorCount);
    this.untilBuffered.fill(0, 0, history.sectorCount);
    for (let i = start[GROUP.discard]; i < start[GROUP.discard + 1]; i++) this.spread(history, row[i]);
  }

  /** Whether some discard of `sector` does not precede the write `write`. */
  mayFollow(history: History, sector: number, write: number): boolean {
    const { start, group } = this.rows;
    if (start[GROUP.discard] === start[GROUP.discard + 1]) return false;
    const until = group[write] === GROUP.bufwrite ? this.untilBuffered[sector] : this.untilDirect[sector];
    return until > history.submit[write];
  }

  /**
   * Whether the read `read` may return zeros at `sector` because of a discard submitted before it completed: one that
   * precedes neither of two completed writes (rows, or -1), the latest direct one and the latest buffered one.
   */
  mayBeRead(history: History, sector: number, read: number, direct: number, buffered: number): boolean {
    const { row, start } = this.rows;
    for (let i = start[GROUP.discard]; i < start[GROUP.discard + 1]; i++) {
      const discard = row[i];
      if (history.submit[discard] > history.complete[read] || !covers(history, discard, sector)) continue;
      if (direct >= 0 && this.precedence.precedes(history, discard, direct)) continue;
      if (buffered >= 0 && this.precedence.precedes(history, discard, buffered)) continue;
      return true;
    }
    return false;
  }

  private spread(history: History, op: number): void {
    const direct = this.precedence.settledDirect[op];
    const buffered = this.precedence.settledBuffered[op];
    const end = history.sector[op] + history.count[op];
    for (let x = history.sector[op]; x < end; x++) {
      if (this.untilDirect[x] < direct) this.untilDirect[x] = direct;
      if (this.untilBuffered[x] < buffered) this.untilBuffered[x] = buffered;
    }
  }
}
