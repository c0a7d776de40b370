/**
 * The exact check where every sector is a unit of its own and chooses independently (atomic unit 512, destage any, or
 * no volatile cache; scope power). A durability guarantee is a question about single sectors; an order guarantee one
 * about pairs: a sector where a direct write may be lost, and another where a later write may stand, with a barrier
 * between. Kept up to date from the stack's journal; the cost of a step does not depend on what came before.
 */
import { type History, KIND } from '../../base/history.ts';
import { GUARANTEE, GUARANTEES } from '../../contract/guarantees.ts';
import type { Program } from '../../guest/program.ts';
import type { Stack } from '../../stack/stack.ts';
import { COMMAND } from '../../stack/disk/commands.ts';
import { completedOps, type ExactCheck, submittedOps, takesBack } from './check.ts';
import { Directs } from './directs.ts';
import { firstFrom, NEVER, Precedence } from './precedence.ts';
import { DURABILITIES, Promises } from './promises.ts';
import { Survivors } from './survivors.ts';
import { Tournament } from './tournament.ts';

export class IndependentCheck implements ExactCheck {
  /** 1: some image that power loss could leave now violates the guarantee. */
  readonly violated: Uint8Array = new Uint8Array(GUARANTEES.length);
  private readonly precedence: Precedence = new Precedence();
  private readonly promises: Promises = new Promises();
  private readonly directs: Directs = new Directs();
  private readonly survivors: Survivors;
  /** Per row of the durabilities: 1 at a sector that breaks it, and how many do. */
  private readonly broken: Uint8Array[];
  private readonly brokenCount: Int32Array = new Int32Array(DURABILITIES.length);
  /** By sector: earliest submit that may be lost; latest submit that may stand, negated. */
  private readonly lost: Tournament;
  private readonly standing: Tournament;
  private readonly standingBarrier: Tournament;
  private orderStale = false;
  private hasBarriers = false;
  private program!: Program;
  private history!: History;
  /** Time of the last step taken in. */
  private since = 0;
  private readonly stack: Stack;

  constructor(stack: Stack) {
    const { sectors } = stack.config.disk;
    this.stack = stack;
    this.survivors = new Survivors(stack.disk, stack.bios, this.precedence);
    this.broken = DURABILITIES.map(() => new Uint8Array(sectors));
    this.lost = new Tournament(sectors);
    this.standing = new Tournament(sectors);
    this.standingBarrier = new Tournament(sectors);
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
    this.violated.fill(0);
    this.precedence.begin(history);
    this.promises.begin(history, program);
    this.directs.begin(history);
    this.survivors.begin(history);
    for (const row of this.broken) row.fill(0);
    this.brokenCount.fill(0);
    this.hasBarriers = program.kind.includes(KIND.barrier);
    if (this.hasBarriers) for (const tree of [this.lost, this.standing, this.standingBarrier]) tree.reset();
    this.orderStale = false;
  }

  /** Takes in what the last action did; `violated` then speaks of power loss right now. */
  step(): void {
    const { journal } = this.stack;
    const { submitted, finished, settled, started, completed } = journal;
    for (let i = 0; i < submitted.count; i++) this.submit(submitted.items[i]);
    for (let i = 0; i < finished.count; i++) this.survivors.finished(finished.items[i]);
    for (let i = 0; i < settled.count; i++) this.settle(settled.items[i]);
    for (let i = 0; i < started.count; i++) this.start(started.items[i]);
    for (let i = 0; i < completed.count; i++) this.complete(completed.items[i]);
    if (takesBack(this.history, completed, this.since)) this.rebuild();
    journal.clear();
    this.since = this.stack.clock.now;
    this.decide();
  }

  decideNow(program: Program): void {
    this.program = program;
    this.rebuild();
    this.decide();
  }

  /** Everything anew, from the history and the disk: a barrier or a write has failed that others were held against. */
  private rebuild(): void {
    const { survivors } = this;
    const { history } = this.stack;
    const { commands } = this.stack.disk;
    this.startOver();
    for (const op of submittedOps(history)) this.submit(op);
    for (let i = 0; i < commands.startedCount; i++)
      if ((commands.flags[commands.started[i]] & COMMAND.write) !== 0) survivors.started(commands.started[i]);
    for (let x = 0; x < history.sectorCount; x++) this.settle(x);
    for (const op of completedOps(history)) this.complete(op);
  }

