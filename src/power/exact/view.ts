/**
 * What a set of images, in which sectors choose independently, may lose and show: per sector the least key of the
 * versions that may be there, the rank of the first direct write that may be lost under it, and the greatest rank of
 * a write that may stand. Which versions there are is for the caller to say.
 *
 * A version without a key yet loses nothing. It gets one later than any key there is, so the least of several stays
 * the least; where none had one, the row says NEVER and is out of date as soon as something has ended.
 */
import type { Program } from '../../guest/program.ts';
import type { Directs } from './directs.ts';
import { Order } from './order.ts';
import type { Precedence } from './precedence.ts';
import { SectorRows } from './rows.ts';

/** Entries of a sector's row: least key, rank of the first lost write, greatest standing rank, place in `directs`. */
const KEY = 0;
const LOST = 1;
const STOOD = 2;
const PLACE = 3;
const WIDTH = 4;

export class View {
  readonly order: Order;
  private readonly rows: SectorRows = new SectorRows(WIDTH);
  private items: Int32Array = new Int32Array(0);
  private ordered = false;
  private readonly precedence: Precedence;
  private readonly directs: Directs;

  constructor(precedence: Precedence, directs: Directs) {
    this.precedence = precedence;
    this.directs = directs;
    this.order = new Order(precedence);
  }

  /** @param ordered whether there are barriers, so that what is lost and what stands matter. */
  begin(program: Program, ordered: boolean): void {
    this.rows.begin(program);
    this.items = this.rows.items;
    this.ordered = ordered;
    this.order.begin();
  }

  /** The least key of the sector as of the last look; NEVER may be out of date. */
  keyAt(sector: number): number {
    return this.items[WIDTH * sector + KEY];
  }

  /** The sector's versions are others now: their least key and greatest rank. */
  set(sector: number, key: number, stood: number): void {
    const { items } = this;
    const at = WIDTH * sector;
    const changed = items[at + KEY] !== key;
    items[at + KEY] = key;
    if (!this.ordered) return;
    if (changed) this.lose(sector);
    const before = items[at + STOOD];
    if (before === stood) return;
    items[at + STOOD] = stood;
    this.order.moveStood(sector, before, stood);
  }

  /** One more version may be there. */
  join(sector: number, key: number, stood: number): void {
    const { items } = this;
    const at = WIDTH * sector;
    const keyBefore = items[at + KEY];
    const stoodBefore = items[at + STOOD];
    if (key >= keyBefore && stood <= stoodBefore) return;
    this.set(sector, key < keyBefore ? key : keyBefore, stood > stoodBefore ? stood : stoodBefore);
  }

  /** A direct write to the sector has been submitted. */
  submitted(sector: number): void {
    // Where one may be lost already, that one is the first.
    if (this.items[WIDTH * sector + PLACE] === 0) this.lose(sector);
  }

  private lose(sector: number): void {
    const { items, directs } = this;
    const at = WIDTH * sector;
    const key = items[at + KEY];
    const place = directs.firstFrom(sector, items[at + PLACE], key);
    items[at + PLACE] = place;
    const lost = place === 0 ? 0 : this.precedence.rank[directs.opOf(place)];
    const before = items[at + LOST];
    if (lost === before) return;
    items[at + LOST] = lost;
    this.order.moveLost(sector, before, lost);
  }
}
