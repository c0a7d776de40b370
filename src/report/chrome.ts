/**
 * A replay as Chrome trace events, for chrome://tracing and Perfetto: a process per layer, and in it a track per guest
 * thread, ring id and disk tag. One microsecond is one tick of the history's counter; events that share a tick are
 * spread over it in their order.
 */
import { KIND_NAMES, STATUS_NAMES } from '../base/history.ts';
import type { Case } from '../case/case.ts';
import type { Replay } from '../fuzz/replay.ts';
import type { TraceEvent, TracePoint } from '../stack/trace.ts';
import { operationName, sectorRange } from './name.ts';

interface ChromeEvent {
  readonly name: string;
  readonly ph: 'X' | 'M' | 'i';
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly s?: 'g';
  readonly args?: Readonly<Record<string, unknown>>;
}

/** Something that takes time on a track. */
interface Span {
  readonly lane: number;
  readonly name: string;
  readonly start: number;
  /** Null: it never ended. */
  readonly end: number | null;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Overlapping operations of a thread get tracks of their own, this many apart from the next thread's. */
const LANES_PER_THREAD = 1000;

/** @param whole a replay of this case, made with `trace: true`; of several guests the one worst off. @returns a value for `JSON.stringify`. */
export function chromeTrace(c: Case, whole: Replay): unknown {
  const replay = { ...whole, trace: whole.trace.filter(({ guest }) => guest === whole.guest) };
  const times = traceTimes(replay.trace);
  const endAt = lastTime(replay, times) + 1;
  const spans = [
    operationSpans(replay),
    requestSpans(replay.trace, times, 'ring', 'response'),
    requestSpans(replay.trace, times, 'taken', 'answered'),
    requestSpans(replay.trace, times, 'accepted', 'completed'),
  ];
  const layers = ['guest', 'ring', `backend ${c.stack.backend}`, 'disk'];
  const events = spans.flatMap((layer, pid) => layer.map((span) => completeEvent(span, pid, endAt)));
  if (replay.crashed) events.push(powerLoss(replay.history.crashAt));
  events.sort((a, b) => a.ts! - b.ts!);
  const metadata = spans.flatMap((layer, pid) => (layer.length > 0 ? layerNames(layer, pid, layers[pid]) : []));
  return {
    traceEvents: [...metadata, ...events],
    displayTimeUnit: 'ns',
    otherData: { case: c.name, unit: '1 us = 1 tick of the counter of the history' },
  };
}

/** A time for each trace event: its tick, and within the tick its place among those that share it. */
function traceTimes(trace: readonly TraceEvent[]): number[] {
  const sharing = new Map<number, number>();
  for (const { at } of trace) sharing.set(at, (sharing.get(at) ?? 0) + 1);
  const seen = new Map<number, number>();
  return trace.map(({ at }) => {
    const place = seen.get(at) ?? 0;
    seen.set(at, place + 1);
    return at + Math.round((1000 * place) / sharing.get(at)!) / 1000;
  });
}

function lastTime({ history }: Replay, times: readonly number[]): number {
  let last = Math.max(history.crashAt, times.at(-1) ?? 0);
  for (let op = 0; op < history.opCount; op++) last = Math.max(last, history.submit[op], history.complete[op]);
  return last;
}

/** Operations by thread; a thread's overlapping ones lie on further lanes, the first that is free. */
function operationSpans(replay: Replay): Span[] {
  const { history } = replay;
  const ops = Array.from({ length: history.opCount }, (_, op) => op).filter((op) => history.submit[op] !== 0);
  ops.sort((a, b) => history.submit[a] - history.submit[b]);
  const freeAt = new Map<number, number>();
  return ops.map((op) => {
    const start = history.submit[op];
    const end = history.complete[op] === 0 ? null : history.complete[op];
    let lane = history.thread[op] * LANES_PER_THREAD;
    while ((freeAt.get(lane) ?? 0) > start) lane++;
    freeAt.set(lane, end ?? Infinity);
    const args = { op, kind: KIND_NAMES[history.kind[op]], status: STATUS_NAMES[history.status[op]] };
    return { lane, name: `${operationName(replay, op)} (op ${op})`, start, end, args };
  });
}

/** Requests from one point to another, a lane per id; an id is unique while its request is open. */
function requestSpans(
  trace: readonly TraceEvent[],
  times: readonly number[],
  from: TracePoint,
  to: TracePoint,
): Span[] {
  const open = new Map<number, number>();
  const spans: Span[] = [];
  trace.forEach((event, i) => {
    if (event.point === from) open.set(event.id, i);
    if (event.point !== to) return;
    const begun = open.get(event.id);
    if (begun === undefined) return;
    open.delete(event.id);
    spans.push(requestSpan(trace[begun], times[begun], times[i]));
  });
  for (const i of open.values()) spans.push(requestSpan(trace[i], times[i], null));
  return spans;
}

function requestSpan(event: TraceEvent, start: number, end: number | null): Span {
  const { kind, op, sector, count, step, fua, ordered } = event;
  const what = count > 0 ? `${kind} ${sectorRange(sector, count)}` : kind === 'barrier' ? 'empty barrier' : kind;
  return { lane: event.id, name: fua ? `${what} FUA` : what, start, end, args: { op, step, fua, ordered } };
}

function completeEvent({ lane, name, start, end, args }: Span, pid: number, endAt: number): ChromeEvent {
  const dur = Math.round(1000 * ((end ?? endAt) - start)) / 1000;
  const shown = end === null ? { ...args, completed: false } : args;
  return { name, ph: 'X', cat: 'blkfuzz', pid, tid: lane, ts: start, dur, args: shown };
}

function powerLoss(at: number): ChromeEvent {
  return { name: 'power loss', ph: 'i', cat: 'blkfuzz', pid: 0, tid: 0, ts: at, s: 'g' };
}

function layerNames(spans: readonly Span[], pid: number, name: string): ChromeEvent[] {
  const lanes = [...new Set(spans.map(({ lane }) => lane))].sort((a, b) => a - b);
  return [
    { name: 'process_name', ph: 'M', pid, tid: 0, args: { name } },
    { name: 'process_sort_index', ph: 'M', pid, tid: 0, args: { sort_index: pid } },
    ...lanes.flatMap((lane): ChromeEvent[] => [
      { name: 'thread_name', ph: 'M', pid, tid: lane, args: { name: laneName(pid, lane) } },
      { name: 'thread_sort_index', ph: 'M', pid, tid: lane, args: { sort_index: lane } },
    ]),
  ];
}

function laneName(pid: number, lane: number): string {
  if (pid > 0) return `${pid === 3 ? 'tag' : 'id'} ${lane}`;
  const further = lane % LANES_PER_THREAD;
  return `t${Math.floor(lane / LANES_PER_THREAD)}${further === 0 ? '' : ` (${further + 1})`}`;
}
