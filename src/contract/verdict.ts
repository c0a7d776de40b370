/** What the oracle says about one history: a code per guarantee, and the witness where it is violated. */
import type { Guarantee } from './guarantees.ts';
import { GUARANTEES, VERDICT } from './guarantees.ts';

/** Columns with one row per guarantee (GUARANTEES); a witness cell that does not apply is -1. Owned and reused by the oracle. */
export class Verdict {
  /** VERDICT codes. */
  readonly code: Uint8Array = new Uint8Array(GUARANTEES.length);
  /** Row of the operation that promised. */
  readonly by: Int32Array = new Int32Array(GUARANTEES.length);
  /** Row of the operation that was lost. */
  readonly lost: Int32Array = new Int32Array(GUARANTEES.length);
  /** Order rules only: row of the write that survived what it depends on. */
  readonly survivor: Int32Array = new Int32Array(GUARANTEES.length);
  readonly sector: Int32Array = new Int32Array(GUARANTEES.length);
  /** When the witness's promise was made: the earliest promise becomes the witness, however the rows are numbered. */
  private readonly promisedAt: Int32Array = new Int32Array(GUARANTEES.length);

  clear(): void {
    this.code.fill(VERDICT.na);
    this.by.fill(-1);
    this.lost.fill(-1);
    this.survivor.fill(-1);
    this.sector.fill(-1);
  }

  /** The guarantee applies: something in the run could have broken it. */
  applies(guarantee: number): void {
    if (this.code[guarantee] === VERDICT.na) this.code[guarantee] = VERDICT.holds;
  }

  violate(guarantee: number, promisedAt: number, by: number, lost: number, sector: number): void {
    if (this.code[guarantee] === VERDICT.violated && this.promisedAt[guarantee] <= promisedAt) return;
    this.code[guarantee] = VERDICT.violated;
    this.promisedAt[guarantee] = promisedAt;
    this.by[guarantee] = by;
    this.lost[guarantee] = lost;
    this.sector[guarantee] = sector;
  }

  isViolated(guarantee: number): boolean {
    return this.code[guarantee] === VERDICT.violated;
  }
}

/** One violated guarantee as a history document shows it. */
export interface Violation {
  readonly guarantee: Guarantee;
  /** Whose it is, where there are several guests. */
  readonly guest?: number;
  readonly by?: number;
  readonly lost?: number;
  readonly survivor?: number;
  readonly sector?: number;
}

/** The violated guarantees, in the contract's order, with what applies; `ids[row]` is a row's id in the document (default: the row). */
export function violationsOf(verdict: Verdict, ids?: ArrayLike<number>): Violation[] {
  const violations: Violation[] = [];
  GUARANTEES.forEach((guarantee, row) => {
    if (!verdict.isViolated(row)) return;
    violations.push({
      guarantee,
      ...named('by', verdict.by[row], ids),
      ...named('lost', verdict.lost[row], ids),
      ...named('survivor', verdict.survivor[row], ids),
      ...(verdict.sector[row] < 0 ? {} : { sector: verdict.sector[row] }),
    });
  });
  return violations;
}

function named(key: 'by' | 'lost' | 'survivor', row: number, ids: ArrayLike<number> | undefined): Partial<Violation> {
  if (row < 0) return {};
  return { [key]: ids === undefined ? row : ids[row] };
}
