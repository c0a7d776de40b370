/** The way that one sector of one write took through the layers, and where it was at a given time. */
import { KIND } from '../../base/history.ts';
import { coversSector } from '../name.ts';
import { isRefused } from './negotiated.ts';
import { type Command, type RingRequest, type Scene, isCovering } from './scene.ts';

/** The requests that carried the sector; null where there was none. */
export interface DataPath {
  readonly op: number;
  readonly sector: number;
  /** The write that `command` carries: `op`, or a newer one that replaced it in a page cache on the way. */
  readonly carrier: number;
  readonly request: RingRequest | null;
  readonly command: Command | null;
}

export type Place = 'guest' | 'ring' | 'backend' | 'disk' | 'cache' | 'medium';

export function dataPath(scene: Scene, op: number, sector: number): DataPath {
  const { commands, history } = scene;
  const versionIn = ({ sector: first, versions }: Command): number => versions[sector - first] ?? -1;
  const requestOf = (write: number): RingRequest | null => {
    return scene.requests.find((request) => carries(scene, request, write, sector)) ?? null;
  };
  const own = commands.find((command) => versionIn(command) === op);
  if (own !== undefined) return { op, sector, carrier: op, request: requestOf(op), command: own };
  const heir = commands.find(
    (command) => versionIn(command) >= 0 && history.submit[versionIn(command)] > history.submit[op],
  );
  if (heir === undefined) return { op, sector, carrier: op, request: requestOf(op), command: null };
  const carrier = versionIn(heir);
  return { op, sector, carrier, request: requestOf(op) ?? requestOf(carrier), command: heir };
}

/** `sector 8 of op 0`, and by what it had been replaced. */
export function dataName({ op, sector, carrier }: DataPath): string {
  return carrier === op
    ? `sector ${sector} of op ${op}`
    : `sector ${sector} of op ${op}, on its way replaced by op ${carrier},`;
}

/** Whether a ring request has the operation's data for a sector. One made by merging goes by the name of its first operation. */
function carries({ history }: Scene, request: RingRequest, op: number, sector: number): boolean {
  const { kind, sector: first, count, ring } = request;
  if (kind === 'read' || kind === 'discard' || sector < first || sector >= first + count) return false;
  if (request.op === op) return true;
  const merged = request.op < 0 || !coversSector(history, request.op, sector);
  return merged && history.submit[op] <= ring.at;
}

/** Where the data was at time `at`. */
export function placeOf(scene: Scene, { request, command }: DataPath, at: number): Place {
  if (command !== null && command.completed !== null && command.completed.at <= at)
    return isSettled(scene, command, at) ? 'medium' : 'cache';
  if (command !== null && command.accepted.at <= at) return 'disk';
  if (request === null || request.ring.at > at) return 'guest';
  return request.taken === null || request.taken.at > at ? 'ring' : 'backend';
}

/** Whether a completed write was safe from power loss at time `at`. */
function isSettled({ disk, commands }: Scene, write: Command, at: number): boolean {
  if (disk.cache !== 'writeback' || (write.fua && disk.fua)) return true;
  if (disk.flush === 'ignored') return false;
  return commands.some((flush) => {
    return (
      flush.kind === 'flush' && flush.completed !== null && flush.completed.at <= at && isCovering(flush, write, disk)
    );
  });
}

/** A place in words that follow "was". */
export function placeText(scene: Scene, { op, request }: DataPath, place: Place): string {
  const { kind } = scene.history;
  switch (place) {
    case 'guest':
      return kind[op] === KIND.bufwrite ? "still in the guest's memory" : "still in the guest's queue";
    case 'ring':
      return 'on the ring, and the backend had not taken it';
    case 'backend':
      if (request !== null && isRefused(scene, request)) return 'nowhere: the backend had refused it';
      return scene.case.stack.backend === 'loop' ? "in the host's page cache" : "in the host's queue";
    case 'disk':
      return 'on its way into the disk, not completed';
    case 'cache':
      return "in the disk's volatile cache";
    case 'medium':
      return scene.disk.cache === 'nonvolatile' ? "in the disk's non-volatile cache" : 'on the medium';
  }
}
