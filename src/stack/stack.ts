/**
 * One stack: lists what can happen next and takes one step. A schedule is a list of such steps; the same list gives
 * the same run. A step is atomic. Left out: time; every timer is an action (modes.md rule 12).
 */
import { assert } from '../base/assert.ts';
import type { History } from '../base/history.ts';
import type { Program } from '../guest/program.ts';
import { ACTION, ACTION_CLASS_COUNT, CORE_CLASS_COUNT, actionOf, classOf, guestOf, itemOf } from './actions.ts';
import { Agenda, type Items } from './agenda.ts';
import type { BioBackend } from './backend/bioBackend.ts';
import type { Decoder } from './backend/decoder.ts';
import type { Bios } from './block/bios.ts';
import type { Queue } from './block/queue.ts';
import type { Clock } from './clock.ts';
import { isOutlived, type Scope, type StackConfig } from './config.ts';
import { beginHistory } from './columns.ts';
import { DeviceImage } from './deviceImage.ts';
import type { Disk } from './disk/disk.ts';
import type { Evidence } from './evidence.ts';
import type { DiskEvent } from './disk/log.ts';
import type { Blkfront } from './frontend/blkfront.ts';
import { FAULT_CLASSES, type Faults } from './faults.ts';
import type { Guest } from './guest/guest.ts';
import type { Journal } from './journal.ts';
import type { Outage } from './outage.ts';
import { Parts } from './parts.ts';
import { Performer } from './performer.ts';
import type { Ring } from './ring/ring.ts';
import type { Tracer } from './trace.ts';

export const CRASH: number = actionOf(ACTION.crash, 0);

export class Stack implements Evidence {
  readonly config: StackConfig;
  readonly parts: Parts;
  readonly clock: Clock;
  readonly history: History;
  readonly tracer: Tracer;
  readonly journal: Journal;
  readonly bios: Bios;
  readonly disk: Disk;
  /** Classes of actions that this stack may have, from 0 on. */
  readonly classCount: number;
  private readonly outage: Outage;
  /** A crash of the scope is an event of the run. */
  private readonly isOutlived: boolean;
  private readonly faults: Faults | null;
  readonly decoder: Decoder | null;
  private readonly image: DeviceImage;
  /** What this guest, and the host, can do next. */
  readonly agenda: Agenda;
  private readonly own: readonly Evidence[] = [this];
  private readonly guest: Guest;
  private readonly queue: Queue;
  private readonly ring: Ring | null;
  private readonly front: Blkfront | null;
  private readonly backend: BioBackend | null;
  private readonly host: Queue | null;
  private readonly performer: Performer;

  /**
   * @param scope of the crash that the run may have; those that end a run are none of the stack's business.
   * @param shared what another guest's stack shares with this one; null: it has everything to itself.
   */
  constructor(config: StackConfig, scope: Scope = 'power', shared: Parts | null = null) {
    const parts = new Parts(config, scope, shared);
    this.outage = parts.outage;
    this.isOutlived = isOutlived(scope);
    this.faults = parts.faults;
    this.config = config;
    this.parts = parts;
    this.clock = parts.clock;
    this.history = parts.history;
    this.tracer = parts.tracer;
    this.journal = parts.journal;
    this.bios = parts.bios;
    this.disk = parts.disk;
    this.guest = parts.guest;
    this.queue = parts.queue;
    this.ring = parts.transport?.ring ?? null;
    this.front = parts.transport?.front ?? null;
    this.backend = parts.transport?.backend ?? null;
    this.host = parts.transport?.host ?? null;
    this.performer = new Performer(parts);
    const isPlain = (parts.transport?.file ?? null) === null && this.faults === null && !this.outage.mayResume;
    this.classCount = isPlain ? CORE_CLASS_COUNT : ACTION_CLASS_COUNT;
    this.decoder = parts.decoder;
    this.image = new DeviceImage(parts);
    this.agenda = new Agenda(parts);
  }

  /** Starts a run of the program from an empty device. */
  reset(program: Program): void {
    assert(program.sectorCount === this.config.disk.sectors, 'program and disk agree on the size of the device');
    this.resetShared();
    this.resetGuest(program);
    this.disk.reset(this.history.readVersions);
  }

  /** What several guests have in common, but for the disk. */
  protected resetShared(): void {
    this.clock.now = 0;
    this.tracer.reset();
    this.bios.reset();
    this.host?.reset();
  }

