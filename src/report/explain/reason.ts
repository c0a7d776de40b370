/** Why the promise was broken: for lost writes the missing edge, for the other guarantees what the trace shows. */
import { nonsense } from '../../stack/nonsense.ts';
import { coversSector, versionName } from '../name.ts';
import { type Place, dataName, placeOf, placeText } from './data.ts';
import { type Edge, type Reason, missingEdge } from './edge.ts';
import { nameOf } from './promise.ts';
import type { Command, Scene } from './scene.ts';
import { stuckReason } from './stuck.ts';
import type { Witness } from './witness.ts';

/** What a VHD shows when its steps reach the medium in another order. */
const STALE_BLOCK =
  'A VHD writes the bits of a block and its table, data and its bits one after the other, and flushes nothing in between: what points to a sector was on the medium, and what was to be there before it was not.';

export function reasonOf(scene: Scene, witness: Witness): Reason {
  const { violation, lost, survivor } = witness;
  switch (violation.guarantee) {
    case 'barrier-order':
    case 'empty-barrier-order':
      return overwritten(scene, witness) ?? (survivor === null ? plain([]) : orderReason(scene, witness));
    case 'barrier-durability':
    case 'empty-barrier-durability':
    case 'flush-durability':
    case 'fsync-durability':
    case 'fua-durability':
      return overwritten(scene, witness) ?? (lost === null ? plain([]) : durabilityReason(scene, witness));
    case 'integrity':
      return plain([
        ...(scene.case.stack.backend === 'tapdisk-vhd' ? [STALE_BLOCK] : []),
        'A torn unit was cut in the middle of its write, a stale one shows what a freed cluster held before, a misplaced one belongs to another sector.',
      ]);
    case 'read-consistency':
      return plain([
        'The read was answered from a layer that had not seen the newer write, or overtook it on the way.',
      ]);
    case 'liveness':
      return stuckReason(scene, witness.by!);
    case 'error-honesty':
      return plain(['The error of the layer that refused the data was dropped on its way up.']);
    case 'guest-promise':
      return lost === null ? plain([]) : promiseReason(scene, witness);
    case 'protocol':
      return plain([]);
  }
}

function plain(lines: readonly string[]): Reason {
  return { lines, stop: null };
}

function durabilityReason(scene: Scene, witness: Witness): Reason {
  const { history } = scene;
  const deadline = history.complete[witness.by!];
  const lost = witness.lost!;
  const place = placeText(scene, lost, placeOf(scene, lost, deadline));
  const where = `When op ${witness.by!} completed at [${deadline}], ${dataName(lost)} was ${place}.`;
  return withEdge(scene, where, missingEdge(scene, witness, deadline));
}

/** Where the missing write was when the power went. */
function promiseReason(scene: Scene, witness: Witness): Reason {
  const lost = witness.lost!;
  const place = placeText(scene, lost, placeOf(scene, lost, Infinity));
  return plain([`At the end ${dataName(lost)} was ${place}. What recovery goes by stood without it.`]);
}

/** The survivor could reach the medium first: from when on, and where the lost write was then. */
function orderReason(scene: Scene, witness: Witness): Reason {
  const lost = witness.lost!;
  const survivor = witness.survivor!;
  const from = survivor.command?.startedAt ?? Infinity;
  const place = placeOf(scene, lost, from);
  const when =
    from === Infinity
      ? `Op ${survivor.op} never began at the disk`
      : `The disk began with op ${survivor.op} at [${from}]`;
  const where = `${when}, when ${dataName(lost)} was ${placeText(scene, lost, place)}.`;
  return withEdge(
    scene,
    `${where} ${freedom(scene, place, lost.command, survivor.command)}`,
    missingEdge(scene, witness, from),
  );
}

/** Why the two could reach the medium in the wrong order. */
function freedom({ disk, commands }: Scene, place: Place, lost: Command | null, survivor: Command | null): string {
  if (place !== 'cache') return 'Nothing made the later write wait for the earlier one.';
  if (disk.destage === 'any')
    return 'A write-back cache reaches the medium in any order: only a flush between the two would have kept that order.';
  const since = lost?.accepted.at ?? 0;
  const until = survivor?.accepted.at ?? Infinity;
  const isParted = commands.some(({ ordered, accepted }) => ordered && accepted.at >= since && accepted.at <= until);
  if (disk.destage === 'epoch' && !isParted)
    return 'Within an epoch the cache reaches the medium in any order, and no ORDERED command that the disk honours ended one between the two.';
  return `The cache reaches the medium in its own order (destage: ${disk.destage}).`;
}

function withEdge(scene: Scene, where: string, edge: Edge): Reason {
  const { text, stop, remedy, environment } = edge;
  // Every remedy of an edge is this mode.
  const isPossible = nonsense({ ...scene.case.stack, mode: 'drain-flush' }) === null;
  const isHelpful = remedy !== undefined && scene.disk.flush === 'honest' && isPossible;
  return {
    lines: [where, text, ...(environment === true ? [] : [otherFlushes(scene)])],
    stop,
    ...(isHelpful ? { remedy } : {}),
    ...(environment === undefined ? {} : { environment }),
  };
}

const FLUSHES_SHOWN_MAX = 4;

/** What flushes there were in the whole run. */
function otherFlushes({ commands, replay }: Scene): string {
  const flushes = commands.filter(({ kind }) => kind === 'flush');
  const end = replay.crashed ? 'before the crash' : 'in the whole run';
  if (flushes.length === 0) return `No flush command reached the disk ${end}.`;
  const shown = flushes.slice(-FLUSHES_SHOWN_MAX).map(({ op, accepted, completed }) => {
    const until = completed === null ? 'not completed' : `completed [${completed.at}]`;
    return `of op ${op} (accepted [${accepted.at}], ${until})`;
  });
  const which = flushes.length > shown.length ? `the last ${shown.length} of ${flushes.length}` : `all there were`;
  return `Flush commands at the disk ${end}, ${which}: ${shown.join(', ')}. None of them covers the lost write.`;
}

/** An older write, or a discard, came after the lost one and replaced it. */
function overwritten(scene: Scene, { lost }: Witness): Reason | null {
  if (lost === null || lost.command === null || lost.command.completed === null) return null;
  const { history, commands } = scene;
  const landed = lost.command.completed;
  const version = history.image[lost.sector];
  const later = commands.find(({ kind, op, sector, versions, completed }) => {
    if (completed === null || completed.at < landed.at) return false;
    if (kind === 'discard') return version === -1 && coversSector(history, op, lost.sector);
    return version >= 0 && versions[lost.sector - sector] === version;
  });
  if (later === undefined) return null;
  const what = later.kind === 'discard' ? nameOf(scene, later.op) : `${versionName(version)}`;
  return plain([
    `Sector ${lost.sector} had op ${lost.op} at [${landed.at}]; ${what}, which the guest was entitled to see replaced, completed at the disk at [${later.completed!.at}] and went over it: nothing kept the two in order.`,
  ]);
}
