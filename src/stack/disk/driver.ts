/**
 * The driver between a block layer queue and the disk (facts.md §14 "sd", modes.md rule 5): one request, one
 * command. In the tag modes PREFLUSH, BAR and POSTFLUSH travel as ORDERED commands; everything else is SIMPLE.
 */
import { STATUS } from '../../base/history.ts';
import { NIL } from '../block/bios.ts';
import { ORDERED } from '../block/modes.ts';
import type { Queue } from '../block/queue.ts';
import { POST, PRE, REQ, REQ_AT } from '../block/requests.ts';
import { COMMAND } from './commands.ts';
import type { TracePoint, Tracer } from '../trace.ts';
import type { Disk } from './disk.ts';

export class DiskDriver {
  private readonly queue: Queue;
  private readonly disk: Disk;
  private readonly tracer: Tracer;

  constructor(queue: Queue, disk: Disk, tracer: Tracer) {
    this.queue = queue;
    this.disk = disk;
    this.tracer = tracer;
  }

  get canDispatch(): boolean {
    return this.queue.isRunnable && !this.disk.commands.isFull;
  }

  /** Asks the queue for one request and sends it as a command. */
  dispatch(): void {
    const rq = this.queue.peek();
    if (rq === NIL) return;
    this.queue.start(rq);
    const flags = this.commandFlags(rq);
    const tag = this.disk.accept(flags, rq, this.queue.state.requests.rows[rq + REQ_AT.bioHead]);
    if (this.tracer.events !== null) this.trace('accepted', rq, tag, flags);
  }

  complete(tag: number): void {
    const flags = this.disk.commands.flags[tag];
    const rq = this.disk.complete(tag);
    if (this.tracer.events !== null) this.trace('completed', rq, tag, flags);
    this.queue.complete(rq, STATUS.ok);
  }

  /** A started command fails; returns the request, which is still at the driver. */
  fail(tag: number): number {
    const flags = this.disk.commands.flags[tag];
    const rq = this.disk.fail(tag);
    if (this.tracer.events !== null) this.trace('failed', rq, tag, flags);
    return rq;
  }

  private trace(point: TracePoint, rq: number, tag: number, flags: number): void {
    this.tracer.addRequest(point, this.queue.state.requests, rq, tag, (flags & COMMAND.ordered) !== 0);
  }

  private commandFlags(rq: number): number {
    const flags = this.queue.state.requests.rows[rq + REQ_AT.flags];
    const tagged = (this.queue.ordered.nextMode & ORDERED.byTag) !== 0 && (flags & REQ.hardBarrier) !== 0;
    const ordered = tagged ? COMMAND.ordered : 0;
    if (rq === PRE || rq === POST) return COMMAND.flush | ordered;
    if ((flags & REQ.write) === 0) return ordered;
    const discard = (flags & REQ.discard) !== 0 ? COMMAND.discard : 0;
    const fua = (flags & REQ.fua) !== 0 ? COMMAND.fua : 0;
    return COMMAND.write | ordered | discard | fua;
  }
}
