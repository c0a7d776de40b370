/**
 * Injected faults (config.ts FAULTS): each is an action of the schedule, at most two a run, and none of them is work
 * that a run would wait for. What a failing command could not store goes into the history at once, and so does the
 * error of the operation that it belongs to, though its guest hears of it later (contract.md).
 * Left out: a command that stores some of its sectors and then fails; faults of the guest.
 */
import { STATUS } from '../base/history.ts';
import { ACTION, classOf, itemOf, LATE } from './actions.ts';
import { NIL } from './block/bios.ts';
import type { Fault } from './config.ts';
import type { KeyBytes } from './key/bytes.ts';
import type { Outage } from './outage.ts';
import type { Layers, Transport } from './layers.ts';
import { Refusals } from './refusals.ts';
import { RING_OP } from './ring/ring.ts';

/** Faults of a run at most. */
const FAULTS_MAX = 2;
/** Ends of the event channel, as the items of `notify` and `lose`. */
const END = { backend: 0, frontend: 1 } as const;

const bit = (actionClass: number): number => 1 << actionClass;

/** Classes of actions that are faults: `crash` is the migration of a run that may lose power. */
export const FAULT_CLASSES: number =
  bit(ACTION.crash) | bit(ACTION.fail) | bit(ACTION.refuse) | bit(ACTION.notify) | bit(ACTION.lose) | bit(ACTION.die);

export class Faults {
  /** Faults that have happened. */
  injectedCount = 0;
  private left = FAULTS_MAX;
  /** A bit per end: a notification is on its way there, and nobody has looked yet. */
  private underWay = 0;
  readonly refusals: Refusals;
  private readonly eio: boolean;
  private readonly late: boolean;
  private readonly kinds: ReadonlySet<Fault>;
  private readonly parts: Layers;
  private readonly outage: Outage;
  private readonly transport: Transport | null;

  constructor(parts: Layers, outage: Outage, kinds: readonly Fault[]) {
    this.parts = parts;
    this.refusals = new Refusals(parts);
    this.outage = outage;
    this.transport = parts.transport;
    this.kinds = new Set(kinds);
    this.eio = this.kinds.has('eio');
    this.late = this.kinds.has('late');
  }

  reset(): void {
    this.injectedCount = 0;
    this.left = FAULTS_MAX;
    this.underWay = 0;
  }

  writeKey(key: KeyBytes): void {
    key.put(this.left);
    key.put(this.underWay);
  }

  /** The enabled classes besides `work`; none where nothing else is left to do. */
  enabledWith(work: number): number {
    if (this.left === 0 || work === 0) return 0;
    const { kinds, outage } = this;
    const isWhole = !outage.isOn;
    let mask = this.failCount > 0 ? bit(ACTION.fail) : 0;
    if (!isWhole || this.transport === null) return mask;
    if (kinds.has('eopnotsupp') && this.refusable !== NIL) mask |= bit(ACTION.refuse);
    if (kinds.has('notification')) {
      if (this.endsAsleep !== 0) mask |= bit(ACTION.notify);
      if (this.underWay !== 0) mask |= bit(ACTION.lose);
    }
    if (kinds.has('death')) mask |= bit(ACTION.die);
    if (kinds.has('migrate')) mask |= bit(ACTION.crash);
    return mask;
  }

  countOf(actionClass: number): number {
    switch (actionClass) {
      case ACTION.fail:
        return this.failCount;
      case ACTION.notify:
        return bitCount(this.endsAsleep);
      case ACTION.lose:
        return bitCount(this.underWay);
      default:
        return 1;
    }
  }

  nthItem(actionClass: number, index: number): number {
    const { commands } = this.parts.disk;
    switch (actionClass) {
      case ACTION.fail:
        if (this.eio && index < commands.started.count) return commands.started.items[index];
        return LATE + commands.started.items[index % commands.started.count];
      case ACTION.refuse:
        return this.refusable;
      case ACTION.notify:
        return nthEnd(this.endsAsleep, index);
      case ACTION.lose:
        return nthEnd(this.underWay, index);
      default:
        return 0;
    }
  }

