/**
 * One stack: lists what can happen next and takes one step. A schedule is a list of such steps; the same list gives
 * the same run. A step is atomic. Left out: time; every timer is an action (modes.md rule 12).
 */
import { assert } from '../base/assert.ts';
import { type History, VERSION } from '../base/history.ts';
import type { Program } from '../guest/program.ts';
import { ACTION, ACTION_CLASS_COUNT, CORE_CLASS_COUNT, actionOf, classOf, guestOf, itemOf } from './actions.ts';
import { Agenda } from './agenda.ts';
import type { BioBackend } from './backend/bioBackend.ts';
import { type Decoder, decodeImage } from './backend/decoder.ts';
import type { HostCache } from './backend/hostcache.ts';
import type { ImageFile } from './backend/tapdisk/imageFile.ts';
import type { Bios } from './block/bios.ts';
import type { Queue } from './block/queue.ts';
import type { Clock } from './clock.ts';
import { isOutlived, type Scope, type StackConfig } from './config.ts';
import type { Disk } from './disk/disk.ts';
import type { Evidence } from './evidence.ts';
import type { DiskEvent } from './disk/log.ts';
import type { DiskDriver } from './disk/driver.ts';
import type { Blkfront } from './frontend/blkfront.ts';
import { FAULT_CLASSES, type Faults } from './faults.ts';
import type { Guest } from './guest/guest.ts';
import type { Journal } from './journal.ts';
import type { Outage } from './outage.ts';
import { Parts } from './parts.ts';
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
  /** What makes the guest's image of one of the disk; null: they are the same. */
  readonly decoder: Decoder | null;
  /** An image of the disk, to be decoded; without a decoder the history's own is one. */
  private readonly ownImage: Int32Array;
  /** What this guest, and the host, can do next. */
  readonly agenda: Agenda;
  private readonly own: readonly Evidence[] = [this];
  private readonly guest: Guest;
  private readonly queue: Queue;
  private readonly ring: Ring | null;
  private readonly front: Blkfront | null;
  private readonly backend: BioBackend | null;
  private readonly cache: HostCache | null;
  private readonly file: ImageFile | null;
  private readonly host: Queue | null;
  private readonly driver: DiskDriver;

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
    this.cache = parts.transport?.cache ?? null;
    this.file = parts.transport?.file ?? null;
    this.host = parts.transport?.host ?? null;
    this.driver = parts.driver;
    const isPlain = this.file === null && this.faults === null && !this.outage.mayResume;
    this.classCount = isPlain ? CORE_CLASS_COUNT : ACTION_CLASS_COUNT;
    this.decoder = parts.decoder;
    this.ownImage = new Int32Array(this.decoder === null ? 0 : this.disk.media.sectorCount);
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
    const { history } = this;
    this.journal.clear();
    history.reset(program.opCount, program.sectorCount, program.readSectorCount);
    history.kind = program.kind;
    history.thread = program.thread;
    history.file = program.file;
    history.sector = program.sector;
    history.count = program.count;
    history.readStart = program.readStart;
    this.queue.reset();
    this.ring?.reset();
    this.front?.reset();
    this.backend?.reset();
    this.guest.reset(program, history);
    this.outage.reset();
    this.faults?.reset();
    this.agenda.reset();
  }

  /** No read has returned anything yet: what one would have left is part of a state's key. */
  forgetReads(): void {
    this.history.readVersions.fill(0);
  }

  /**
   * Starts a run of a program on a device that an earlier run left with an image. The program begins with the rows of
   * that run, and `before` says what became of them.
   */
  resetAfter(program: Program, before: History, image: Int32Array): void {
    const { history } = this;
    this.reset(program);
    assert(before.crashAt > 0, 'the earlier run ended');
    this.clock.now = before.crashAt;
    // As by FUA writes: each of them is on the medium.
    for (let sector = 0; sector < program.sectorCount; sector++)
      if (image[sector] !== VERSION.initial) this.disk.media.write(sector, 1, image[sector], 0, 0, true);
    this.journal.clear();
    history.submit.set(before.submit.subarray(0, before.opCount));
    history.complete.set(before.complete.subarray(0, before.opCount));
    history.status.set(before.status.subarray(0, before.opCount));
    history.readVersions.set(before.readVersions.subarray(0, program.readSectorCount));
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
    const { history, decoder, outage } = this;
    const { current } = this.disk.media;
    const read = (sector: number): number => current[sector];
    if (decoder === null) history.image.set(current);
    else
      for (let x = 0; x < history.sectorCount; x++)
        history.image[x] = outage.isProcessDead ? decoder.sectorReopened(x, read) : decoder.sectorNow(x, read);
  }

  /** Where an image of the disk is built: the history's own, or one that `decode` makes it of. */
  get diskImage(): Int32Array {
    return this.decoder === null ? this.history.image : this.ownImage;
  }

  /** Leaves in the history what the guest finds after recovery from the image of the disk. */
  decode(): void {
    if (this.decoder !== null) decodeImage(this.decoder, this.history.sectorCount, this.ownImage, this.history.image);
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

  /** Enabled actions in all, as of the last `refresh`. */
  get enabledCount(): number {
    let sum = 0;
    for (let i = 0; i < ACTION_CLASS_COUNT; i++) sum += this.enabledOf(i);
    return sum;
  }

  /** Enabled action number `index` of a class, in an order of its own; `index` is below enabledOf(actionClass). */
  nth(actionClass: number, index: number): number {
    return actionOf(actionClass, this.agenda.nthItem(actionClass, index));
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

  /** Takes an enabled action. The cases stand in the order of how often they are taken, not of the documentation. */
  perform(action: number): void {
    const item = itemOf(action);
    const actionClass = classOf(action);
    this.tracer.step++;
    this.agenda.touch(actionClass);
    if (this.faults === null) return this.performClass(actionClass, item);
    this.performAmongFaults(this.faults, actionClass, item);
  }

  private performAmongFaults(faults: Faults, actionClass: number, item: number): void {
    const isFault = ((FAULT_CLASSES >>> actionClass) & 1) === 1 && !(actionClass === ACTION.crash && this.canCrash);
    if (isFault) return faults.perform(actionClass, item);
    faults.watch(actionClass, item, () => this.performClass(actionClass, item));
  }

  private performClass(actionClass: number, item: number): void {
    switch (actionClass) {
      case ACTION.hostDispatch:
        return this.driver.dispatch();
      case ACTION.dispatch:
        return this.front === null ? this.driver.dispatch() : this.front.dispatch();
      case ACTION.take:
        return this.backend!.take();
      case ACTION.interrupt:
        return this.front!.interrupt();
      case ACTION.thread:
        return this.guest.stepThread(item);
      case ACTION.complete:
        return this.driver.complete(item);
      case ACTION.respond:
        if (this.backend!.respond(item)) this.front!.interrupted = true;
        return;
      case ACTION.push:
        if (this.front!.push()) this.backend!.awake = true;
        return;
      default:
        return this.performRarer(actionClass, item);
    }
  }

  private performRarer(actionClass: number, item: number): void {
    switch (actionClass) {
      case ACTION.hostUnplug:
        return this.host!.unplug();
      case ACTION.unplug:
        return this.queue.unplug();
      case ACTION.writeback:
        return this.guest.writeback(item);
      case ACTION.dsync:
        return this.guest.stepDsync(item);
      case ACTION.barrier:
        return this.guest.stepBarrier();
      case ACTION.backendStep:
        return this.backend!.step();
      case ACTION.hostWriteback:
        return this.cache!.writeback(item);
      case ACTION.hostCommit:
        return this.file!.work();
      case ACTION.retry:
        return this.backend!.retry(item);
      case ACTION.expire:
        return this.queue.expire(item);
      case ACTION.hostExpire:
        return this.host!.expire(item);
      case ACTION.crash:
        return this.outage.crash();
      case ACTION.resume:
        return this.outage.resume();
      default:
        assert(false, `no action of class ${actionClass}`);
    }
  }
}
