/**
 * How many distinct images power loss could leave now, where sectors choose independently: the product over the
 * sectors of their distinct versions. A sector's versions only grow in number until its floor moves and it is counted
 * anew; a version is known to be among them by a mark, the number of that count, on the write's own sector (and one in
 * the row for the initial content, which a discard puts there again).
 */
import type { Program } from '../../guest/program.ts';
import { IntList } from '../../stack/journal.ts';
import { SectorRows } from './rows.ts';

/** A product beyond is not exact in a double. */
const EXACT_MAX = 2 ** 53;
/** Factors that are gathered before a large number is multiplied. */
const PENDING_MAX = 2 ** 26;
/** So many sectors with a choice make a larger product. */
const OPEN_MAX = 53;

/** Entries of a sector's row: versions but one, number of the count, that of the initial content's mark, place in `open`. */
const OTHERS = 0;
const COUNT = 1;
const INITIAL = 2;
const PLACE = 3;
const WIDTH = 4;

export class ImageCount {
  private readonly rows: SectorRows = new SectorRows(WIDTH);
  /** Per operation the place of its first sector among the marks, less that sector's number. */
  private markStart: Int32Array = new Int32Array(0);
  /** One more than the number of the count that the version was seen in. */
  private marks: Int32Array = new Int32Array(0);
  /** Sectors with a choice, in no order. */
  private readonly open: IntList = new IntList();
  /** Infinity: beyond EXACT_MAX when last looked at. */
  private product = 1;
  /** Then it is this, times `up`, divided by `down`: large numbers are only worked on when they are asked for. */
  private large = 0n;
  private up = 1;
  private down = 1;

  begin(program: Program): void {
    const { opCount, sector, count } = program;
    this.rows.begin(program);
    this.open.clear();
    this.product = 1;
    if (this.markStart.length < opCount) this.markStart = new Int32Array(opCount);
    let markCount = 0;
    for (let op = 0; op < opCount; op++) {
      this.markStart[op] = markCount - sector[op];
      markCount += count[op];
    }
    if (this.marks.length < markCount) this.marks = new Int32Array(markCount);
    else this.marks.fill(0, 0, markCount);
  }

  /** The sector's versions are counted anew, from this one on. */
  set(sector: number, version: number): void {
    const { items } = this.rows;
    const at = sector * WIDTH;
    if (items[at + OTHERS] > 0) this.change(sector, 0);
    items[at + COUNT]++;
    items[at + OTHERS] = -1;
    this.join(sector, version);
  }

  /** The sector may be left with this version. */
  join(sector: number, version: number): void {
    const { items } = this.rows;
    const at = sector * WIDTH;
    const count = items[at + COUNT];
    if (version < 0) {
      if (items[at + INITIAL] === count) return;
      items[at + INITIAL] = count;
    } else {
      const mark = this.markStart[version] + sector;
      if (this.marks[mark] === count + 1) return;
      this.marks[mark] = count + 1;
    }
    if (items[at + OTHERS] < 0) items[at + OTHERS] = 0;
    else this.change(sector, items[at + OTHERS] + 1);
  }

  /** A double up to 2^53, beyond a bigint. */
  get total(): number | bigint {
    if (this.product === Infinity) this.multiplyAgain();
    if (this.product < Infinity) return this.product;
    this.fold();
    return this.large;
  }

  /** Where few sectors have a choice the product may be small again. */
  private multiplyAgain(): void {
    const { open, rows } = this;
    if (open.count > OPEN_MAX) return;
    let product = 1;
    for (let i = 0; i < open.count; i++) product *= rows.items[open.items[i] * WIDTH + OTHERS] + 1;
    if (product <= EXACT_MAX) this.product = product;
  }

  private change(sector: number, others: number): void {
    const { items } = this.rows;
    const at = sector * WIDTH;
    const before = items[at + OTHERS];
    items[at + OTHERS] = others;
    if (before === 0) this.add(sector);
    else if (others === 0) this.remove(sector);
    const product = (this.product / (before + 1)) * (others + 1);
    if (product <= EXACT_MAX) this.product = product;
    else this.changeLarge(before + 1, others + 1);
  }

  private changeLarge(from: number, to: number): void {
    if (this.product < Infinity) {
      this.large = BigInt(this.product);
      this.up = 1;
      this.down = 1;
      this.product = Infinity;
    }
    this.up *= to;
    this.down *= from;
    if (this.up > PENDING_MAX || this.down > PENDING_MAX) this.fold();
  }

  private fold(): void {
    this.large = (this.large * BigInt(this.up)) / BigInt(this.down);
    this.up = 1;
    this.down = 1;
  }

  private add(sector: number): void {
    this.rows.items[sector * WIDTH + PLACE] = this.open.count;
    this.open.push(sector);
  }

  private remove(sector: number): void {
    const { open, rows } = this;
    const place = rows.items[sector * WIDTH + PLACE];
    const last = open.items[--open.count];
    open.items[place] = last;
    rows.items[last * WIDTH + PLACE] = place;
  }
}
