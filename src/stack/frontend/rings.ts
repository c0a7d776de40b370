/**
 * A frontend with several rings (facts.md §10.4): one queue's requests go to one ring after the other, a full one passed
 * over. Nothing orders two rings, so a barrier or a flush is sent only when no ring has a request without a response, and
 * nothing follows it on any ring before it is answered.
 * Left out: a queue of its own for each ring, as blk-mq has; requests that stay with the processor they came from.
 */
import { NIL } from '../block/bios.ts';
import type { Queue } from '../block/queue.ts';
import type { KeyBytes } from '../key/bytes.ts';
import type { Planted } from '../mutants.ts';
import type { Blkfront } from './blkfront.ts';

export class RingSpread {
  private readonly queue: Queue;
  /** One for each ring. The first says for all whether the queue is stopped. */
  private readonly fronts: readonly Blkfront[];
  private readonly planted: Planted;
  /** G10: a barrier or flush on one ring is taken to order the others. */
  private readonly ordersAll: boolean;
  /** The ring whose turn it is. */
  private turn = 0;
  /** The last request sent was a barrier or a flush. */
  private fenced = false;

  constructor(queue: Queue, fronts: readonly Blkfront[], planted: Planted) {
    this.queue = queue;
    this.fronts = fronts;
    this.planted = planted;
    this.ordersAll = planted.is('G10');
  }

  reset(): void {
    this.turn = 0;
    this.fenced = false;
  }

  writeKey(key: KeyBytes): void {
    key.put(this.turn);
    key.putFlags(this.fenced && !this.isIdle);
  }

  /** One turn of the request function: what can't go out stays at the head until an interrupt. */
  dispatch(): void {
    const rq = this.queue.peek();
    if (rq === NIL) return;
    const isOrdering = this.fronts[0].isOrdering(rq);
    const number = this.mustWait(isOrdering) ? NIL : this.ringWithRoom();
    if (number === NIL) {
      this.fronts[0].stopped = true;
      return;
    }
    this.fenced = isOrdering;
    this.turn = (number + 1) % this.fronts.length;
    this.fronts[number].send(rq);
  }

  private mustWait(isOrdering: boolean): boolean {
    if ((!isOrdering && !this.fenced) || this.isIdle) return false;
    return !(this.ordersAll && this.planted.reach());
  }

  private get isIdle(): boolean {
    return this.fronts.every(({ outstandingCount }) => outstandingCount === 0);
  }

  /** From the one whose turn it is on. */
  private ringWithRoom(): number {
    const { fronts } = this;
    for (let i = 0; i < fronts.length; i++) {
      const number = (this.turn + i) % fronts.length;
      if (fronts[number].hasRoom()) return number;
    }
    return NIL;
  }
}
