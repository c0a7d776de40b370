/**
 * What can happen next: the enabled actions, counted per class. Kept up to date by groups: an action says which groups
 * it touches, and only those are looked at again.
 */
import { ACTION, ACTION_CLASS_COUNT, actionOf, classOf, itemOf, ringOf } from './actions.ts';
import type { BioBackend } from './backend/bioBackend.ts';
import type { HostCache } from './backend/hostcache.ts';
import type { ImageFile } from './backend/tapdisk/imageFile.ts';
import type { Queue } from './block/queue.ts';
import { HOLD } from './block/state.ts';
import type { Commands } from './disk/commands.ts';
import type { DiskDriver } from './disk/driver.ts';
import { FAULT_CLASSES, type Faults } from './faults.ts';
import { IntList } from './journal.ts';
import type { Guest } from './guest/guest.ts';
import type { Outage } from './outage.ts';
import type { Transport } from './layers.ts';
import type { Parts } from './parts.ts';
import { ALL, GUEST, GUEST_BITS, HOST, HOST_BITS, RING, RING_BITS, TOUCHES } from './touches.ts';

/** What there is of a class to be done, each an item. */
export interface Items {
  readonly items: Int32Array;
  readonly count: number;
  has(item: number): boolean;
}

/** Of a class without items there is one action at a time. */
const ONE: Items = onlyItem();

export class Agenda {
  /** A bit per class that has an enabled action, as of the last `refresh`. */
  mask = 0;
  /** The part of it that only changes when something of the guest's own does. */
  private guestBits = 0;
  private touched = ALL;
  private readonly guest: Guest;
  private readonly queue: Queue;
  private readonly commands: Commands;
  private readonly driver: DiskDriver;
  private readonly transport: Transport | null;
  private readonly cache: HostCache | null;
  private readonly file: ImageFile | null;
  private readonly host: Queue | null;
  private readonly outage: Outage;
  private readonly faults: Faults | null;
  /** No fault, and no crash that something outlives, ever bears on what is enabled. */
  private readonly isPlain: boolean;
  /** Whether the host ever has work of the rarer kinds. */
  private readonly hasRareHostWork: boolean;
  /** Groups that every action may touch. */
  private readonly always: number;
  private readonly expirable: IntList = new IntList();
  private readonly hostExpirable: IntList = new IntList();
  /** By class: the items of its enabled actions. */
  private readonly lists: readonly Items[];
  /** Null: nothing fails that the backend would try again. */
  private readonly failed: IntList | null;

  constructor(parts: Parts) {
    this.outage = parts.outage;
    this.faults = parts.faults;
    this.failed = parts.faults === null ? null : (parts.transport?.backend.failed ?? null);
    this.guest = parts.guest;
    this.queue = parts.queue;
    this.commands = parts.disk.commands;
    this.driver = parts.driver;
    this.transport = parts.transport;
    this.cache = parts.transport?.cache ?? null;
    this.file = parts.transport?.file ?? null;
    this.host = parts.transport?.host ?? null;
    this.lists = this.listsOf(parts);
    this.isPlain = this.faults === null && !this.outage.mayHappen;
    const rareWorkers = [this.cache, this.file, this.failed];
    this.hasRareHostWork = this.host?.hasDeadlines === true || rareWorkers.some((worker) => worker !== null);
    this.always = parts.transport === null ? ALL : parts.transport.backend.waitsForHost ? RING : 0;
  }

  /** Anything may have changed. */
  reset(): void {
    this.touched = ALL;
  }

  /** An action of this class has been taken. */
  touch(actionClass: number): void {
    this.touched |= TOUCHES[actionClass] | this.always;
  }

  refresh(): void {
    const { touched } = this;
    let { mask } = this;
    if ((touched & GUEST) !== 0) mask = (mask & ~GUEST_BITS) | this.refreshGuest();
    if ((touched & RING) !== 0 && this.transport !== null)
      mask = (mask & ~RING_BITS) | this.refreshRing(this.transport);
    if ((touched & HOST) !== 0) mask = (mask & ~HOST_BITS) | this.refreshHost();
    this.mask = this.isPlain === true ? mask : this.withFaults(mask);
    this.touched = 0;
  }

  /** What an outage leaves of the enabled classes, and the faults that may come now. */
  private withFaults(mask: number): number {
    const left = this.outage.isOn ? this.outage.limit(mask) : mask;
    const work = left & ~FAULT_CLASSES;
    return this.faults === null ? left : work | this.faults.enabledWith(work);
  }

  private refreshGuest(): number {
    const { guest, queue, transport } = this;
    if (guest.refresh()) this.guestBits = this.threadBits();
    const canDispatch = transport === null ? this.driver.canDispatch : transport.front.canDispatch;
    return (
      this.guestBits |
      (canDispatch ? 1 << ACTION.dispatch : 0) |
      ((queue.state.hold & HOLD.plugged) !== 0 ? 1 << ACTION.unplug : 0) |
      (queue.hasDeadlines && listExpirable(queue, this.expirable) > 0 ? 1 << ACTION.expire : 0)
    );
  }

