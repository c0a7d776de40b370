/**
 * What happened to each request on its way, for pictures and explanations (`explain`, `replay --trace`). Kept only
 * when asked for: the engine tests one field per event otherwise. It never takes a time from the history's counter,
 * so a traced run is the same run.
 */
import { PRE, POST, REQ, type Requests, REQ_AT } from './block/requests.ts';
import type { Clock } from './clock.ts';

/** Where a request got to. */
export type TracePoint =
  | 'ring' // the frontend put it on the ring
  | 'taken' // the backend took it
  | 'accepted' // the disk accepted it as a command
  | 'completed' // the command completed
  | 'failed' // the command failed
  | 'answered' // the backend wrote the response
  | 'response'; // the frontend handled the response

export type TraceKind = 'read' | 'write' | 'barrier' | 'flush' | 'discard';

export interface TraceEvent {
  readonly point: TracePoint;
  /** Number of the action that did it, from 1. */
  readonly step: number;
  /** The history's counter at that moment: after every operation event with a smaller or equal time. */
  readonly at: number;
  readonly kind: TraceKind;
  /** Whose request it is: 0 unless there are several guests; a flush that several share is the first one's. */
  readonly guest: number;
  /** What the request is there for: an operation, or -1 for a flush of the backend's own. */
  readonly op: number;
  readonly sector: number;
  readonly count: number;
  /** Ring id, or tag of the command. */
  readonly id: number;
  readonly fua: boolean;
  readonly ordered: boolean;
}

export class Tracer {
  /** Filled while it is not null. */
  events: TraceEvent[] | null = null;
  step = 0;
  /** Who acts: a guest, or -1 for the host of several. */
  guest = 0;
  /** With several guests: where the operation ids and the sectors of each begin on the disk. */
  readonly firstOps: number[] = [];
  readonly firstSectors: number[] = [];
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  reset(): void {
    this.step = 0;
    if (this.events !== null) this.events = [];
  }

  add(point: TracePoint, kind: TraceKind, id: number, op: number, sector: number, count: number): void {
    const { step, clock, guest } = this;
    this.events!.push({ point, step, at: clock.now, kind, guest, op, sector, count, id, fua: false, ordered: false });
  }

  /** An event of a queue's request. */
  addRequest(point: TracePoint, requests: Requests, rq: number, id: number, ordered: boolean): void {
    const flags = requests.rows[rq + REQ_AT.flags];
    this.events!.push({
      point,
      step: this.step,
      at: this.clock.now,
      kind: kindOf(rq, flags),
      ...this.whose(requests.rows[rq + REQ_AT.op], requests.rows[rq + REQ_AT.sector]),
      count: requests.rows[rq + REQ_AT.count],
      id,
      fua: (flags & REQ.fua) !== 0,
      ordered,
    });
  }

  /** A guest's operation and sector: the host knows them by their numbers among all. */
  private whose(op: number, sector: number): Pick<TraceEvent, 'guest' | 'op' | 'sector'> {
    if (this.guest >= 0) return { guest: this.guest, op, sector };
    const guest = this.firstOps.findLastIndex((first) => first <= op);
    if (guest < 0) return { guest: 0, op, sector };
    return { guest, op: op - this.firstOps[guest], sector: Math.max(0, sector - this.firstSectors[guest]) };
  }
}

function kindOf(rq: number, flags: number): TraceKind {
  if (rq === PRE || rq === POST) return 'flush';
  if ((flags & REQ.hardBarrier) !== 0) return 'barrier';
  if ((flags & REQ.discard) !== 0) return 'discard';
  return (flags & REQ.write) !== 0 ? 'write' : 'read';
}
