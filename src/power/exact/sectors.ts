/**
 * The exact check where every sector is a unit of its own (atomic unit 512, scope power). A durability guarantee is a
 * question about single sectors; an order guarantee one about pairs: a sector where a direct write may be lost, and
 * another where a later write may stand, with a barrier between. Kept up to date from the stack's journal; the cost of a
 * step does not depend on what came before.
 *
 * What one sector may be left with is the same for every destage order: the floor, every cached version, every version
 * of a started write; each is that of some image. Only pairs know the difference: where sectors choose independently
 * (destage any, no volatile cache) any two sectors do, else those under one cut (cuts.ts).
 */
import { type History, KIND, VERSION } from '../../base/history.ts';
import { GUARANTEE, GUARANTEES } from '../../contract/guarantees.ts';
import type { Program } from '../../guest/program.ts';
import { NIL, BIO_AT } from '../../stack/block/bios.ts';
import { COMMAND } from '../../stack/disk/commands.ts';
import type { IntList } from '../../stack/journal.ts';
import type { Evidence } from '../../stack/evidence.ts';
import { completedOps, type ExactCheck, submittedOps, takesBack } from './check.ts';
import type { Cuts } from './cuts.ts';
import { Directs } from './directs.ts';
import { EpochCuts } from './epoch.ts';
import { FifoCuts } from './fifo.ts';
import { BETWEEN, Precedence } from './precedence.ts';
import { ImageCount } from './images.ts';
import { type Keys, Promises } from './promises.ts';
import { SectorRows } from './rows.ts';
import { Survivors } from './survivors.ts';
import { View } from './view.ts';

export class SectorCheck implements ExactCheck, Keys {
  /** 1: some image that power loss could leave now violates the guarantee. */
  readonly violated: Uint8Array = new Uint8Array(GUARANTEES.length);
  private readonly precedence: Precedence = new Precedence();
  private readonly directs: Directs = new Directs();
  private readonly view: View = new View(this.precedence, this.directs);
  private readonly promises: Promises = new Promises(this, this.violated);
  private readonly survivors: Survivors;
  /** Where sectors choose independently. */
  private readonly images: ImageCount | null;
  /** Who answers for the order rules; null: the view, sector by sector. */
  private readonly cuts: Cuts | null;
  private hasBarriers = false;
  private program!: Program;
  private history!: History;
  /** The last turn in which a sector's floor moved. */
  private readonly turns: SectorRows = new SectorRows(1);
  private turn = 1;
  /** Time of the last step taken in. */
  private since = 0;
  private readonly stack: Evidence;

  constructor(stack: Evidence) {
    this.stack = stack;
    const { isVolatile, destage } = stack.disk.media;
    this.images = isVolatile && destage !== 'any' ? null : new ImageCount();
    this.survivors = new Survivors(stack.disk, stack.bios);
    this.cuts = this.createCuts();
  }

  private createCuts(): Cuts | null {
    const { stack, precedence, directs, survivors } = this;
    if (this.images !== null) return null;
    const Order = stack.disk.media.destage === 'fifo' ? FifoCuts : EpochCuts;
    return new Order(stack, precedence, directs, survivors);
  }

  /** The stack has just been reset to this program, with its journal on. */
  begin(program: Program): void {
    this.since = 0;
    this.program = program;
    this.startOver();
  }

  private startOver(): void {
    const { program } = this;
    const { history } = this.stack;
    this.history = history;
    this.hasBarriers = program.kind.includes(KIND.barrier);
    this.violated.fill(0);
    this.precedence.begin(history, program);
    this.promises.begin(history, program);
    this.directs.begin(history, program);
    this.survivors.begin(program);
    this.turns.begin(program);
    this.turn = 1;
    this.images?.begin(program);
    this.view.begin(program, this.hasBarriers && this.cuts === null);
    this.cuts?.begin(program, this.hasBarriers);
  }

  /** Takes in what the last action did; `violated` then speaks of power loss right now. */
  step(): void {
    const { survivors } = this;
    const { journal } = this.stack;
    if (!journal.isDirty) return;
    const { submitted, finished, settled, started, completed } = journal;
    for (let i = 0; i < finished.count; i += 2) survivors.finished(finished.items[i], finished.items[i + 1]);
    for (let i = 0; i < started.count; i++) survivors.started(started.items[i]);
    for (let i = 0; i < submitted.count; i++) this.submit(submitted.items[i]);
    this.settle(settled);
    for (let i = 0; i < started.count; i++) this.join(started.items[i]);
    if (this.cuts !== null && this.hasBarriers) this.tell(this.cuts);
    for (let i = 0; i < completed.count; i++) this.promises.completed(completed.items[i]);
    if (journal.isRewritten || takesBack(this.history, completed, this.since)) this.rebuild();
    journal.clear();
    this.since = this.stack.clock.now;
    this.decide();
  }

