/**
 * A crash that something outlives (disk.md "Scopes of a crash"): which parts are silent from then on, and which go on
 * until nothing is left to do. `guest`: what the backend has not taken is lost with the guest. `backend`: what it holds
 * is lost with it, its bios are the host's. `migrate`: the old backend finishes what it took, its host and page cache
 * drain; then the frontend connects to a new one over the same storage, and issues again what it has no response for.
 * Left out: a guest that goes on queueing while it is suspended; a new backend before the old one's host is idle.
 */
import { assert } from '../base/assert.ts';
import { ACTION } from './actions.ts';
import type { BioClient } from './block/state.ts';
import type { Layers } from './layers.ts';
import { REQ } from './block/requests.ts';
import { type Fault, type Features, isOutlived, type Scope } from './config.ts';
import type { KeyBytes } from './key/bytes.ts';

/** Everything runs; a crash has happened and nobody comes back; the frontend waits for a backend, the old one at work or dead. */
const STATE = { whole: 0, over: 1, suspended: 2, orphaned: 3 } as const;

const HOST_CLASSES =
  (1 << ACTION.hostDispatch) |
  (1 << ACTION.complete) |
  (1 << ACTION.hostUnplug) |
  (1 << ACTION.hostExpire) |
  (1 << ACTION.hostWriteback) |
  (1 << ACTION.hostCommit);
/** What works on requests that were taken. */
const BACKEND_CLASSES = (1 << ACTION.backendStep) | (1 << ACTION.retry);

/** What a guest does without a backend. */
const GUEST_CLASSES =
  (1 << ACTION.thread) |
  (1 << ACTION.dsync) |
  (1 << ACTION.barrier) |
  (1 << ACTION.unplug) |
  (1 << ACTION.expire) |
  (1 << ACTION.writeback);

/** Hears of the end of bios whose owner is gone. */
const NOBODY: BioClient = { bioEnded: () => {} };

/** What the first backend does, and what the one does that the guest migrates to. */
export interface Succession {
  readonly before: Features;
  readonly after: Features;
}

/** What became of the requests, for telling. Times are the history's; 0: it has not happened. */
export interface OutageTold {
  readonly crashedAt: number;
  /** Ring requests that the backend had not taken, and those that it had taken and not answered. */
  readonly untakenCount: number;
  readonly heldCount: number;
  readonly resumedAt: number;
  /** Requests that the frontend issued again. */
  readonly reissuedCount: number;
}

const NOTHING_TOLD: OutageTold = { crashedAt: 0, untakenCount: 0, heldCount: 0, resumedAt: 0, reissuedCount: 0 };

export class Outage {
  told: OutageTold = NOTHING_TOLD;
  /** Only some classes of actions are left. */
  isOn = false;
  /** The crash of the scope has happened. */
  hasCrashed = false;
  private state: number = STATE.whole;
  private allowed = 0;
  private readonly parts: Layers;
  private readonly scope: Scope;
  private readonly bereaved: BioClient;
  /** Backends may be exchanged by a fault. */
  private readonly isFault: boolean;
  /** Null: every backend is like the first. */
  private readonly succession: Succession | null;
  private hasSucceeded = false;

  constructor(parts: Layers, scope: Scope, faults: readonly Fault[], succession: Succession | null) {
    this.succession = succession;
    this.isFault = faults.includes('migrate') || faults.includes('death');
    this.parts = parts;
    this.scope = scope;
    const backend = parts.transport?.backend;
    this.bereaved = { bioEnded: (bio, status) => backend?.bioOutlived(bio, status) };
  }

  reset(): void {
    const { transport, queue, guest, group } = this.parts;
    this.isOn = false;
    this.hasCrashed = false;
    this.told = NOTHING_TOLD;
    this.state = STATE.whole;
    this.allowed = 0;
    this.hasSucceeded = false;
    if (this.succession !== null) transport!.backend.become(this.succession.before);
    queue.state.client = guest;
    if (transport !== null && group === null) transport.host.state.client = transport.backend;
  }

  /** Whether states differ in it at all. */
  get mayHappen(): boolean {
    return isOutlived(this.scope) || this.isFault;
  }

