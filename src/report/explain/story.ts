/** What happened, in order of time: only what matters to the witness. */
import { KIND, STATUS_NAMES } from '../../base/history.ts';
import { operationName, sectorRange, versionName } from '../name.ts';
import { type Backend, isOutlived } from '../../stack/config.ts';
import { isUserspace } from '../../stack/layout.ts';
import { type DataPath, dataName, dataPath } from './data.ts';
import { crashName } from './promise.ts';
import type { Reason } from './edge.ts';
import { isRefused } from './negotiated.ts';
import { outageBeats } from './outage.ts';
import { type Beat, type Command, type Moment, type Scene, compareMoments } from './scene.ts';
import { type Witness, flushesOf, hasPayload, sealsOf } from './witness.ts';
import { enumeration } from './wrap.ts';

/** Sentences in order of time. */
export function storyOf(scene: Scene, witness: Witness, reason: Reason): Beat[] {
  const { by, lost, survivor } = witness;
  const { history } = scene;
  const ops = [...new Set([lost?.op, by, survivor?.op].filter((op) => op !== undefined && op !== null))];
  const paths = [lost, survivor].filter((path) => path !== null);
  const others = reason.culprit === undefined || ops.includes(reason.culprit) ? [] : [reason.culprit];
  const beats = [...ops, ...others].flatMap((op) => operationBeats(scene, op));
  for (const path of paths) beats.push(...dataBeats(scene, path));
  for (const op of [...(by === null ? [] : [by]), ...others]) beats.push(...promiserBeats(scene, op, paths, reason));
  beats.push(...outageBeats(scene));
  beats.sort((a, b) => compareMoments(a.when, b.when));
  const goesOn = isOutlived(scene.case.scope);
  const end: Moment = { at: history.crashAt === 0 || goesOn ? Infinity : history.crashAt, place: 0 };
  return [...beats, { when: end, text: ending(scene, witness) }];
}

function operationBeats(scene: Scene, op: number): Beat[] {
  const { history } = scene;
  const thread = `t${history.thread[op]}`;
  const range = `sector ${sectorRange(history.sector[op], history.count[op])}`;
  const submitted: Moment = { at: history.submit[op], place: 0 };
  if (history.kind[op] === KIND.bufwrite) {
    const file = scene.replay.program.fileName[history.file[op]];
    return [{ when: submitted, text: `${thread} writes ${range} of file ${file} into the page cache: op ${op}.` }];
  }
  const beats = [{ when: submitted, text: `${thread} submits op ${op}, ${operationName(scene.replay, op)}.` }];
  if (history.complete[op] !== 0) {
    const text = `Op ${op} (${operationName(scene.replay, op)}) completes with ${STATUS_NAMES[history.status[op]]}.`;
    beats.push({ when: { at: history.complete[op], place: 0 }, text });
  }
  return beats;
}

/** How a sector of a write travelled down. */
function dataBeats(scene: Scene, path: DataPath): Beat[] {
  const { request, command, op } = path;
  const { backend } = scene.case.stack;
  const isBuffered = scene.history.kind[op] === KIND.bufwrite;
  const subject = isBuffered ? `Write-back sends ${dataName(path)}` : `Op ${op} goes`;
  if (request === null && command === null) return [];
  if (request === null) return [atDisk(scene, command!, `${subject} to the disk`)];
  if (request.taken === null)
    return [{ when: request.ring, text: `${subject} onto the ring; ${backend} has not taken it.` }];
  const isAnsweredFirst = request.response !== null && (command === null || command.accepted.at > request.response.at);
  if (command !== null && !isAnsweredFirst) return [atDisk(scene, command, `${subject} over the ring to the disk`)];
  const answer = isRefused(scene, request)
    ? ', which refuses it'
    : isAnsweredFirst
      ? answeredText(backend, command !== null)
      : ', which has sent nothing to the disk yet';
  const beats = [{ when: request.taken, text: `${subject} over the ring to ${backend}${answer}.` }];
  if (command !== null) beats.push(atDisk(scene, command, `The host writes back ${dataName(path)} to the disk`));
  return beats;
}

/** A write that was answered and not sent: only a page cache can hold it. An injected refusal leaves no other trace. */
function answeredText(backend: Backend, isSentLater: boolean): string {
  if (isSentLater || backend === 'loop' || isUserspace(backend))
    return `, which keeps it in the host's page cache and answers at once`;
  return ', which answers without having sent it';
}

function atDisk({ disk }: Scene, { accepted, completed }: Command, sent: string): Beat {
  if (completed === null) return { when: accepted, text: `${sent}, which has not completed it.` };
  const place =
    disk.cache === 'none'
      ? 'on the medium'
      : `in the disk's ${disk.cache === 'writeback' ? 'volatile ' : 'non-volatile '}cache`;
  return { when: accepted, text: `${sent}; at [${completed.at}] it is ${place}, and the disk reports it done.` };
}

/** What the promising operation sent. */
function promiserBeats(scene: Scene, by: number, told: readonly DataPath[], reason: Reason): Beat[] {
  const { history } = scene;
  const beats: Beat[] = [];
  if (hasPayload(scene, by) && !told.some(({ op }) => op === by)) {
    const payload = dataPath(scene, by, history.sector[by]);
    beats.push(...dataBeats(scene, payload));
  }
  const seals = sealsOf(scene, by).filter(({ kind, count }) => kind === 'flush' || count === 0);
  const flushes = flushesOf(scene, by);
  const when = seals[0]?.ring ?? flushes[0]?.accepted;
  if (when !== undefined) beats.push({ when, text: flushText(by, seals.length, flushes) });
  else if (reason.stop === 'queue' && history.complete[by] !== 0 && asksForFlush(scene, by))
    beats.push({
      when: { at: history.complete[by], place: -1 },
      text: `The cache flush of op ${by}, an empty barrier, ends in the guest's queue: ${scene.hostMode === null ? 'no command goes to the disk' : 'nothing goes onto the ring'}.`,
    });
  return beats;
}

function asksForFlush({ history }: Scene, by: number): boolean {
  return history.count[by] === 0 || history.kind[by] === KIND.fua;
}

function flushText(by: number, ringCount: number, flushes: readonly Command[]): string {
  const times = flushes.map(({ accepted, completed }) => {
    return completed === null
      ? `[${accepted.at}] (not completed)`
      : `[${accepted.at}] (completed at [${completed.at}])`;
  });
  const disk =
    times.length === 0
      ? 'no flush command reaches the disk'
      : `the disk takes a flush command at ${enumeration(times)}`;
  if (ringCount === 0) return `For op ${by} ${disk}.`;
  const sent = ringCount === 1 ? 'an empty barrier goes' : `${ringCount} empty barriers go`;
  return `For op ${by} ${sent} onto the ring; ${disk}.`;
}

function ending(scene: Scene, { violation, survivor }: Witness): string {
  const { history, replay } = scene;
  const lead =
    replay.crashed && replay.outage === null
      ? `${capitalised(crashName(scene))}.`
      : 'The run ends: nothing more can happen.';
  const seen = [violation.sector, survivor?.sector].filter((sector) => sector !== undefined);
  const isOpen = violation.guarantee === 'liveness' && history.complete[violation.by!] === 0;
  if (isOpen) return `${lead} Op ${violation.by!} has not completed.`;
  if (violation.guarantee === 'read-consistency' || seen.length === 0) return lead;
  const held = [...new Set(seen)].map((sector) => `sector ${sector} holds ${versionName(history.image[sector])}`);
  return `${lead} Afterwards ${enumeration(held)}.`;
}

function capitalised(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}
