/**
 * xen-blkfront (facts.md §11; modes.md rule 3): hands the queue's requests to the ring and takes the responses.
 * `generic` sends every flush singleton as WRITE_BARRIER without segments and every BAR or FUA write as WRITE_BARRIER
 * with its data. `2.6.18` and `2.6.36` pick WRITE_BARRIER by the hard-barrier flag, fail requests that are not FS type,
 * and give up ordering after EOPNOTSUPP. `3.6` sends FLUSH and FUA by the operation it negotiated; it gives up flushing
 * after any error of one, and takes one that isn't supported for success.
 * On resume the requests without a response are issued again: in the order of their shadow entries (2.6.18, 2.6.36,
 * 3.6), or in the order in which they came (`generic`). Features are not read again, but by `generic`: it refuses the
 * barriers that the new backend doesn't offer.
 * Left out: grant shortage.
 */
import { STATUS } from '../../base/history.ts';
import { NIL } from '../block/bios.ts';
import type { Queue } from '../block/queue.ts';
import { POST, PRE, REQ, REQ_AT } from '../block/requests.ts';
import { HOLD } from '../block/state.ts';
import type { FlushCarrier, Frontend } from '../config.ts';
import { type Planted, UNPLANTED } from '../mutants.ts';
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
  /** WRITE_BARRIER is worth trying, as the backend of the present connection says. */
  barrierOffered = true;
  /** D13: features are not read again. */
  private readonly readsAgain: boolean;
  private readonly queue: Queue;
  private readonly ring: Ring;
  private readonly version: Frontend;
  private readonly carrier: FlushCarrier;
  private readonly tracer: Tracer;
  private readonly planted: Planted;
  /** G05: an id is given back, and may be taken again, before the shadow is read. */
  private readonly freesEarly: boolean;
  /** B03: what is outstanding is looked for when the new ring is there already. */
  private readonly collectsLate: boolean;
  /** On resume, requests are issued again in the order of their shadow entries (facts.md §11; D07: `generic` too). */
  readonly resumesBySlot: boolean;
  /** D09: a refused barrier with data is a success; D10: one error of a flush ends all flushing. */
  private readonly takesRefusalForDone: boolean;
  private readonly givesUpFlushing: boolean;
  /** B36: once a flush has been answered the backend says that it has no cache. */
  private readonly believesLate: boolean;

  constructor(
    queue: Queue,
    ring: Ring,
    version: Frontend,
    carrier: FlushCarrier,
    tracer: Tracer,
    planted: Planted = UNPLANTED,
  ) {
    this.planted = planted;
    this.freesEarly = planted.is('G05');
    this.collectsLate = planted.is('B03');
    this.resumesBySlot = version !== 'generic' || (planted.is('D07') && planted.reach());
    this.readsAgain = version === 'generic' && !planted.is('D13');
    this.takesRefusalForDone = planted.is('D09');
    this.givesUpFlushing = planted.is('D10');
    this.believesLate = planted.is('B36');
    this.queue = queue;
    this.ring = ring;
    this.version = version;
    this.carrier = carrier;
    this.tracer = tracer;
    this.shadow = new Shadow(ring.slotCount);
  }

  reset(): void {
    this.shadow.reset();
    this.interrupted = false;
    this.stopped = false;
    this.breachCount = 0;
    this.barrierOffered = true;
  }

  get canDispatch(): boolean {
    return this.stopped === false && this.queue.isRunnable;
  }

  /** One turn of the request function: peek, then the ring may turn out full and the request stays at the head. */
  dispatch(): void {
    const rq = this.queue.peek();
    if (rq === NIL) return;
    if (this.hasRoom()) this.send(rq);
    else this.stopped = true;
  }

  /** Whether the ring takes another request. */
  hasRoom(): boolean {
    return !this.ring.isFull && this.hasId();
  }

  /** Takes the request at the head of the queue and puts it on the ring, which has room. */
  send(rq: number): void {
    const { queue } = this;
    queue.start(rq);
    if (this.version !== 'generic' && !queue.state.isFs(rq)) {
      queue.complete(rq, STATUS.eio);
      return;
    }
    if (this.barrierOffered) this.produce(rq);
    else this.produceUnlessRefused(rq);
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
    queue.state.hold &= ~HOLD.seen;
  }

  /** Requests on the ring, or with the backend, whose responses have not been handled. */
  get outstandingCount(): number {
    return this.ring.outstandingCount;
  }

  /** Whether the request goes out as a barrier or a flush. */
  isOrdering(rq: number): boolean {
    const op = this.operation(rq);
    return op === RING_OP.writeBarrier || op === RING_OP.flushDiskcache;
  }

  /** A ring with room and no id to go with it has taken more than it holds: I6. */
  private hasId(): boolean {
    if (this.shadow.hasFree) return true;
    this.breachCount++;
    return false;
  }

  /** Over a new ring: issues again what waits for a response, under new ids; true when the backend is to be notified. */
  resume(): boolean {
    const { shadow, queue } = this;
    const open = shadow.outstanding(this.resumesBySlot);
    shadow.renew();
    const outstanding = this.collectsLate && open.length > 0 && this.planted.reach() ? [] : open;
    // I7: no outstanding request is lost over a resume.
    this.breachCount += open.length - outstanding.length;
    for (const rq of outstanding)
      if (this.barrierOffered) this.produce(rq);
      else this.produceUnlessRefused(rq);
    this.interrupted = false;
    this.stopped = false;
    queue.state.hold &= ~HOLD.seen;
    return this.push();
  }

  private handle(slot: number): void {
    const { shadow, queue } = this;
    const id = this.ring.id[slot];
    const asked = shadow.isInUse(id) ? shadow.request[id] : NIL;
    if (asked === NIL || !queue.isAtDriver(asked)) {
      this.breachCount++;
      return;
    }
    shadow.release(id);
    if (this.freesEarly && queue.isRunnable) this.dispatch();
    const rq = shadow.request[id];
    if (rq !== asked) this.planted.reach();
    if (this.tracer.events !== null)
      this.tracer.addRequest('response', queue.state.requests, rq, this.ring.traceIdFirst + id, false);
    const status = this.ring.status[slot];
    if (this.believesLate && !this.hasData(rq) && this.planted.reach()) queue.downgrade();
    queue.complete(rq, status === STATUS.ok ? status : this.failed(rq, this.ring.op[slot], status));
  }

  /** What becomes of a request that was answered with an error. */
  private failed(rq: number, op: number, status: number): number {
    if (this.takesRefusalForDone && status === STATUS.eopnotsupp && this.hasData(rq) && this.planted.reach())
      return STATUS.ok;
    if (this.givesUpFlushing && !this.hasData(rq) && this.planted.reach()) this.queue.downgrade();
    if (this.version === 'generic' || (op !== RING_OP.writeBarrier && op !== RING_OP.flushDiskcache)) return status;
    if (this.version !== '3.6') {
      if (status === STATUS.eopnotsupp) this.queue.downgrade();
      return status;
    }
    // Without segments an error is taken for "not supported".
    this.queue.downgrade();
    return status === STATUS.eopnotsupp || !this.hasData(rq) ? STATUS.ok : status;
  }

  private hasData(rq: number): boolean {
    return this.queue.state.requests.rows[rq + REQ_AT.count] > 0;
  }

  /** I10: a barrier goes to a backend only that has offered them in this connection. */
  private produceUnlessRefused(rq: number): void {
    const isBarrier = this.operation(rq) === RING_OP.writeBarrier;
    if (isBarrier && this.readsAgain) return this.queue.complete(rq, STATUS.eopnotsupp);
    if (isBarrier && this.planted.reach()) this.breachCount++;
    this.produce(rq);
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
    if (this.tracer.events !== null) this.tracer.addRequest('ring', requests, rq, ring.traceIdFirst + id, false);
  }

  private operation(rq: number): number {
    const flags = this.queue.state.requests.rows[rq + REQ_AT.flags];
    if ((flags & REQ.hardBarrier) !== 0) return RING_OP.writeBarrier;
    if (this.version === 'generic' || this.version === '3.6') {
      if (rq === PRE || rq === POST) return RING_OP[this.carrier];
      // Over FLUSH_DISKCACHE there is no FUA: a second flush follows the data instead.
      if ((flags & REQ.fua) !== 0 && this.carrier === 'writeBarrier') return RING_OP.writeBarrier;
    }
    if ((flags & REQ.discard) !== 0) return RING_OP.discard;
    return (flags & REQ.write) !== 0 ? RING_OP.write : RING_OP.read;
  }
}
