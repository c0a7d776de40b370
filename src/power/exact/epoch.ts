/**
 * The cuts of destage epoch (disk.md): one for each epoch above the floor, with all earlier ones on the medium, any of
 * its own versions, and nothing later. Epochs follow each other: an ORDERED command starts after all before it have
 * completed, and is waited for; so the started writes are all of one epoch, which no cached version is later than. That
 * epoch is the live cut. It becomes a past one when a write of a later epoch starts, and has nothing started then.
 * With tags ignored there is one epoch, always live.
 *
 * A flush takes all of an earlier epoch to the medium, as does a FUA write; one of the live epoch takes part of it. So
 * a past cut is above the floor as long as any version of it is. When the last is gone, what is left of the cut, the
 * floor itself, is an image of the next one too.
 */
import type { Program } from '../../guest/program.ts';
import { NIL } from '../../stack/block/bios.ts';
import { COMMAND } from '../../stack/disk/commands.ts';
import { IntList } from '../../stack/journal.ts';
import type { Evidence } from '../../stack/evidence.ts';
import { type Cuts, PastCuts } from './cuts.ts';
import type { Directs } from './directs.ts';
import { NEVER, type Precedence } from './precedence.ts';
import type { Survivors } from './survivors.ts';
import { View } from './view.ts';

export class EpochCuts implements Cuts {
  private readonly past: PastCuts = new PastCuts();
  private readonly live: View;
  private epoch = 0;
  /** Sectors with versions of the live epoch, possibly more than once. */
  private readonly touched: IntList = new IntList();
  private readonly stack: Evidence;
  private readonly survivors: Survivors;

  constructor(stack: Evidence, precedence: Precedence, directs: Directs, survivors: Survivors) {
    this.stack = stack;
    this.survivors = survivors;
    this.live = new View(precedence, directs);
  }

  begin(program: Program, ordered: boolean): void {
    this.past.clear();
    this.touched.clear();
    this.epoch = 0;
    this.live.begin(program, ordered);
  }

  submitted(sector: number): void {
    this.live.submitted(sector);
  }

  discarded(sector: number): void {
    this.live.discarded(sector);
  }

  finished(): void {}

  settled(sector: number): void {
    this.look(sector);
  }

  started(tag: number): void {
    const { touched } = this;
    const { current } = this.stack.disk.media;
    const { epoch, sector, count } = this.stack.disk.commands;
    if (epoch[tag] !== this.epoch) {
      this.end(epoch[tag]);
      // Nothing is started that was before, so all of that epoch is cached.
      for (let i = 0; i < touched.count; i++) this.live.set(touched.items[i], current[touched.items[i]]);
      touched.clear();
    }
    for (let x = sector[tag]; x < sector[tag] + count[tag]; x++) {
      touched.push(x);
      this.survivors.showStarted(this.live, x, this.epoch);
    }
  }

  rebuild(ops: readonly number[]): void {
    const { history, disk } = this.stack;
    const { commands, media } = disk;
    const { sector, count } = history;
    if (media.oldest !== NIL) this.epoch = media.epoch[media.oldest];
    for (const op of ops) for (let x = sector[op]; x < sector[op] + count[op]; x++) this.look(x);
    for (let node = media.oldest; node !== NIL; node = media.after[node]) {
      if (media.epoch[node] !== this.epoch) this.replayEnd(media.epoch[node]);
      this.touched.push(media.unit[node]);
      this.look(media.unit[node]);
    }
    for (const tag of commands.started.items.subarray(0, commands.started.count))
      if ((commands.flags[tag] & COMMAND.write) !== 0) this.started(tag);
  }

  broken(): number {
    const { oldest, epoch } = this.stack.disk.media;
    this.past.dropBefore(oldest === NIL ? NEVER : epoch[oldest]);
    return this.past.broken() | this.live.order.broken();
  }

  /** What the sector may hold in the live epoch: what earlier ones left, and its own versions. */
  private look(sector: number): void {
    const { live, epoch } = this;
    const { media } = this.stack.disk;
    let base = media.floor[sector];
    let node = media.unitHead[sector];
    for (; node !== NIL && media.epoch[node] < epoch; node = media.newer[node]) base = media.content[node];
    live.set(sector, base);
    for (; node !== NIL && media.epoch[node] === epoch; node = media.newer[node])
      live.join(sector, media.content[node]);
    this.survivors.showStarted(live, sector, epoch);
  }

  private replayEnd(epoch: number): void {
    const { touched } = this;
    this.end(epoch);
    for (let i = 0; i < touched.count; i++) this.look(touched.items[i]);
    touched.clear();
  }

  /** The live epoch becomes a past one. */
  private end(epoch: number): void {
    this.past.push(this.epoch, this.live.order.broken());
    this.epoch = epoch;
  }
}
