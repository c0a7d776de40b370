/**
 * The cuts of destage fifo (disk.md): one for each completed write above the floor, with all that completed before it
 * on the medium, any of its own sectors, and nothing after it; and the live one, with all that completed on the medium
 * and any sectors of started writes. A FUA write takes every earlier one to the medium and leaves no past cut.
 *
 * So a cut ends as it begins: when its write completes, every other sector holds what is current, its own hold that or
 * the new version. What is current is kept in one view, and in the other what is current or started.
 */
import type { Program } from '../../guest/program.ts';
import { NIL } from '../../stack/block/bios.ts';
import type { Evidence } from '../../stack/evidence.ts';
import { type Cuts, PastCuts } from './cuts.ts';
import type { Directs } from './directs.ts';
import { NEVER, type Precedence } from './precedence.ts';
import type { Survivors } from './survivors.ts';
import { View } from './view.ts';

export class FifoCuts implements Cuts {
  private readonly past: PastCuts = new PastCuts();
  private readonly current: View;
  private readonly live: View;
  private readonly stack: Evidence;
  private readonly survivors: Survivors;

  constructor(stack: Evidence, precedence: Precedence, directs: Directs, survivors: Survivors) {
    this.stack = stack;
    this.survivors = survivors;
    this.current = new View(precedence, directs);
    this.live = new View(precedence, directs);
  }

  begin(program: Program, ordered: boolean): void {
    this.past.clear();
    this.current.begin(program, ordered);
    this.live.begin(program, ordered);
  }

  submitted(sector: number): void {
    this.current.submitted(sector);
    this.live.submitted(sector);
  }

  discarded(sector: number): void {
    this.current.discarded(sector);
    this.live.discarded(sector);
  }

  finished(sector: number, count: number): void {
    const { current, seq, unitTail } = this.stack.disk.media;
    const end = sector + count;
    if (unitTail[sector] !== NIL) {
      for (let x = sector; x < end; x++) this.current.join(x, current[x]);
      this.past.push(seq[unitTail[sector]], this.current.order.broken());
    }
    for (let x = sector; x < end; x++) {
      this.current.set(x, current[x]);
      this.lookLive(x);
    }
  }

  settled(): void {}

  started(tag: number): void {
    const { sector, count } = this.stack.disk.commands;
    for (let x = sector[tag]; x < sector[tag] + count[tag]; x++) this.lookLive(x);
  }

  rebuild(ops: readonly number[]): void {
    const { history, disk } = this.stack;
    const { media } = disk;
    const { sector, count } = history;
    for (const op of ops)
      for (let x = sector[op]; x < sector[op] + count[op]; x++) {
        this.current.set(x, media.floor[x]);
        this.lookLive(x);
      }
    let next = NIL;
    for (let node = media.oldest; node !== NIL; node = next) {
      next = this.joinGroup(node);
      this.past.push(media.seq[node], this.current.order.broken());
      for (let of = node; of !== next; of = media.after[of]) this.current.set(media.unit[of], media.content[of]);
    }
  }

  broken(): number {
    const { oldest, seq } = this.stack.disk.media;
    this.past.dropBefore(oldest === NIL ? NEVER : seq[oldest]);
    return this.past.broken() | this.live.order.broken();
  }

  /** The versions that the write of this one left; returns the first of the next write. */
  private joinGroup(first: number): number {
    const { after, content, seq, unit } = this.stack.disk.media;
    let node = first;
    for (; node !== NIL && seq[node] === seq[first]; node = after[node]) this.current.join(unit[node], content[node]);
    return node;
  }

  private lookLive(sector: number): void {
    this.live.set(sector, this.stack.disk.media.current[sector]);
    this.survivors.showStarted(this.live, sector);
  }
}
