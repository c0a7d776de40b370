/** What the image shows of every write (contract.md, "Before and after"): whether it stands, and where it is not visible. */
import type { History } from '../base/history.ts';
import { VERSION } from '../base/history.ts';
import type { Discards } from './discards.ts';
import type { Precedence } from './precedes.ts';
import type { Rows } from './rows.ts';
import { GROUP } from './rows.ts';

export class Visibility {
  /** 1 where the image holds the write at one of its own sectors. */
  stands: Uint8Array = new Uint8Array(0);
  /** First of its sectors where a write is not visible; -1 where it is visible throughout. Defined for writes only. */
  lostAt: Int32Array = new Int32Array(0);
  /** The standing write submitted last, or -1. */
  latestStanding = -1;
  /** First sector whose version no operation wrote there, or -1. */
  foreignAt = -1;
  private readonly rows: Rows;
  private readonly precedence: Precedence;
  private readonly discards: Discards;
  /** Per sector the write that the image holds there; `initial`, or `unknown` for every version that is not a write to the sector. */
  private holder: Int32Array = new Int32Array(0);

  constructor(rows: Rows, precedence: Precedence, discards: Discards) {
    this.rows = rows;
    this.precedence = precedence;
    this.discards = discards;
  }

  prepare(history: History): void {
    if (this.stands.length < history.opCount) {
      this.stands = new Uint8Array(history.opCount);
      this.lostAt = new Int32Array(history.opCount);
    }
    if (this.holder.length < history.sectorCount) this.holder = new Int32Array(history.sectorCount);
    this.stands.fill(0, 0, history.opCount);
    this.readImage(history);
    const { row, start } = this.rows;
    for (let i = start[GROUP.barrier]; i < start[GROUP.bufwrite + 1]; i++) {
      this.lostAt[row[i]] = this.firstLost(history, row[i]);
    }
  }

  private readImage(history: History): void {
    const { image, submit, sectorCount } = history;
    this.latestStanding = -1;
    this.foreignAt = -1;
    for (let x = 0; x < sectorCount; x++) {
      const version = image[x];
      this.holder[x] = version;
      if (version === VERSION.initial) continue;
      if (!this.rows.wrote(history, version, x)) {
        this.holder[x] = VERSION.unknown;
        if (this.foreignAt < 0) this.foreignAt = x;
        continue;
      }
      this.stands[version] = 1;
      if (this.latestStanding < 0 || submit[version] > submit[this.latestStanding]) this.latestStanding = version;
    }
  }

  private firstLost(history: History, op: number): number {
    const { holder } = this;
    const end = history.sector[op] + history.count[op];
    for (let x = history.sector[op]; x < end; x++) {
      const held = holder[x];
      if (held === op) continue;
      if (held >= 0 && !this.precedence.precedes(history, held, op)) continue;
      if (held === VERSION.initial && this.discards.mayFollow(history, x, op)) continue;
      return x;
    }
    return -1;
  }
}
