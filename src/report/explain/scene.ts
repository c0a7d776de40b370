/** What a replay shows of one case, arranged for telling: requests on the ring and commands at the disk, each from its beginning to its end. */
import type { History } from '../../base/history.ts';
import type { Case } from '../../case/case.ts';
import type { Replay } from '../../fuzz/replay.ts';
import { type DiskConfig, hostModeOf, type Mode, resolveMode } from '../../stack/config.ts';
import type { TraceEvent, TraceKind, TracePoint } from '../../stack/trace.ts';

/** When something happened: a time of the history's counter, and among the trace events of that time the place; operations come first (0). */
export interface Moment {
  readonly at: number;
  readonly place: number;
}

/** A sentence of the story. */
export interface Beat {
  readonly when: Moment;
  readonly text: string;
}

interface Carrier {
  readonly kind: TraceKind;
  /** The operation it is there for; of a merged one the first. */
  readonly op: number;
  readonly sector: number;
  readonly count: number;
  readonly fua: boolean;
}

/** A request on the ring; null where it never got to. */
export interface RingRequest extends Carrier {
  readonly ring: Moment;
  readonly taken: Moment | null;
  readonly response: Moment | null;
}

export interface Command extends Carrier {
  readonly ordered: boolean;
  /** Of a write, one version per sector. */
  readonly versions: readonly number[];
  readonly accepted: Moment;
  /** Time at which the disk began with it (disk.md, "Life of a command"); Infinity: never. */
  readonly startedAt: number;
  readonly completed: Moment | null;
}

export interface Scene {
  readonly case: Case;
  readonly replay: Replay;
  readonly history: History;
  readonly disk: DiskConfig;
  /** The ordered mode of the guest's queue. */
  readonly mode: Mode;
  /** That of the host's queue; null with backend direct, which has neither ring nor host. */
  readonly hostMode: Mode | null;
  /** In the order in which they were put on the ring. */
  readonly requests: readonly RingRequest[];
  /** In the order in which the disk accepted them. */
  readonly commands: readonly Command[];
}

/** @param whole a replay made with `trace: true`; of several guests the one worst off is shown. */
export function sceneOf(c: Case, whole: Replay): Scene {
  const { disk } = c.stack;
  const replay = ofOneGuest(whole);
  return {
    case: c,
    replay,
    history: replay.history,
    disk,
    mode: resolveMode(c.stack),
    hostMode: hostModeOf(c.stack),
    requests: ringRequests(replay.trace),
    commands: diskCommands(replay, disk),
  };
}

/** The requests of the guest whose story it is, and every flush that the disk was given. */
function ofOneGuest(replay: Replay): Replay {
  if (replay.guests.length === 1) return replay;
  const isAtDisk = ({ point }: TraceEvent): boolean => point === 'accepted' || point === 'completed';
  const isOwn = (event: TraceEvent): boolean =>
    event.guest === replay.guest || (event.kind === 'flush' && isAtDisk(event));
  return { ...replay, trace: replay.trace.filter(isOwn) };
}

/** The events of one id or tag, from each `from` to the next. */
function lives(
  trace: readonly TraceEvent[],
  from: TracePoint,
  points: readonly TracePoint[],
): Map<TracePoint, number>[] {
  const open = new Map<number, Map<TracePoint, number>>();
  const found: Map<TracePoint, number>[] = [];
  trace.forEach(({ point, id }, index) => {
    if (point === from) {
      const life = new Map([[point, index]]);
      open.set(id, life);
      found.push(life);
    } else if (points.includes(point)) open.get(id)?.set(point, index);
  });
  return found;
}

function momentOf(trace: readonly TraceEvent[], index: number | undefined): Moment | null {
  return index === undefined ? null : { at: trace[index].at, place: index + 1 };
}

function ringRequests(trace: readonly TraceEvent[]): RingRequest[] {
  return lives(trace, 'ring', ['taken', 'response']).map((life) => {
    const { kind, op, sector, count, fua } = trace[life.get('ring')!];
    const taken = momentOf(trace, life.get('taken'));
    const response = momentOf(trace, life.get('response'));
    return { kind, op, sector, count, fua, ring: momentOf(trace, life.get('ring'))!, taken, response };
  });
}

function diskCommands({ trace, diskEvents }: Replay, disk: DiskConfig): Command[] {
  const versionsAt = new Map(diskEvents.flatMap((event) => (event.ev === 'write' ? [[event.at, event.versions]] : [])));
  const commands: Command[] = [];
  for (const life of lives(trace, 'accepted', ['completed'])) {
    const event = trace[life.get('accepted')!];
    const { kind, op, sector, count, fua, at } = event;
    const ordered = event.ordered && disk.tags === 'honoured';
    const accepted = momentOf(trace, life.get('accepted'))!;
    const completed = momentOf(trace, life.get('completed'));
    const startedAt = kind === 'flush' && disk.flush === 'ignored' ? at : startTime(at, ordered, commands);
    const versions = versionsAt.get(at) ?? [];
    commands.push({ kind, op, sector, count, fua, ordered, versions, accepted, startedAt, completed });
  }
  return commands;
}

/** An ORDERED command waits for every earlier one, and every later one for it. */
function startTime(at: number, ordered: boolean, earlier: readonly Command[]): number {
  const awaited = earlier.filter((command) => ordered || command.ordered);
  return Math.max(at, ...awaited.map(({ completed }) => completed?.at ?? Infinity));
}

/** Whether a flush command, once completed by an honest disk, takes a completed write to the medium. */
export function isCovering(flush: Command, write: Command, disk: DiskConfig): boolean {
  if (write.completed === null) return false;
  // A disk that ignores flushes waits for nothing either; by its tag it should have.
  if (disk.flush === 'ignored' && flush.ordered && write.accepted.at < flush.accepted.at) return true;
  return flush.startedAt >= write.completed.at;
}

/** Orders by time. */
export function compareMoments(a: Moment, b: Moment): number {
  return a.at - b.at || a.place - b.place;
}
