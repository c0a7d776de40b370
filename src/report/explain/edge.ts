/**
 * The missing edge: which flush, barrier or FUA bit never reached which layer, or which order nothing enforced. Computed
 * from the trace: how far the flush got that should have taken the lost write to the medium.
 */
import { KIND } from '../../base/history.ts';
import { isMapped } from '../../stack/layout.ts';
import { flushCarrier } from '../../stack/config.ts';
import { operationName } from '../name.ts';
import { placeOf, placeText } from './data.ts';
import { type Command, type Scene, isCovering } from './scene.ts';
import { cacheText, choiceText, isFlushless, refusalText } from './negotiated.ts';
import { type Witness, flushesOf, sealsOf } from './witness.ts';

/** Where the way of a flush ended. */
export type Stop = 'queue' | 'backend' | 'disk';

export interface Edge {
  readonly text: string;
  readonly stop: Stop;
  /** What would have held; only where that is certain. */
  readonly remedy?: string;
  /** The stack did its part, and the disk lied. */
  readonly environment?: true;
}

/** Why a promise was broken, in paragraphs. */
export interface Reason {
  readonly lines: readonly string[];
  /** Where the way of a flush ended; null where that is not the point. */
  readonly stop: Stop | null;
  readonly remedy?: string;
  readonly environment?: true;
  /** An operation that holds up the one in question. */
  readonly culprit?: number;
  /** What the picture calls the missing arrow. */
  readonly label?: string;
}

/** Why nothing that operation `by` caused took the lost write to the medium by time `deadline`. */
export function missingEdge(scene: Scene, witness: Witness, deadline: number): Edge {
  const { lost } = witness;
  const by = witness.by!;
  const write = lost!.command;
  const flushes = flushesOf(scene, by).filter(({ accepted }) => accepted.at <= deadline);
  const covering = write === null ? [] : flushes.filter((flush) => isCovering(flush, write, scene.disk));
  const done = covering.find(({ completed }) => completed !== null && completed.at <= deadline);
  const metadata = metadataEdge(scene, by);
  if (done !== undefined) return metadata ?? coveredEdge(scene, done);
  if (write !== null && write.op === by && write.fua && !scene.disk.fua) return fuaEdge(scene, write);
  if (covering.length > 0) return openEdge(scene, witness, covering[0]);
  if (flushes.length > 0) return earlyEdge(scene, witness, flushes.at(-1)!);
  return metadata ?? unsentEdge(scene, witness, deadline);
}

/** Where the backend keeps metadata, it is mostly these that were lost: the data alone is not found again. */
function metadataEdge({ case: c, disk }: Scene, by: number): Edge | null {
  const { backend, backendOptions } = c.stack;
  if (!isMapped(c.stack)) return null;
  const rule =
    backend === 'tapdisk-vhd'
      ? 'After power loss a sector is found through the table of the VHD and the bits of its block, and is zeros where either lacks it'
      : 'After power loss a block of the image that the journal of the file system has no record of reads as zeros';
  const lost = disk.cache === 'writeback' ? 'the data or these metadata' : 'these metadata';
  const why =
    backendOptions?.fdatasync === true ? 'was not durable by then' : `was not durable: ${backend} calls no fdatasync`;
  return {
    text: `${rule}, whatever the disk holds. Op ${by} completed while some of it (${lost}) ${why}.`,
    stop: 'backend',
  };
}

function coveredEdge({ disk }: Scene, flush: Command): Edge {
  const times = `accepted at [${flush.accepted.at}], completed at [${flush.completed!.at}]`;
  if (disk.flush === 'ignored')
    return {
      text: `The flush did reach the disk (${times}), and it came after the write; but this disk ignores flushes: it says ok and does nothing. An environment fault (flush: ignored), no defect of the stack.`,
      stop: 'disk',
      environment: true,
    };
  return {
    text: `A flush that covers it did complete (${times}), and still it is not on the medium: the disk itself is at fault.`,
    stop: 'disk',
  };
}

function fuaEdge({ mode }: Scene, write: Command): Edge {
  return {
    text: `The payload went out with the FUA bit (accepted at [${write.accepted.at}]), but the disk has no FUA: it took the command for a plain write and answered from its volatile cache. Mode ${mode} counts on FUA and sends no flush after the payload.`,
    stop: 'disk',
    remedy: 'drain-flush fits a disk without FUA: it sends a flush after the payload.',
  };
}

function openEdge(scene: Scene, witness: Witness, flush: Command): Edge {
  const until =
    flush.completed === null ? 'had not completed when the run ended' : `completed only at [${flush.completed.at}]`;
  return {
    text: `The flush that covers it (accepted at [${flush.accepted.at}]) ${until}; ${impatience(scene, witness)}`,
    stop: 'disk',
  };
}

/** Who did not wait for a flush under way. */
function impatience(scene: Scene, { survivor, by }: Witness): string {
  if (survivor === null) return `${operationName(scene.replay, by!)} (op ${by!}) completed without waiting for it.`;
  return `nothing made op ${survivor.op} wait for it.`;
}

