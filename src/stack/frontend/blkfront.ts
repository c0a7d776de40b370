/**
 * xen-blkfront (facts.md §11; modes.md rule 3): hands the queue's requests to the ring and takes the responses.
 * `generic` sends every flush singleton as WRITE_BARRIER without segments and every BAR or FUA write as WRITE_BARRIER
 * with its data. `2.6.36` picks WRITE_BARRIER by the hard-barrier flag and fails requests that are not FS type.
 * Left out: grant shortage, resume, the downgrade after EOPNOTSUPP (no backend here refuses a barrier).
 */
import { STATUS } from '../../base/history.ts';
import { NIL } from '../block/bios.ts';
import type { Queue } from '../block/queue.ts';
import { POST, PRE, REQ, REQ_AT } from '../block/requests.ts';
import type { Frontend } from '../config.ts';
import { type Ring, RING_OP } from '../ring/ring.ts';
import { Shadow } from '../ring/shadow.ts';
import type { Tracer } from '../trace.ts';

export class Blkfront {
  readonly shadow: Shadow;
  /** The event channel has fired, or its handler is not through yet. */
  interrupted = false;
  /** The ring was full: the queue is stopped until an interrupt. */
  stopped = false;
  /** Invariants of facts.md §17 found broken: I7, I8. */
  breachCount = 0;
  private readonly queue: Queue;
  private readonly ring: Ring;
  private readonly version: Frontend;
  private readonly tracer: Tracer;

  constructor(queue: Queue, ring: Ring, version: Frontend, tracer: Tracer) {
    this.queue = queue;
    this.ring = ring;
    this.version = version;
    this.tracer = tracer;
    this.shadow = new Shadow(ring.slotCount);
  }

  reset(): void {
    this.shadow.reset();
    this.interrupted = false;
    this.stopped = false;
    this.breachCount = 0;
  }

  get canDispatch(): boolean {
    return !this.stopped && this.queue.isRunnable;
  }

  /** One turn of the request function: peek, then the ring may turn out full and the request stays at the head. */
  dispatch(): void {
    const { queue, ring } = this;
    const rq = queue.peek();
    if (rq === NIL) return;
    if (ring.isFull) {
      this.stopped = true;
      return;
    }
    queue.start(rq);
    if (this.version !== 'generic' && !queue.state.isAccounted(rq)) {
      queue.complete(rq, STATUS.eio);
      return;
    }
    this.produce(rq);
  }

  /** Publishes what was produced; true when the backend is to be notified. */
  push(): boolean {
    return this.ring.pushRequests();
  }

  /** One turn of the interrupt handler: all visible responses, and when there are none the final check. */
  interrupt(): void {
    const { queue, ring } = this;
    if (!ring.hasResponses) {
      this.interrupted = ring.finalCheckForResponses();
      return;
    }
    while (ring.hasResponses) this.handle(ring.consumeResponse());
    this.stopped = false;
    queue.state.runnable = true;
  }

  private handle(slot: number): void {
    const id = this.ring.id[slot];
    if (!this.shadow.isInUse(id)) {
      this.breachCount++;
      return;
    }
    const rq = this.shadow.request[id];
    this.shadow.release(id);
    if (this.tracer.events !== null) this.tracer.addRequest('response', this.queue.state.requests, rq, id, false);
    this.queue.complete(rq, this.ring.status[slot]);
  }

  private produce(rq: number): void {
    const { ring } = this;
    const { requests } = this.queue.state;
    const slot = ring.produceRequest();
    const id = this.shadow.take(rq);
    ring.id[slot] = id;
    ring.op[slot] = this.operation(rq);
    ring.sector[slot] = requests.rows[rq + REQ_AT.sector];
    ring.count[slot] = requests.rows[rq + REQ_AT.count];
    ring.segments[slot] = requests.rows[rq + REQ_AT.segments];
    ring.bioHead[slot] = requests.rows[rq + REQ_AT.bioHead];
    ring.cause[slot] = requests.rows[rq + REQ_AT.op];
    if (this.tracer.events !== null) this.tracer.addRequest('ring', requests, rq, id, false);
  }

  private operation(rq: number): number {
    const flags = this.queue.state.requests.rows[rq + REQ_AT.flags];
    if ((flags & REQ.hardBarrier) !== 0) return RING_OP.writeBarrier;
    if (this.version === 'generic' && (rq === PRE || rq === POST || (flags & REQ.fua) !== 0))
      return RING_OP.writeBarrier;
    if ((flags & REQ.discard) !== 0) return RING_OP.discard;
    return (flags & REQ.write) !== 0 ? RING_OP.write : RING_OP.read;
  }
}