  /** Whether an action of an enabled class is. */
  isEnabled(action: number): boolean {
    const item = itemOf(action);
    switch (classOf(action)) {
      case ACTION.fail:
        return this.parts.disk.commands.started.has(item & (LATE - 1)) && (item >= LATE ? this.late : this.eio);
      case ACTION.refuse:
        return item === this.refusable;
      case ACTION.notify:
        return ((this.endsAsleep >> item) & 1) === 1;
      case ACTION.lose:
        return ((this.underWay >> item) & 1) === 1;
      default:
        return true;
    }
  }

  perform(actionClass: number, item: number): void {
    this.parts.journal.noteRewritten();
    this.left--;
    this.injectedCount++;
    if (actionClass === ACTION.fail) this.fail(item & (LATE - 1), item >= LATE);
    else if (actionClass === ACTION.refuse) this.refuse();
    else if (actionClass === ACTION.notify) this.setEnd(item, true);
    else if (actionClass === ACTION.lose) this.setEnd(item, false);
    else if (actionClass === ACTION.die) this.outage.die();
    else this.outage.migrate();
  }

  /** Takes any action, and looks at what it does to refusals and notifications. */
  watch(actionClass: number, item: number, perform: () => void): void {
    if (actionClass === ACTION.complete) this.refusals.noteStored(item);
    if (actionClass === ACTION.take || actionClass === ACTION.interrupt) this.noteSeen(actionClass);
    const asleep = this.transport === null ? 0 : this.endsAsleep;
    perform();
    if (this.injectedCount > 0) this.refusals.look();
    const isSent = actionClass === ACTION.push || actionClass === ACTION.respond;
    if (isSent && this.transport !== null) this.underWay |= asleep & ~this.endsAsleep;
  }

  /** An end has looked. */
  private noteSeen(actionClass: number): void {
    this.underWay &= ~(1 << (actionClass === ACTION.take ? END.backend : END.frontend));
  }

  private get failCount(): number {
    const { count } = this.parts.disk.commands.started;
    return (this.eio ? count : 0) + (this.late ? count : 0);
  }

  /** The id of the next request, if it is a barrier or a flush that the backend could take now. */
  private get refusable(): number {
    const { ring, backend } = this.transport!;
    if (!backend.canTake || !ring.hasRequests) return NIL;
    const slot = ring.nextSlot;
    const op = ring.op[slot];
    return op === RING_OP.writeBarrier || op === RING_OP.flushDiskcache ? ring.id[slot] : NIL;
  }

  private get endsAsleep(): number {
    const { backend, front } = this.transport!;
    return (backend.awake ? 0 : 1 << END.backend) | (front.interrupted ? 0 : 1 << END.frontend);
  }

  private setEnd(end: number, isAwake: boolean): void {
    const { backend, front } = this.transport!;
    if (end === END.backend) backend.awake = isAwake;
    else front.interrupted = isAwake;
    this.underWay &= ~(1 << end);
  }

  private fail(tag: number, isLate: boolean): void {
    const queue = this.transport?.host ?? this.parts.queue;
    const rq = this.parts.driver.fail(tag);
    if (isLate) return queue.requeue(rq);
    this.refusals.note(queue.state.requests, rq, STATUS.eio, (this.transport?.cache ?? null) !== null);
    queue.complete(rq, STATUS.eio);
  }

  private refuse(): void {
    const { backend, front } = this.transport!;
    this.parts.clock.tick();
    const row = backend.refuse();
    // I8: an error is no word for "not supported".
    if (backend.pending.status[row] === STATUS.eio) front.breachCount++;
    this.refusals.note(this.parts.queue.state.requests, front.shadow.request[row], STATUS.eopnotsupp, false);
  }
}

function bitCount(ends: number): number {
  return (ends & 1) + (ends >> 1);
}

function nthEnd(ends: number, index: number): number {
  return (ends & 1) === 0 ? END.frontend : index;
}
