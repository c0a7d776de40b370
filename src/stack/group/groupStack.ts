/**
 * Several guests on one host: each has its queue, frontend, ring and thread of the backend, as a stack of its own that
 * shares host queue, driver, disk, clock and tracer with the others. Guest 0's is this stack itself, and answers for the
 * host. To whoever walks it, it is a stack like any other: the same classes of actions, more items in them.
 */
import { assert } from '../../base/assert.ts';
import { VERSION } from '../../base/history.ts';
import { type Program, programsOf } from '../../guest/program.ts';
import { actionOf, actionOfGuest, classOf, CORE_CLASS_COUNT, guestOf, isOfHost } from '../actions.ts';
import type { Agenda } from '../agenda.ts';
import type { StackConfig } from '../config.ts';
import type { DiskEvent } from '../disk/log.ts';
import type { Evidence } from '../evidence.ts';
import type { Parts } from '../parts.ts';
import { Stack } from '../stack.ts';
import { GuestView } from './view.ts';

const HOST_BITS = Array.from({ length: CORE_CLASS_COUNT }, (_, actionClass) => actionClass)
  .filter(isOfHost)
  .reduce((bits, actionClass) => bits | (1 << actionClass), 0);

export class GroupStack extends Stack {
  /** The guests' stacks, this one the first. */
  private readonly guests: readonly Stack[];
  private readonly views: readonly GuestView[];
  /** Versions that the reads of all guests have returned, guest by guest. */
  private reads: Int32Array = new Int32Array(0);

  constructor(config: StackConfig) {
    super(config);
    const others = Array.from({ length: config.guests! - 1 }, () => new Stack(config, 'power', this.parts));
    this.guests = [this, ...others];
    this.views = this.guests.map(
      ({ parts, history }) => new GuestView(config, history, this.disk, this.bios, parts.partition!, this.clock),
    );
  }

  override reset(program: Program): void {
    const programs = programsOf(program);
    assert(programs.length === this.guests.length, 'every guest has a program');
    let firstOp = 0;
    let firstRead = 0;
    this.resetShared();
    this.tracer.firstOps.length = 0;
    this.tracer.firstSectors.length = 0;
    this.guests.forEach((guest, i) => {
      const partition = guest.parts.partition!;
      assert(programs[i].sectorCount === partition.sectorCount, 'program and partition agree on their size');
      Object.assign(partition, { firstOp, firstRead, readCount: programs[i].readSectorCount });
      this.tracer.firstOps.push(firstOp);
      this.tracer.firstSectors.push(partition.start);
      firstOp += programs[i].opCount;
      firstRead += programs[i].readSectorCount;
      guest.resetGuest(programs[i]);
    });
    if (this.reads.length < firstRead) this.reads = new Int32Array(firstRead);
    this.reads.fill(VERSION.initial);
    this.disk.reset(this.reads);
  }

  override forgetReads(): void {
    this.reads.fill(VERSION.initial);
  }

  override get allParts(): readonly [Parts, ...Parts[]] {
    return [this.parts, ...this.guests.slice(1).map(({ parts }) => parts)];
  }

  override ofGuest(guest: number): Stack {
    return this.guests[guest];
  }

  override diskEvents(guest: number): readonly DiskEvent[] {
    return this.views[guest].eventsOf(this.disk.log ?? []);
  }

  override evidence(): readonly Evidence[] {
    for (const view of this.views) view.update(this.reads);
    return this.views;
  }

  override readDevice(): void {
    for (const { history, disk } of this.evidence()) history.image.set(disk.media.current);
  }

  override get breachCount(): number {
    return this.guests.reduce((sum, guest) => sum + guest.ownBreachCount, this.parts.transport!.host.state.breachCount);
  }

  override refresh(): void {
    for (const { agenda } of this.guests) {
      agenda.reset();
      agenda.refresh();
    }
  }

  override get enabledMask(): number {
    let mask = this.agenda.mask;
    for (const { agenda } of this.guests) mask |= agenda.mask & ~HOST_BITS;
    return mask;
  }

  override enabledOf(actionClass: number): number {
    if (isOfHost(actionClass)) return countOf(this.agenda, actionClass);
    let sum = 0;
    for (const { agenda } of this.guests) sum += countOf(agenda, actionClass);
    return sum;
  }

  override nth(actionClass: number, index: number): number {
    let left = index;
    let guest = 0;
    if (!isOfHost(actionClass))
      for (let count = 0; left >= (count = countOf(this.guests[guest].agenda, actionClass)); guest++) left -= count;
    return actionOfGuest(actionOf(actionClass, this.guests[guest].agenda.nthItem(actionClass, left)), guest);
  }

  override itemsOf(): null {
    return null;
  }

  override pick(actionClass: number, share: number): number {
    return this.nth(actionClass, (share * this.enabledOf(actionClass)) >>> 16);
  }

  /** Of the first class that has an enabled action, the lowest guest's first. */
  override first(): number {
    const mask = this.enabledMask;
    const actionClass = 31 - Math.clz32(mask & -mask);
    const guest = isOfHost(actionClass) ? 0 : this.guests.findIndex(({ agenda }) => countOf(agenda, actionClass) > 0);
    return actionOfGuest(this.guests[guest].agenda.firstOf(actionClass), guest);
  }

  override isEnabled(action: number): boolean {
    const guest = guestOf(action);
    if (isOfHost(classOf(action))) return guest === 0 && this.agenda.isEnabled(action);
    return guest < this.guests.length && this.guests[guest].agenda.isEnabled(action);
  }

  override perform(action: number): void {
    const guest = guestOf(action);
    this.tracer.guest = isOfHost(classOf(action)) ? -1 : guest;
    if (guest === 0) super.perform(action);
    else this.guests[guest].perform(action);
  }
}

/** Enabled actions of a class in one guest's agenda. */
function countOf(agenda: Agenda, actionClass: number): number {
  return ((agenda.mask >>> actionClass) & 1) === 0 ? 0 : agenda.countOf(actionClass);
}