  private tell(cuts: Cuts): void {
    const { finished, settled, started } = this.stack.journal;
    for (let i = 0; i < finished.count; i += 2) cuts.finished(finished.items[i], finished.items[i + 1]);
    for (let i = 0; i < settled.count; i++) cuts.settled(settled.items[i]);
    for (let i = 0; i < started.count; i++) cuts.started(started.items[i]);
  }

  decideNow(program: Program): void {
    this.program = program;
    this.rebuild();
    this.decide();
  }

  get imageCount(): number | bigint | null {
    return this.images === null ? null : this.images.total;
  }

  keyNow(sector: number): number {
    return this.view.keyAt(sector);
  }

  /** Everything anew, from the history and the disk: a barrier or a write has failed that others were held against. */
  private rebuild(): void {
    const { history, disk } = this.stack;
    const { flags, started } = disk.commands;
    this.startOver();
    for (const tag of started.items.subarray(0, started.count))
      if ((flags[tag] & COMMAND.write) !== 0) this.survivors.started(tag);
    const ops = submittedOps(history);
    // No key may be asked for before all barriers are known.
    for (const op of ops) this.precedence.submitted(op);
    for (const op of ops) this.hold(op);
    for (const op of ops) this.lookAt(op);
    this.cuts?.rebuild(ops);
    for (const op of completedOps(history)) this.promises.completed(op);
  }

  private submit(op: number): void {
    this.precedence.submitted(op);
    // From now on zeros are no loss where a discard covers.
    if (this.history.kind[op] === KIND.discard) this.discard(op);
    this.hold(op);
  }

  private discard(op: number): void {
    const { cuts, view, promises } = this;
    const { sector, count } = this.history;
    for (let x = sector[op]; x < sector[op] + count[op]; x++) {
      view.discarded(x);
      if (cuts !== null) cuts.discarded(x);
      promises.check(x, view.keyAt(x));
    }
  }

  /** From now on it counts who loses this one. */
  private hold(op: number): void {
    const { history, directs, view, cuts } = this;
    this.promises.submitted(op);
    if (!this.hasBarriers || !directs.isDirect(op)) return;
    const end = history.sector[op] + history.count[op];
    for (let x = history.sector[op]; x < end; x++) {
      directs.append(x, op);
      if (cuts !== null) cuts.submitted(x);
      else view.submitted(x);
    }
  }

  private lookAt(op: number): void {
    const { sector, count } = this.history;
    for (let x = sector[op]; x < sector[op] + count[op]; x++) this.look(x);
  }

  /** The floor of these has moved; one sector may be named many times over. */
  private settle(settled: IntList): void {
    const { turns, turn } = this;
    this.turn++;
    for (let i = 0; i < settled.count; i++) {
      const x = settled.items[i];
      if (turns.items[x] === turn) continue;
      turns.items[x] = turn;
      this.look(x);
    }
  }

  /** The versions that may be at the sector are others now. */
  private look(sector: number): void {
    const { survivors, view } = this;
    survivors.show(view, sector);
    if (this.images !== null) survivors.show(this.images, sector);
    this.promises.check(sector, view.keyAt(sector));
  }

  /** A write has started: its versions may be on the medium from now on. */
  private join(tag: number): void {
    const { bios, disk } = this.stack;
    const { commands } = disk;
    const discard = (commands.flags[tag] & COMMAND.discard) !== 0;
    for (let bio = commands.bioHead[tag]; bio !== NIL; bio = bios.rows[bio + BIO_AT.next])
      this.joinAt(
        bios.rows[bio + BIO_AT.sector],
        bios.rows[bio + BIO_AT.count],
        discard ? VERSION.initial : bios.rows[bio + BIO_AT.version],
      );
  }

  /** The version may be at these sectors too. */
  private joinAt(sector: number, count: number, version: number): void {
    const { view, images, promises } = this;
    const end = sector + count;
    for (let x = sector; x < end; x++) {
      if (view.join(x, version)) promises.check(x, view.keyAt(x));
      if (images !== null) images.join(x, version);
    }
  }

  private decide(): void {
    const { violated, cuts } = this;
    if (!this.hasBarriers) return;
    const broken = cuts === null ? this.view.order.broken() : cuts.broken();
    violated[GUARANTEE.barrierOrder] = broken & BETWEEN.payload;
    violated[GUARANTEE.emptyBarrierOrder] = (broken & BETWEEN.empty) >> 1;
  }
}