  private threadBits(): number {
    const { guest } = this;
    return (
      (guest.threads.runnable.count > 0 ? 1 << ACTION.thread : 0) |
      (guest.dsync.count > 0 ? 1 << ACTION.dsync : 0) |
      (guest.barrierReady ? 1 << ACTION.barrier : 0) |
      (guest.pages.ready.count > 0 ? 1 << ACTION.writeback : 0)
    );
  }

  private refreshRing({ ring, backend, front }: Transport): number {
    return (
      (ring.hasUnpushedRequests ? 1 << ACTION.push : 0) |
      (backend.canTake ? 1 << ACTION.take : 0) |
      (front.interrupted === true ? 1 << ACTION.interrupt : 0)
    );
  }

  private refreshHost(): number {
    const { transport } = this;
    const complete = this.commands.started.count > 0 ? 1 << ACTION.complete : 0;
    if (transport === null) return complete;
    return (
      complete |
      (transport.backend.canStep ? 1 << ACTION.backendStep : 0) |
      (transport.backend.pending.done.count > 0 ? 1 << ACTION.respond : 0) |
      (this.driver.canDispatch ? 1 << ACTION.hostDispatch : 0) |
      ((this.host!.state.hold & HOLD.plugged) !== 0 ? 1 << ACTION.hostUnplug : 0) |
      (this.hasRareHostWork === true ? this.rareHostBits(transport.backend) : 0)
    );
  }

  private rareHostBits({ canRetry }: BioBackend): number {
    const { host, cache, file, failed } = this;
    return (
      (listExpirable(host!, this.hostExpirable) > 0 ? 1 << ACTION.hostExpire : 0) |
      (cache !== null && cache.ready.count > 0 ? 1 << ACTION.hostWriteback : 0) |
      (file !== null && file.canWork ? 1 << ACTION.hostCommit : 0) |
      (failed !== null && failed.count > 0 && canRetry ? 1 << ACTION.retry : 0)
    );
  }

  /** The items of the enabled actions of a class whose bit is set; null: they are in no list. */
  itemsOf(actionClass: number): Items | null {
    return this.faults === null || !isFault(actionClass) ? this.lists[actionClass] : null;
  }

  /** Enabled actions of a class whose bit is set. */
  countOf(actionClass: number): number {
    if (this.faults !== null && isFault(actionClass)) return this.faults.countOf(actionClass);
    return this.lists[actionClass].count;
  }

  /** The first enabled action in the documented order: of a class its lowest item, of commands the oldest. */
  first(): number {
    const work = this.mask & ~FAULT_CLASSES;
    return this.firstOf(31 - Math.clz32(work & -work));
  }

  /** The first of a class that has an enabled action. */
  firstOf(actionClass: number): number {
    if (actionClass === ACTION.complete) return actionOf(actionClass, this.commands.oldestStarted());
    let lowest = this.nthItem(actionClass, 0);
    for (let i = 1; i < this.countOf(actionClass); i++) lowest = Math.min(lowest, this.nthItem(actionClass, i));
    return actionOf(actionClass, lowest);
  }

  /** The item of one of a class's enabled actions; `share` (of 65536) says which. */
  pickItem(actionClass: number, share: number): number {
    return this.nthItem(actionClass, (share * this.countOf(actionClass)) >>> 16);
  }

  /** Item of enabled action number `index` of a class, in an order of its own. */
  nthItem(actionClass: number, index: number): number {
    if (this.faults !== null && isFault(actionClass)) return this.faults.nthItem(actionClass, index);
    return this.lists[actionClass].items[index];
  }

  isEnabled(action: number): boolean {
    const actionClass = classOf(action);
    if ((this.mask & (1 << actionClass)) === 0 || ringOf(action) > 0) return false;
    if (isFault(actionClass)) return this.faults === null || this.faults.isEnabled(action);
    return this.lists[actionClass].has(itemOf(action));
  }

  /** The items of each class that has any. */
  private listsOf({ guest, disk, transport }: Parts): readonly Items[] {
    const lists = Array.from({ length: ACTION_CLASS_COUNT }, (): Items => ONE);
    lists[ACTION.thread] = guest.threads.runnable;
    lists[ACTION.dsync] = guest.dsync;
    lists[ACTION.writeback] = guest.pages.ready;
    lists[ACTION.expire] = this.expirable;
    lists[ACTION.hostExpire] = this.hostExpirable;
    lists[ACTION.complete] = disk.commands.started;
    if (transport !== null) lists[ACTION.respond] = transport.backend.pending.done;
    if (this.cache !== null) lists[ACTION.hostWriteback] = this.cache.ready;
    if (this.failed !== null) lists[ACTION.retry] = this.failed;
    return lists;
  }
}

function isFault(actionClass: number): boolean {
  return ((FAULT_CLASSES >>> actionClass) & 1) === 1;
}

/** Lists the directions whose oldest request may expire; returns how many they are. */
function listExpirable(queue: Queue, expirable: IntList): number {
  expirable.clear();
  for (let direction = 0; direction < 2; direction++) if (queue.mayExpire(direction)) expirable.push(direction);
  return expirable.count;
}

function onlyItem(): Items {
  const list = new IntList();
  list.push(0);
  return list;
}
