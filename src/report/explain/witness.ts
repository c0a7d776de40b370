/** The witness of a violation with what the trace knows about it. */
import type { Violation } from '../../contract/verdict.ts';
import { KIND } from '../../base/history.ts';
import { type DataPath, dataPath } from './data.ts';
import type { Command, RingRequest, Scene } from './scene.ts';

export interface Witness {
  readonly violation: Violation;
  /** The operation that promised. */
  readonly by: number | null;
  /** The write that was lost, at the sector of the violation. */
  readonly lost: DataPath | null;
  /** Order rules: the write that survived, at a sector where it stands. */
  readonly survivor: DataPath | null;
}

export function witnessOf(scene: Scene, violation: Violation): Witness {
  const { by, lost, survivor, sector } = violation;
  return {
    violation,
    by: by ?? null,
    lost: lost === undefined || sector === undefined ? null : dataPath(scene, lost, sector),
    survivor: survivor === undefined ? null : dataPath(scene, survivor, standingSector(scene, survivor)),
  };
}

function standingSector({ history }: Scene, op: number): number {
  for (let x = history.sector[op]; x < history.sector[op] + history.count[op]; x++)
    if (history.image[x] === op) return x;
  return history.sector[op];
}

/** Flush commands that the disk accepted on behalf of an operation. */
export function flushesOf({ commands }: Scene, op: number): Command[] {
  return commands.filter((command) => command.kind === 'flush' && command.op === op);
}

/** Requests on the ring that ask for a flush, an ordering or FUA on behalf of an operation. */
export function sealsOf({ requests }: Scene, op: number): RingRequest[] {
  return requests.filter(
    (request) => request.op === op && (request.kind === 'flush' || request.kind === 'barrier' || request.fua),
  );
}

/** Whether the operation is a barrier with a payload, or a write that promises for itself. */
export function hasPayload({ history }: Scene, op: number): boolean {
  const kind = history.kind[op];
  return history.count[op] > 0 && (kind === KIND.barrier || kind === KIND.fua);
}