  /** The guest, and all between it and the host. */
  resetGuest(program: Program): void {
    this.journal.clear();
    beginHistory(this.history, program);
    this.queue.reset();
    this.ring?.reset();
    this.front?.reset();
    this.backend?.reset();
    this.guest.reset(program, this.history);
    this.outage.reset();
    this.faults?.reset();
    this.agenda.reset();
  }

  /** No read has returned anything yet: what one would have left is part of a state's key. */
  forgetReads(): void {
    this.history.readVersions.fill(0);
  }

  /** Steps a thread has begun: its place in its list of operations and waits. */
  positionOf(thread: number): number {
    return this.guest.positionOf(thread);
  }

  /** The parts of every guest's stack; the first guest's have the host with them. */
  get allParts(): readonly [Parts, ...Parts[]] {
    return [this.parts];
  }

  /** The stack as one guest has it. */
  ofGuest(guest: number): Stack {
    assert(guest === 0, 'there is one guest');
    return this;
  }

  /** What reached the disk of a guest's, if that has been logged. */
  diskEvents(guest: number): readonly DiskEvent[] {
    assert(guest === 0, 'there is one guest');
    return this.disk.log ?? [];
  }

  /** What each guest is judged by, up to date: one, unless there are several guests. */
  evidence(): readonly Evidence[] {
    return this.own;
  }

  /** Invariants of the stack's own (contract.md, `protocol`) found broken since the last reset. */
  get breachCount(): number {
    return this.ownBreachCount + (this.host?.state.breachCount ?? 0);
  }

  /** Those above the host. */
  get ownBreachCount(): number {
    const { front, ring } = this;
    const transport = front === null ? 0 : front.breachCount + front.shadow.breachCount + ring!.breachCount;
    return transport + this.queue.state.breachCount;
  }

  /** Faults that have been injected since the last reset. */
  get faultCount(): number {
    return this.faults?.injectedCount ?? 0;
  }

  /** Classes of enabled actions that are faults, as a bit each. */
  get faultMask(): number {
    return this.faults === null ? 0 : FAULT_CLASSES;
  }

  /** Leaves in the history what the guest would read of its device now: the image of a run that is over. */
  readDevice(): void {
    this.image.readNow();
  }

  get diskImage(): Int32Array {
    return this.image.ofDisk;
  }

  decode(): void {
    this.image.decode();
  }

  refresh(): void {
    this.agenda.refresh();
  }

  /** A bit per class that has an enabled action, as of the last `refresh`, which brings them up to date. */
  get enabledMask(): number {
    return this.agenda.mask;
  }

  /** Enabled actions of a class, as of the last `refresh`. */
  enabledOf(actionClass: number): number {
    return ((this.agenda.mask >>> actionClass) & 1) === 0 ? 0 : this.agenda.countOf(actionClass);
  }

  /** Enabled action number `index` of a class, in an order of its own; `index` is below enabledOf(actionClass). */
  nth(actionClass: number, index: number): number {
    return actionOf(actionClass, this.agenda.nthItem(actionClass, index));
  }

  /** The items of the enabled actions of a class that has some, as of the last `refresh`; null: ask for each. */
  itemsOf(actionClass: number): Items | null {
    return this.agenda.itemsOf(actionClass);
  }

  /** One of the enabled actions of a class; `share` (of 65536) says which. */
  pick(actionClass: number, share: number): number {
    return actionOf(actionClass, this.agenda.pickItem(actionClass, share));
  }

  /** The first enabled action in the documented order. */
  first(): number {
    return this.agenda.first();
  }

  isEnabled(action: number): boolean {
    if (action === CRASH && this.canCrash) return true;
    return guestOf(action) === 0 && this.agenda.isEnabled(action);
  }

  /** Whether the run may still have its crash, as the action `crash`: it is nobody's work, so it is on no list of enabled ones. */
  get canCrash(): boolean {
    return this.isOutlived && !this.outage.hasCrashed;
  }

  /** Takes an enabled action. */
  perform(action: number): void {
    const item = itemOf(action);
    const actionClass = classOf(action);
    this.tracer.step++;
    this.agenda.touch(actionClass);
    if (this.faults === null) return this.performer.perform(actionClass, item);
    this.performAmongFaults(this.faults, actionClass, item);
  }

  private performAmongFaults(faults: Faults, actionClass: number, item: number): void {
    const isFault = ((FAULT_CLASSES >>> actionClass) & 1) === 1 && !(actionClass === ACTION.crash && this.canCrash);
    if (isFault) return faults.perform(actionClass, item);
    faults.watch(actionClass, item, () => this.performer.perform(actionClass, item));
  }
}