function earlyEdge(scene: Scene, { lost, by }: Witness, flush: Command): Edge {
  const tags = scene.case.stack.disk.tags === 'ignored' && scene.mode.startsWith('tag');
  const place = placeText(scene, lost!, placeOf(scene, lost!, flush.startedAt));
  const order = tags ? ' It was sent as an ORDERED command, but this disk ignores tags and did not let it wait.' : '';
  const when = flush.startedAt === Infinity ? 'has not begun' : `began at [${flush.startedAt}]`;
  return {
    text: `The flush of op ${by!} ${when}, while op ${lost!.op} was ${place}: it does not cover the write.${order}${habit(scene, lost!.op === by)}`,
    stop: 'disk',
  };
}

/** What the backend is known to do that leaves a write uncovered. */
function habit({ case: c }: Scene, isOwn: boolean): string {
  const { backend } = c.stack;
  if (backend === 'blkback-drain' && isOwn)
    return ` ${backend} flushes before the payload of a WRITE_BARRIER and writes it like any other: without FUA, and no flush follows.`;
  if (backend === 'qemu-xendisk') return ` ${backend} flushes without waiting for I/O in flight.`;
  return '';
}

/** No flush command of the operation's reached the disk. */
function unsentEdge(scene: Scene, witness: Witness, deadline: number): Edge {
  const { case: c, hostMode } = scene;
  const seals = sealsOf(scene, witness.by!).filter(({ ring }) => ring.at <= deadline);
  if (seals.length === 0) return heldEdge(scene, witness.by!, deadline);
  const { backend } = c.stack;
  const refusal = refusalText(scene);
  if (refusal !== null) return { text: refusal, stop: 'backend' };
  if (seals.every(({ taken }) => taken === null || taken.at > deadline))
    return { text: `The barrier is on the ring; ${backend} had not taken it by then.`, stop: 'backend' };
  if (hostMode === 'drain')
    return {
      text: `The barrier reached ${backend}, but the host's queue runs in mode drain (the disk has no volatile cache) and sends no flush.`,
      stop: 'backend',
    };
  return {
    text: `The barrier reached ${backend}, and no flush command for it had reached the disk by then.`,
    stop: 'backend',
  };
}

/** Nothing of it was put on the ring; without a ring, no flush command was sent. */
function heldEdge(scene: Scene, by: number, deadline: number): Edge {
  const { history, mode, commands } = scene;
  if (mode === 'flush-fua' && isFlushless(scene)) return flushlessEdge(scene, by);
  const payload = commands.find(({ op, kind, accepted }) => op === by && kind === 'barrier' && accepted.at <= deadline);
  if (payload !== undefined) return bareBarrierEdge(scene, payload);
  const isFlush = history.count[by] === 0 || history.kind[by] === KIND.fua;
  if (isFlush && mode === 'none') return refusedEdge(scene, by);
  if (isFlush && (mode === 'drain' || mode === 'tag')) return emptyBarrierEdge(scene, by, mode);
  return { text: `Op ${by} was still waiting in the guest's queue; nothing of it had been sent.`, stop: 'queue' };
}

function bareBarrierEdge({ mode }: Scene, payload: Command): Edge {
  const how = payload.ordered || mode.startsWith('tag') ? 'one ORDERED command' : 'a plain write after a drain';
  return {
    text: `Mode ${mode} sends the barrier as ${how} (accepted at [${payload.accepted.at}]) and no flush, before or after: that orders commands, not what a volatile cache writes to the medium.`,
    stop: 'queue',
    remedy: 'drain-flush sends a flush before the payload and one after it.',
  };
}

function emptyBarrierEdge(scene: Scene, by: number, mode: 'drain' | 'tag'): Edge {
  const drain = mode === 'tag' ? 'makes a drain of it' : 'only drains';
  return {
    text: `The flush of op ${by} never left the guest's queue. ${choiceText(scene)}Mode ${mode} takes it that there is no volatile cache below, so it has no command for an empty barrier: the queue ${drain}, waits until nothing is in flight, and ends it with ok (block/blk-barrier.c of Linux 2.6.36).${cacheText(scene)}`,
    stop: 'queue',
    remedy: 'drain-flush sends this flush.',
  };
}

function refusedEdge(scene: Scene, by: number): Edge {
  return {
    text: `The flush of op ${by} never left the guest's queue. ${choiceText(scene)}In mode none the queue ends every barrier with eopnotsupp (block/blk-core.c of Linux 2.6.36), and fsync and O_DSYNC take that for success (fs/block_dev.c).`,
    stop: 'queue',
    remedy: 'drain-flush sends this flush.',
  };
}

/** The frontend of 3.6 sends no flushes: from the start, or since one was refused. */
function flushlessEdge({ case: c }: Scene, by: number): Edge {
  const why =
    flushCarrier(c.stack) === null
      ? 'found neither feature-flush-cache nor feature-barrier'
      : `has switched flushing off since ${c.stack.backend} refused one`;
  return {
    text: `No flush of op ${by} left the guest's queue. The frontend of 3.6 ${why}: its queue ends every flush with ok, and sends writes with FLUSH or FUA as plain ones.`,
    stop: 'queue',
  };
}
