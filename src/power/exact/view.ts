/**
 * What a set of images, in which sectors choose independently, may lose and show: per sector the least key of the
 * versions that may be there, the rank of the first direct write that may be lost under it, and the greatest rank of
 * a write that may stand. Which versions there are is for the caller to say.
 *
 * A version that has not ended has no key and loses nothing. It gets one later than any key there is, so the least of
 * several stays the least, and the others need not be remembered; where none has a key, all are, until one has. The
 * initial content is kept apart: a discard takes its key away again.
 */
import type { Program } from '../../guest/program.ts';
import { IntList } from '../../stack/journal.ts';
import type { Directs } from './directs.ts';
import { Order } from './order.ts';
import { NEVER, type Precedence } from './precedence.ts';
import { SectorRows } from './rows.ts';

/** Entries of a sector's row: least key of its writes (0: none), and the first of those that have not ended then. */
const KEY = 0;
const OPEN = 1;
/** 1: the initial content may not be there. */
const WRITTEN = 2;
/** Rank of the first lost write, greatest standing rank (0: none), place in `directs`. */
const LOST = 3;
const STOOD = 4;
const PLACE = 5;
const WIDTH = 8;

export class View {
  readonly order: Order;
  private readonly rows: SectorRows = new SectorRows(WIDTH);
  private items: Int32Array = new Int32Array(0);
  /** Versions that have not ended: entry → next entry, from 1; entries given back. */
  private readonly openVersion: IntList = new IntList();
  private readonly openNext: IntList = new IntList();
  private free = 0;
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
    this.openVersion.clear();
    this.openNext.clear();
    this.openVersion.push(0);
    this.openNext.push(0);
    this.free = 0;
  }

  /** The least key of the sector's versions; NEVER: none has ended. */
  keyAt(sector: number): number {
    const { items } = this;
    const at = WIDTH * sector;
    if (items[at + OPEN] !== 0) this.refresh(at);
    const key = items[at + KEY] === 0 ? NEVER : items[at + KEY];
    if (items[at + WRITTEN] !== 0) return key;
    const initial = this.precedence.keyOfZeros(sector);
    return initial < key ? initial : key;
  }

  /** This version, and no other, may be at the sector. */
  set(sector: number, version: number): void {
    const { items } = this;
    const at = WIDTH * sector;
    if (items[at + OPEN] !== 0) this.giveBack(at);
    items[at + KEY] = 0;
    items[at + WRITTEN] = version < 0 ? 0 : 1;
    if (version >= 0) this.add(at, version);
    if (!this.ordered) return;
    this.lose(sector);
    this.stand(sector, version < 0 ? 0 : this.precedence.rank[version]);
  }

  /** This version may be there too; true if the least key may have fallen. */
  join(sector: number, version: number): boolean {
    const at = WIDTH * sector;
    const fallen = version < 0 ? this.addInitial(at) : this.add(at, version);
    if (!this.ordered) return fallen;
    if (fallen) this.lose(sector);
    if (version >= 0 && this.precedence.rank[version] > this.items[at + STOOD])
      this.stand(sector, this.precedence.rank[version]);
    return fallen;
  }

  /** A direct write to the sector has been submitted. */
  submitted(sector: number): void {
    // Where one may be lost already, that one is the first.
    if (this.items[WIDTH * sector + PLACE] === 0) this.lose(sector);
  }

  /** A discard of the sector has been submitted: zeros are no loss from now on. */
  discarded(sector: number): void {
    if (this.ordered) this.lose(sector);
  }

  private addInitial(at: number): boolean {
    const fallen = this.items[at + WRITTEN] !== 0;
    this.items[at + WRITTEN] = 0;
    return fallen;
  }

  private add(at: number, version: number): boolean {
    const { items } = this;
    if (items[at + OPEN] !== 0) this.refresh(at);
    const key = this.precedence.keyOf(version);
    const least = items[at + KEY];
    if (key === NEVER) {
      if (least === 0) items[at + OPEN] = this.entry(version, items[at + OPEN]);
      return false;
    }
    if (least !== 0 && key >= least) return false;
    items[at + KEY] = key;
    if (items[at + OPEN] !== 0) this.giveBack(at);
    return true;
  }

  /** Whether one of the versions that had no key has one by now. */
  private refresh(at: number): void {
    const { items, precedence } = this;
    let least = NEVER;
    for (let entry = items[at + OPEN]; entry !== 0; entry = this.openNext.items[entry]) {
      const key = precedence.keyOf(this.openVersion.items[entry]);
      if (key < least) least = key;
    }
    if (least === NEVER) return;
    items[at + KEY] = least;
    this.giveBack(at);
  }

  private lose(sector: number): void {
    const { items, directs } = this;
    const at = WIDTH * sector;
    const place = directs.firstFrom(sector, items[at + PLACE], this.keyAt(sector));
    items[at + PLACE] = place;
    const lost = place === 0 ? 0 : this.precedence.rank[directs.opOf(place)];
    const before = items[at + LOST];
    if (lost === before) return;
    items[at + LOST] = lost;
    this.order.moveLost(sector, before, lost);
  }

  private stand(sector: number, rank: number): void {
    const at = WIDTH * sector + STOOD;
    const before = this.items[at];
    if (before === rank) return;
    this.items[at] = rank;
    this.order.moveStood(sector, before, rank);
  }

  private entry(version: number, next: number): number {
    const { openVersion, openNext } = this;
    let entry = this.free;
    if (entry === 0) {
      entry = openVersion.count;
      openVersion.push(version);
      openNext.push(next);
      return entry;
    }
    this.free = openNext.items[entry];
    openVersion.items[entry] = version;
    openNext.items[entry] = next;
    return entry;
  }

  private giveBack(at: number): void {
    const { items, openNext } = this;
    let entry = items[at + OPEN];
    items[at + OPEN] = 0;
    while (entry !== 0) {
      const next = openNext.items[entry];
      openNext.items[entry] = this.free;
      this.free = entry;
      entry = next;
    }
  }
}
