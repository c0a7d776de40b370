/**
 * What can happen next: the enabled actions, counted per class. Kept up to date by groups: an action says which groups
 * it touches, and only those are looked at again.
 */
import { ACTION, actionOf, classOf, itemOf, ringOf } from './actions.ts';
import type { BioBackend } from './backend/bioBackend.ts';
import type { HostCache } from './backend/hostcache.ts';
import type { ImageFile } from './backend/tapdisk/imageFile.ts';
import type { Queue } from './block/queue.ts';
import type { Commands } from './disk/commands.ts';
import type { DiskDriver } from './disk/driver.ts';
import { FAULT_CLASSES, type Faults } from './faults.ts';
import type { IntList } from './journal.ts';
import type { Guest } from './guest/guest.ts';
import type { Outage } from './outage.ts';
import type { Transport } from './layers.ts';
import type { Parts } from './parts.ts';
import { ALL, CLASSES_WITH_ITEMS, GUEST, GUEST_BITS, HOST, HOST_BITS, RING, RING_BITS, TOUCHES } from './touches.ts';

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
    this.mask = this.isPlain ? mask : this.withFaults(mask);
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
      (queue.state.plugged ? 1 << ACTION.unplug : 0) |
      (queue.hasDeadlines && queue.expirableCount > 0 ? 1 << ACTION.expire : 0)
    );
  }

  private threadBits(): number {
    const { guest } = this;
    return (
      (guest.threads.runnableCount > 0 ? 1 << ACTION.thread : 0) |
      (guest.dsync.count > 0 ? 1 << ACTION.dsync : 0) |
      (guest.barrierReady ? 1 << ACTION.barrier : 0) |
      (guest.pages.readyCount > 0 ? 1 << ACTION.writeback : 0)
    );
  }

  private refreshRing({ ring, backend, front }: Transport): number {
    return (
      (ring.hasUnpushedRequests ? 1 << ACTION.push : 0) |
      (backend.canTake ? 1 << ACTION.take : 0) |
      (front.interrupted ? 1 << ACTION.interrupt : 0)
    );
  }

  private refreshHost(): number {
    const { transport } = this;
    const complete = this.commands.startedCount > 0 ? 1 << ACTION.complete : 0;
    if (transport === null) return complete;
    return (
      complete |
      (transport.backend.canStep ? 1 << ACTION.backendStep : 0) |
      (transport.backend.pending.doneCount > 0 ? 1 << ACTION.respond : 0) |
      (this.driver.canDispatch ? 1 << ACTION.hostDispatch : 0) |
      (this.host!.state.plugged ? 1 << ACTION.hostUnplug : 0) |
      (this.hasRareHostWork ? this.rareHostBits(transport.backend) : 0)
    );
  }

  private rareHostBits({ canRetry }: BioBackend): number {
    const { host, cache, file, failed } = this;
    return (
      (host!.expirableCount > 0 ? 1 << ACTION.hostExpire : 0) |
      (cache !== null && cache.readyCount > 0 ? 1 << ACTION.hostWriteback : 0) |
      (file !== null && file.canWork ? 1 << ACTION.hostCommit : 0) |
      (failed !== null && failed.count > 0 && canRetry ? 1 << ACTION.retry : 0)
    );
  }

  /** Enabled actions of a class whose bit is set. */
  countOf(actionClass: number): number {
    switch (actionClass) {
      case ACTION.thread:
        return this.guest.threads.runnableCount;
      case ACTION.complete:
        return this.commands.startedCount;
      case ACTION.respond:
        return this.transport!.backend.pending.doneCount;
      case ACTION.writeback:
        return this.guest.pages.readyCount;
      case ACTION.dsync:
        return this.guest.dsync.count;
      case ACTION.hostWriteback:
        return this.cache!.readyCount;
      case ACTION.expire:
        return this.queue.expirableCount;
      case ACTION.hostExpire:
        return this.host!.expirableCount;
      case ACTION.retry:
        return this.failed!.count;
      default:
        return this.faults === null ? 1 : this.faults.countOf(actionClass);
    }
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

  /** The item of one of a class's enabled actions. Most classes have none, and most others but one. */
  pickItem(actionClass: number, share: number): number {
    if (((CLASSES_WITH_ITEMS >>> actionClass) & 1) === 0) return 0;
    return this.nthItem(actionClass, (share * this.countOf(actionClass)) >>> 16);
  }

  /** Item of enabled action number `index` of a class, in an order of its own. */
  nthItem(actionClass: number, index: number): number {
    switch (actionClass) {
      case ACTION.thread: {
        let left = index;
        let thread = 0;
        while (this.guest.threads.runnable[thread] === 0 || left-- > 0) thread++;
        return thread;
      }
      case ACTION.dsync:
        return this.guest.dsync.items[index];
      case ACTION.complete:
        return this.commands.started[index];
      case ACTION.respond:
        return this.transport!.backend.pending.done[index];
      case ACTION.expire:
        return this.queue.mayExpire(0) ? index : 1;
      case ACTION.hostExpire:
        return this.host!.mayExpire(0) ? index : 1;
      case ACTION.hostWriteback:
        return this.cache!.ready[index];
      case ACTION.writeback:
        return this.guest.pages.ready[index];
      case ACTION.retry:
        return this.failed!.items[index];
      default:
        return this.faults === null ? 0 : this.faults.nthItem(actionClass, index);
    }
  }

  isEnabled(action: number): boolean {
    const actionClass = classOf(action);
    const item = itemOf(action);
    if ((this.mask & (1 << actionClass)) === 0 || ringOf(action) > 0) return false;
    const { guest } = this;
    switch (actionClass) {
      case ACTION.thread:
        return item < guest.threads.count && guest.threads.runnable[item] === 1;
      case ACTION.dsync:
        return guest.dsync.indexOf(item) >= 0;
      case ACTION.complete:
        return this.commands.isStarted(item);
      case ACTION.respond:
        return this.transport!.backend.pending.isDone(item);
      case ACTION.expire:
        return this.queue.mayExpire(item);
      case ACTION.hostExpire:
        return this.host!.mayExpire(item);
      case ACTION.hostWriteback:
        return this.cache!.isReady(item);
      case ACTION.writeback:
        return guest.pages.isReady(item);
      case ACTION.retry:
        return this.failed!.indexOf(item) >= 0;
      default:
        return this.faults === null || this.faults.isEnabled(action);
    }
  }
}