  private submit(op: number): void {
    this.precedence.submitted(op);
    this.promises.submitted(op);
    if (this.history.kind[op] === KIND.discard) this.discard(op);
    if (!this.directs.submitted(op) || !this.hasBarriers) return;
    const { sector, count } = this.history;
    for (let x = sector[op]; x < sector[op] + count[op]; x++) this.updateLost(x);
  }

  /** From now on zeros are no loss: what a discard covers is looked at anew. */
  private discard(op: number): void {
    const { sector, count } = this.history;
    for (let x = sector[op]; x < sector[op] + count[op]; x++) this.settle(x);
  }

  private settle(x: number): void {
    this.survivors.renew(x);
    this.update(x);
  }

  private start(tag: number): void {
    this.survivors.started(tag);
    const { items, count } = this.survivors.touched;
    for (let i = 0; i < count; i++) this.update(items[i]);
  }

  private complete(op: number): void {
    const { promises } = this;
    const { sector, count } = this.history;
    promises.completed(op);
    const { fresh } = promises;
    for (let i = 0; i < fresh.count; i++) {
      const promised = fresh.items[i];
      for (let x = sector[promised]; x < sector[promised] + count[promised]; x++) this.updateBroken(x);
    }
  }

  /** The versions that may be at a sector have changed. */
  private update(x: number): void {
    this.updateBroken(x);
    if (!this.hasBarriers) return;
    this.updateLost(x);
    const { standing, standingBarrier } = this.survivors;
    this.standing.set(x, standing[x] === 0 ? NEVER : -standing[x]);
    this.standingBarrier.set(x, standingBarrier[x] === 0 ? NEVER : -standingBarrier[x]);
  }

  private updateBroken(x: number): void {
    const key = this.survivors.keyAt(x);
    for (let row = 0; row < this.broken.length; row++) {
      const latest = this.promises.latest[row][x];
      const is = latest > 0 && key <= 2 * latest ? 1 : 0;
      this.brokenCount[row] += is - this.broken[row][x];
      this.broken[row][x] = is;
    }
  }

  private updateLost(x: number): void {
    this.orderStale = true;
    this.lost.set(x, this.directs.lostUnderNext(x, this.survivors.keyAt(x)));
  }

  private decide(): void {
    const { violated } = this;
    for (let row = 0; row < DURABILITIES.length; row++) violated[DURABILITIES[row]] = this.brokenCount[row] > 0 ? 1 : 0;
    if (!this.orderStale) return;
    this.orderStale = false;
    const { payloadTimes, emptyTimes } = this.precedence;
    const payload = payloadTimes.count > 0;
    const stands = payload && this.hasPair((lost, stood) => firstFrom(payloadTimes, lost) < stood, this.standing);
    const commits = payload && this.hasPair((lost, stood) => lost < stood, this.standingBarrier);
    violated[GUARANTEE.barrierOrder] = stands || commits ? 1 : 0;
    const empty = emptyTimes.count > 0;
    const passes = empty && this.hasPair((lost, stood) => firstFrom(emptyTimes, lost) < stood, this.standing);
    violated[GUARANTEE.emptyBarrierOrder] = passes ? 1 : 0;
  }

  /**
   * Whether a write may be lost at one sector and another stand at a different one so that `breaks`. At one and the
   * same sector there is no such pair: a later write that stands there covers the earlier one.
   */
  private hasPair(breaks: (lost: number, stood: number) => boolean, standing: Tournament): boolean {
    const { lost } = this;
    if (lost.least === NEVER || standing.least === NEVER) return false;
    if (!breaks(lost.least, -standing.least)) return false;
    const unit = lost.leastUnit;
    if (standing.of(unit) !== standing.least) return true;
    const otherStanding = standing.leastWithout(unit);
    if (otherStanding !== NEVER && breaks(lost.least, -otherStanding)) return true;
    const stoodAt = standing.leastUnit;
    const otherLost = lost.leastWithout(stoodAt);
    return otherLost !== NEVER && breaks(otherLost, -standing.least);
  }
}
