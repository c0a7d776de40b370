/** The steps of a witness as arrows between layers, in order of time: what the picture draws. */
import { KIND, STATUS_NAMES } from '../../base/history.ts';
import { operationName, sectorRange } from '../name.ts';
import type { DataPath } from './data.ts';
import type { Reason } from './edge.ts';
import { type Command, type Moment, type RingRequest, type Scene, compareMoments } from './scene.ts';
import { type Witness, flushesOf } from './witness.ts';

export type Layer = 'thread' | 'queue' | 'backend' | 'disk';

export interface Arrow {
  readonly when: Moment;
  readonly from: Layer;
  readonly to: Layer;
  /** Of the end that is a thread. */
  readonly thread: number;
  readonly label: string;
  /** It never arrives. */
  readonly isBroken: boolean;
  /** Shown in any case: other steps are left out first when there are too many. */
  readonly isCore: boolean;
  /** It has a time of its own; what happens on the ring falls between two times. */
  readonly isTimed: boolean;
}

export function arrowsOf(scene: Scene, { by, lost, survivor }: Witness, reason: Reason): Arrow[] {
  const arrows: Arrow[] = [];
  const paths = [lost, survivor].filter((path) => path !== null);
  const promisers = [...new Set([by, reason.culprit].filter((op) => op !== null && op !== undefined))];
  const ops = [...new Set([...paths.map(({ op }) => op), ...promisers])];
  for (const op of ops) arrows.push(...operationArrows(scene, op));
  const requests = new Set(paths.flatMap(({ request }) => request ?? []));
  const commands = new Set(paths.flatMap(({ command }) => command ?? []));
  for (const request of requests) arrows.push(...requestArrows(request, true));
  for (const command of commands) arrows.push(...commandArrows(scene, command, true));
  for (const op of promisers) {
    for (const request of ownRequests(scene, op, paths))
      if (!requests.has(request)) arrows.push(...requestArrows(request, false));
    for (const command of ownCommands(scene, op, paths))
      if (!commands.has(command)) arrows.push(...commandArrows(scene, command, false));
  }
  if (promisers.length > 0) arrows.push(...missingArrow(scene, promisers.at(-1)!, reason));
  return arrows.sort((a, b) => compareMoments(a.when, b.when));
}

/** What the promising operation sent, but for the other pieces of a payload whose fate is shown already. */
function ownRequests({ requests }: Scene, by: number, paths: readonly DataPath[]): RingRequest[] {
  const isShown = paths.some(({ op }) => op === by);
  return requests.filter(({ op, kind }) => op === by && (kind === 'flush' || !isShown));
}

function ownCommands(scene: Scene, by: number, paths: readonly DataPath[]): Command[] {
  if (paths.some(({ op }) => op === by)) return flushesOf(scene, by);
  return scene.commands.filter(({ op }) => op === by);
}

function operationArrows({ history, replay }: Scene, op: number): Arrow[] {
  const base = { thread: history.thread[op], isBroken: false, isCore: true, isTimed: true };
  const label = `${operationName(replay, op).replace(' of ', ' ')}, op ${op}`;
  const arrows: Arrow[] = [{ ...base, when: { at: history.submit[op], place: 0 }, from: 'thread', to: 'queue', label }];
  // A buffered write returns at once: no arrow is worth that.
  if (history.kind[op] !== KIND.bufwrite && history.complete[op] !== 0) {
    const status = `${STATUS_NAMES[history.status[op]]}, op ${op}`;
    arrows.push({ ...base, when: { at: history.complete[op], place: 0 }, from: 'queue', to: 'thread', label: status });
  }
  return arrows;
}

function requestArrows(request: RingRequest, isCore: boolean): Arrow[] {
  const base = { thread: -1, isCore, isTimed: false };
  const label = requestLabel(request);
  const down: Arrow = {
    ...base,
    when: request.ring,
    from: 'queue',
    to: 'backend',
    label,
    isBroken: request.taken === null,
  };
  if (request.response === null) return [down];
  return [
    down,
    { ...base, when: request.response, from: 'backend', to: 'queue', label: answerLabel(request), isBroken: false },
  ];
}

function requestLabel({ kind, sector, count, fua }: RingRequest): string {
  if (count === 0) return 'empty barrier';
  return `${kind} ${sectorRange(sector, count)}${fua ? ' FUA' : ''}`;
}

function commandArrows({ hostMode }: Scene, command: Command, isCore: boolean): Arrow[] {
  const above: Layer = hostMode === null ? 'queue' : 'backend';
  const base = { thread: -1, isCore, isBroken: false, isTimed: true };
  const down: Arrow = { ...base, when: command.accepted, from: above, to: 'disk', label: commandLabel(command) };
  if (command.completed === null) return [down];
  return [down, { ...base, when: command.completed, from: 'disk', to: above, label: answerLabel(command) }];
}

/** `ok 8`: with several under way, the sector says whose answer it is. */
function answerLabel({ sector, count }: { readonly sector: number; readonly count: number }): string {
  return count === 0 ? 'ok' : `ok ${sectorRange(sector, count)}`;
}

function commandLabel({ kind, sector, count, fua, ordered }: Command): string {
  const what = kind === 'flush' ? 'flush' : `write ${sectorRange(sector, count)}`;
  return `${ordered ? 'ORD ' : ''}${what}${fua ? ' FUA' : ''}`;
}

/** The arrow that should be there: it leaves the last layer that the flush got to, and does not arrive. */
function missingArrow({ history, hostMode }: Scene, by: number, { stop, label }: Reason): Arrow[] {
  if (stop !== 'queue' && stop !== 'backend') return [];
  const at = history.complete[by] === 0 ? Infinity : history.complete[by];
  const from = stop;
  const to = stop === 'queue' && hostMode !== null ? 'backend' : 'disk';
  return [
    {
      when: { at, place: -1 },
      from,
      to,
      thread: -1,
      label: label ?? 'no flush',
      isBroken: true,
      isCore: true,
      isTimed: false,
    },
  ];
}
