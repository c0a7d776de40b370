/** Liveness: where the request of an operation that never completes is stuck. */
import { KIND } from '../../base/history.ts';
import { nameOf } from './promise.ts';
import type { Reason } from './edge.ts';
import type { Scene } from './scene.ts';
import { enumeration } from './wrap.ts';

export function stuckReason(scene: Scene, by: number): Reason {
  const { history } = scene;
  if (history.twice.subarray(0, history.twiceCount).includes(by))
    return { lines: ['The layer below reported its end a second time.'], stop: null };
  const wedge = wedgedBarrier(scene);
  if (wedge === null) return { lines: [whereStuck(scene, by)], stop: null };
  const behind =
    wedge.op === by || wedge.op < 0
      ? []
      : [`Op ${by} waits behind ${nameOf(scene, wedge.op)}, which is stuck in the guest's queue.`];
  return {
    lines: [...behind, wedge.text],
    stop: 'queue',
    ...(wedge.op < 0 ? {} : { culprit: wedge.op }),
    label: wedge.label,
    remedy: 'kernel 2.6.35, whose flushes are not FS type: its queue lets them pass.',
  };
}

interface Wedge {
  /** The barrier whose sequence never ends; -1: one of several. */
  readonly op: number;
  readonly text: string;
  /** The step that is held back. */
  readonly label: string;
}

/** The wedge of 2.6.36 (facts.md §6 Q1): a tag mode takes its own flush for another barrier and blocks it for ever. */
function wedgedBarrier(scene: Scene): Wedge | null {
  const { mode } = scene;
  if (scene.case.stack.kernel !== '2.6.36' || (mode !== 'tag-flush' && mode !== 'tag-fua')) return null;
  if (scene.requests.some(({ response }) => response === null)) return null;
  const open = openOperations(scene).filter((op) => BARRIERS.includes(scene.history.kind[op]));
  const half = open.find((op) => mode === 'tag-flush' && sentKinds(scene, op).isHalfDone);
  if (half !== undefined) return { op: half, label: 'POSTFLUSH', text: postflushText(half) };
  const unsent = open.filter((op) => sentKinds(scene, op).flushCount === 0);
  if (unsent.length === 0 || scene.hostMode === null) return null;
  return { op: unsent.length === 1 ? unsent[0] : -1, label: 'PREFLUSH', text: preflushText(unsent) };
}

/** Kinds that come to the queue as a barrier in the end. */
const BARRIERS: readonly number[] = [KIND.barrier, KIND.flush, KIND.fsync, KIND.fdatasync, KIND.fua];

function postflushText(op: number): string {
  return `The PREFLUSH and the payload of op ${op} went out and completed, but its POSTFLUSH never leaves the guest's queue: kernel 2.6.36 makes flushes FS-type hard barriers, and while a sequence by tag is active the queue holds back every hard barrier but the payload. It takes the sequence's own POSTFLUSH for "another barrier", the sequence never ends, and everything behind it waits for ever (derived from block/blk-barrier.c of Linux 2.6.36.3).`;
}

function preflushText(ops: readonly number[]): string {
  const which =
    ops.length === 1 ? `op ${ops[0]}` : `one of ops ${enumeration(ops.map(String))}, the first of them in the queue,`;
  return `The PREFLUSH of ${which} found the ring full when the driver first looked at it. Kernel 2.6.36 makes flushes FS-type hard barriers: on the next look the queue takes it for "another barrier" than the one whose sequence it began, and holds it back for ever, with everything behind it (derived from block/blk-barrier.c of Linux 2.6.36.3).`;
}

/** Operations submitted and not completed, in order of submission. */
function openOperations({ history }: Scene): number[] {
  const ops = Array.from({ length: history.opCount }, (_, op) => op);
  return ops
    .filter((op) => history.submit[op] !== 0 && history.complete[op] === 0)
    .sort((a, b) => history.submit[a] - history.submit[b]);
}

/** What the guest's queue sent of a barrier: to the ring, or with backend direct to the disk. Half done: PREFLUSH and payload, and no POSTFLUSH. */
function sentKinds(scene: Scene, op: number): { flushCount: number; isHalfDone: boolean } {
  const isDirect = scene.hostMode === null;
  const sent = (isDirect ? scene.commands : scene.requests).filter((carrier) => carrier.op === op);
  const flushCount = sent.filter(({ kind }) => kind === 'flush').length;
  const payload = sent.find(({ kind }) => kind === 'barrier');
  const isStored = payload !== undefined && ('completed' in payload ? payload.completed : payload.response) !== null;
  return { flushCount, isHalfDone: isStored && flushCount === 1 };
}

function whereStuck(scene: Scene, by: number): string {
  const request = scene.requests.findLast(({ op }) => op === by);
  const command = scene.commands.findLast(({ op }) => op === by);
  if (command !== undefined && command.completed === null)
    return `Its command was accepted by the disk at [${command.accepted.at}] and never completes.`;
  if (request === undefined && scene.hostMode !== null)
    return "It never left the guest's queue: nothing of it was put on the ring.";
  if (request === undefined) return "It is stuck in the guest's queue.";
  if (request.taken === null)
    return `Its request was put on the ring at [${request.ring.at}], and the backend never took it.`;
  if (request.response === null) return `The backend took its request at [${request.taken.at}] and never answered it.`;
  return "All that it had sent was answered; the rest is stuck in the guest's queue.";
}
