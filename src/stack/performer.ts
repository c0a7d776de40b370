/** Takes an action: says which part does what. */
import { assert } from '../base/assert.ts';
import { ACTION } from './actions.ts';
import type { BioBackend } from './backend/bioBackend.ts';
import type { HostCache } from './backend/hostcache.ts';
import type { ImageFile } from './backend/tapdisk/imageFile.ts';
import type { Queue } from './block/queue.ts';
import type { DiskDriver } from './disk/driver.ts';
import type { Blkfront } from './frontend/blkfront.ts';
import type { Guest } from './guest/guest.ts';
import type { Outage } from './outage.ts';
import type { Parts } from './parts.ts';

export class Performer {
  private readonly guest: Guest;
  private readonly queue: Queue;
  private readonly front: Blkfront | null;
  private readonly backend: BioBackend | null;
  private readonly cache: HostCache | null;
  private readonly file: ImageFile | null;
  private readonly host: Queue | null;
  private readonly driver: DiskDriver;
  private readonly outage: Outage;

  constructor(parts: Parts) {
    const { transport } = parts;
    this.guest = parts.guest;
    this.queue = parts.queue;
    this.front = transport?.front ?? null;
    this.backend = transport?.backend ?? null;
    this.cache = transport?.cache ?? null;
    this.file = transport?.file ?? null;
    this.host = transport?.host ?? null;
    this.driver = parts.driver;
    this.outage = parts.outage;
  }

  /** The cases stand in the order of how often they are taken, not of the documentation. */
  perform(actionClass: number, item: number): void {
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