  /** Whether the frontend may yet have to issue requests again. */
  get mayResume(): boolean {
    if (this.isFault) return this.state !== STATE.over;
    return this.scope === 'migrate' && (!this.hasCrashed || this.state === STATE.suspended);
  }

  /** The guest is dead. */
  get isOver(): boolean {
    return this.state === STATE.over;
  }

  /** The backend's process is dead, and its host is not. */
  get isProcessDead(): boolean {
    return this.state === STATE.over && this.scope === 'backend';
  }

  /** Which of the enabled classes may go on. */
  limit(mask: number): number {
    return (mask & this.allowed) | (this.canResume ? 1 << ACTION.resume : 0);
  }

  /** The crash of the scope. */
  crash(): void {
    const { history, clock } = this.parts;
    assert(!this.hasCrashed, 'a run crashes once');
    this.hasCrashed = true;
    this.tell();
    const isOrphaned = this.state === STATE.orphaned;
    // A backend that has died before finishes nothing.
    const left = isOrphaned || this.scope === 'backend' ? HOST_CLASSES : HOST_CLASSES | BACKEND_CLASSES;
    if (this.scope === 'migrate') return this.begin(isOrphaned ? STATE.orphaned : STATE.suspended, left);
    history.crashAt = clock.tick();
    this.begin(STATE.over, left);
    this.parts.queue.state.client = NOBODY;
    if (this.scope === 'backend') this.parts.transport!.host.state.client = this.bereaved;
  }

  /** Fault: the guest and its rings stand still until there is another backend. */
  migrate(): void {
    this.tell();
    this.begin(STATE.suspended, HOST_CLASSES | BACKEND_CLASSES);
  }

  /** Fault: the backend dies, and what it held has to be issued again once the host is through with its bios. */
  die(): void {
    this.tell();
    this.begin(STATE.orphaned, HOST_CLASSES | GUEST_CLASSES);
    this.parts.transport!.host.state.client = this.bereaved;
  }

  private tell(): void {
    const { transport, clock } = this.parts;
    const crashedAt = clock.now;
    if (transport === null) this.told = { ...NOTHING_TOLD, crashedAt };
    else {
      const { ring, backend } = transport;
      const heldCount = backend.pending.workingCount + backend.pending.done.count;
      this.told = { ...NOTHING_TOLD, crashedAt, untakenCount: ring.untakenCount, heldCount };
    }
  }

  private begin(state: number, allowed: number): void {
    this.isOn = true;
    this.state = state;
    this.allowed = allowed;
  }

  /** The new backend connects. */
  resume(): void {
    const { ring, front, backend, host, decoder } = this.parts.transport!;
    const { current } = this.parts.disk.media;
    assert(this.canResume, 'the old backend is through');
    const isSameHost = this.state === STATE.orphaned;
    this.isOn = false;
    this.state = STATE.whole;
    this.allowed = 0;
    host.state.client = backend;
    ring.renew();
    backend.restart(isSameHost);
    if (this.succession !== null && !isSameHost) this.succeed(this.succession.after);
    decoder?.reopen((sector) => current[sector]);
    if (front.resume()) backend.awake = true;
    this.told = { ...this.told, resumedAt: this.parts.clock.now, reissuedCount: ring.untakenCount };
  }

  private succeed(after: Features): void {
    const { backend, front } = this.parts.transport!;
    this.hasSucceeded = true;
    backend.become(after);
    front.barrierOffered = after.barrier === 1;
  }

  private get canResume(): boolean {
    if (this.state !== STATE.suspended && this.state !== STATE.orphaned) return false;
    const { host, backend, cache } = this.parts.transport!;
    const { allocated } = host.state.requests;
    if (allocated[0] + allocated[REQ.write] > 0) return false;
    if (this.state === STATE.orphaned) return true;
    return backend.pending.workingCount === 0 && (cache === null || cache.owedCount === 0);
  }

  writeKey(key: KeyBytes): void {
    key.put(this.state);
    key.putFlags(this.hasCrashed, (this.allowed & BACKEND_CLASSES) !== 0, this.hasSucceeded);
  }
}
