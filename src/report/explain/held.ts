/** A case in which nothing is violated: what was promised, and why it held. */
import { KIND, STATUS } from '../../base/history.ts';
import { GUARANTEES, type Guarantee } from '../../contract/guarantees.ts';
import { amountText } from '../amount.ts';
import { type DataPath, dataPath, placeOf, placeText } from './data.ts';
import { nameOf } from './promise.ts';
import { type Command, type Scene, isCovering } from './scene.ts';

export interface HeldReason {
  readonly guarantees: readonly Guarantee[];
  readonly text: string;
}

/** Why each guarantee held that something in the run could have broken; those without an order or a promise of their own together. */
export function heldReasons(scene: Scene): HeldReason[] {
  const held = GUARANTEES.filter((guarantee) => scene.replay.verdicts[guarantee] === 'holds');
  const told = held.flatMap((guarantee): HeldReason[] => {
    const kinds = PROMISERS[guarantee];
    if (kinds === undefined) return [];
    const isOrder = guarantee.endsWith('-order');
    const by = promisers(scene, guarantee, kinds, isOrder).at(-1);
    if (by === undefined) return [];
    return [{ guarantees: [guarantee], text: isOrder ? whyOrdered(scene, by) : whyDurable(scene, by) }];
  });
  const rest = held.filter((guarantee) => !told.some(({ guarantees }) => guarantees.includes(guarantee)));
  return rest.length === 0 ? told : [...told, { guarantees: rest, text: 'nothing in the run broke them.' }];
}

const PROMISERS: Readonly<Partial<Record<Guarantee, readonly number[]>>> = {
  'barrier-order': [KIND.barrier],
  'barrier-durability': [KIND.barrier],
  'empty-barrier-order': [KIND.barrier],
  'empty-barrier-durability': [KIND.barrier],
  'flush-durability': [KIND.flush],
  'fsync-durability': [KIND.fsync, KIND.fdatasync],
  'fua-durability': [KIND.fua],
};

/** Operations that made the guarantee's promise and have something to cover, in order of submission. An order is promised without completing. */
function promisers(scene: Scene, guarantee: Guarantee, kinds: readonly number[], isOrder: boolean): number[] {
  const { history } = scene;
  const isEmpty = guarantee.startsWith('empty-');
  const ops = Array.from({ length: history.opCount }, (_, op) => op);
  return ops
    .filter((op) => kinds.includes(history.kind[op]) && history.submit[op] !== 0)
    .filter((op) => (isOrder ? isUnfailed(scene, op) : history.complete[op] !== 0 && history.status[op] === STATUS.ok))
    .filter((op) => history.kind[op] !== KIND.barrier || (history.count[op] === 0) === isEmpty)
    .filter((op) => lastCovered(scene, op, !isOrder) >= 0)
    .sort((a, b) => history.submit[a] - history.submit[b]);
}

function isUnfailed({ history }: Scene, op: number): boolean {
  return history.status[op] === STATUS.none || history.status[op] === STATUS.ok;
}

/** The last write that the promise covers, and what took it to the medium. */
function whyDurable(scene: Scene, by: number): string {
  const covered = lastCovered(scene, by, true);
  const path = dataPath(scene, covered, scene.history.sector[covered]);
  const what = covered === by ? 'its data' : `op ${covered}, the last that it covers,`;
  return `${nameOf(scene, by)} completed with ok at [${scene.history.complete[by]}]; ${what} ${safety(scene, path, Infinity)}`;
}

/** What stands of the writes behind the barrier, and what kept them behind those before it. */
function whyOrdered(scene: Scene, by: number): string {
  const { history } = scene;
  const covered = lastCovered(scene, by, false);
  const ops = Array.from({ length: history.opCount }, (_, op) => op);
  const behind = ops.filter((op) => history.submit[op] > history.submit[by] || (op === by && history.count[op] > 0));
  const standing = behind.filter((op) => history.image.subarray(0, history.sectorCount).includes(op));
  if (standing.length === 0)
    return `no write that ${nameOf(scene, by)} holds back stands${scene.replay.imagesDecided > 1 ? ' before the writes that it follows' : ' in this image'}.`;
  const first = standing.reduce((a, b) => (history.submit[a] <= history.submit[b] ? a : b));
  const { command } = dataPath(scene, first, history.image.indexOf(first));
  const path = dataPath(scene, covered, history.sector[covered]);
  const stands =
    first === by ? `${nameOf(scene, by)} stands` : `op ${first} stands, submitted after ${nameOf(scene, by)}`;
  return `${stands}; op ${covered}, submitted before it, ${safety(scene, path, command?.startedAt ?? Infinity)}`;
}

/** What kept a write from being lost, by time `before`. */
function safety(scene: Scene, path: DataPath, before: number): string {
  const { disk, replay } = scene;
  const { command, op } = path;
  if (command === null || command.completed === null)
    return `was ${placeText(scene, path, placeOf(scene, path, Infinity))}, and is not missed.`;
  const stored = `was done at the disk at [${command.completed.at}]`;
  if (disk.cache !== 'writeback')
    return `${stored}, ${disk.cache === 'none' ? 'on the medium' : 'in a cache that is not volatile'}.`;
  if (command.fua && disk.fua) return `${stored}, with FUA: on the medium.`;
  const flush = disk.flush === 'honest' ? settlingFlush(scene, command, before) : undefined;
  if (flush !== undefined)
    return `${stored}, and the flush for op ${flush.op}, accepted at [${flush.accepted.at}] and completed at [${flush.completed!.at}], took it to the medium.`;
  if (replay.imagesDecided > 1)
    return `${stored}, in the volatile cache; none of the ${amountText(replay.imagesDecided)} images loses op ${op} wrongly.`;
  if (disk.destage !== 'any')
    return `${stored}, in the volatile cache, which reaches the medium in order (destage: ${disk.destage}).`;
  return `${stored}, in the volatile cache: nothing forced it to the medium, it survives in this image by luck.`;
}

function settlingFlush({ commands, disk }: Scene, write: Command, before: number): Command | undefined {
  return commands.find((flush) => {
    const isDone = flush.kind === 'flush' && flush.completed !== null && flush.completed.at <= before;
    return isDone && isCovering(flush, write, disk);
  });
}

/** The write submitted last among those that the promise covers, a payload of its own included if asked for; or -1. */
function lastCovered({ history }: Scene, by: number, withOwn: boolean): number {
  const kind = history.kind[by];
  if (withOwn && (kind === KIND.fua || (kind === KIND.barrier && history.count[by] > 0))) return by;
  const isSync = kind === KIND.fsync || kind === KIND.fdatasync;
  let last = -1;
  for (let op = 0; op < history.opCount; op++) {
    const matches = isSync
      ? history.kind[op] === KIND.bufwrite && history.file[op] === history.file[by]
      : history.kind[op] <= KIND.barrier && history.count[op] > 0;
    const since = kind === KIND.barrier ? history.submit[op] : history.complete[op];
    if (!matches || since === 0 || since >= history.submit[by]) continue;
    if (last < 0 || history.submit[op] > history.submit[last]) last = op;
  }
  return last;
}
