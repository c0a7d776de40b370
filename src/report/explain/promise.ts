/** What the contract says, and what it comes to in this run. */
import type { Scope } from '../../stack/config.ts';
import { KIND, STATUS_NAMES } from '../../base/history.ts';
import type { Guarantee } from '../../contract/guarantees.ts';
import { operationName, versionName } from '../name.ts';
import type { Scene } from './scene.ts';
import type { Witness } from './witness.ts';

/** The rule of each guarantee in a sentence (contract.md). */
export const RULES: Readonly<Record<Guarantee, string>> = {
  'barrier-order':
    'The payload of a barrier never stands without every direct write submitted before the barrier, and no write submitted after it stands without both.',
  'barrier-durability':
    'Once a barrier has completed with ok, its payload and every direct write submitted before it survive.',
  'empty-barrier-order':
    'No write submitted after an empty barrier stands without every direct write submitted before it.',
  'empty-barrier-durability':
    'Once an empty barrier has completed with ok, every direct write submitted before it survives.',
  'flush-durability':
    'Once a flush has completed with ok, every direct write that had completed with ok before the flush was submitted survives.',
  'fsync-durability':
    'Once fsync or fdatasync of a file has returned ok, every buffered write to the file that returned before it was submitted survives.',
  'fua-durability': 'Once a fua write has completed with ok, it survives.',
  integrity: 'Every sector holds its initial content or a version that some operation wrote to that very sector.',
  'read-consistency': 'A read returns no version that a write completed before the read has replaced.',
  liveness: 'Without an injected fault every operation completes, and none twice.',
  'error-honesty': 'An operation whose data could not be stored does not report ok.',
  protocol: 'The stack keeps its own invariants: ring indices, ids, statuses, one barrier at the driver.',
  'guest-promise':
    'After recovery the guest finds the state that some first transactions leave, every one whose commit was acknowledged among them, and no half of another.',
};

/** The first sentence: what is violated, by losing what. */
export function headline(scene: Scene, witness: Witness): string {
  return `${witness.violation.guarantee} is violated: ${loss(scene, witness)}`;
}

function loss(scene: Scene, witness: Witness): string {
  const { guarantee } = witness.violation;
  switch (guarantee) {
    case 'barrier-order':
    case 'empty-barrier-order':
      return orderLoss(scene, witness);
    case 'barrier-durability':
    case 'empty-barrier-durability':
    case 'flush-durability':
    case 'fsync-durability':
    case 'fua-durability':
      return durabilityLoss(scene, witness);
    case 'integrity':
      return `${scene.replay.crashed ? `after ${crashName(scene)}` : 'at the end'} sector ${witness.violation.sector!} holds ${held(scene, witness)}, which no operation wrote there.`;
    case 'read-consistency':
      return readLoss(scene, witness);
    case 'liveness':
      return livenessLoss(scene, witness);
    case 'error-honesty':
      return `${nameOf(scene, witness.by!)} reported ok, and sector ${witness.violation.sector!} of op ${witness.violation.lost!} could not be stored.`;
    case 'guest-promise':
      return promiseLoss(scene, witness);
    case 'protocol':
      return 'the stack broke an invariant of its own.';
  }
}

/** What the guest finds missing, and of which transaction. */
function promiseLoss(scene: Scene, { by, violation }: Witness): string {
  const { roles } = scene.replay.program;
  const { tx } = roles[violation.lost ?? by ?? -1] ?? { tx: 0 };
  const told = by !== null && scene.history.complete[by] > 0 ? ', which the guest was told of,' : '';
  const what = violation.lost === undefined ? '' : `: it does not find ${nameOf(scene, violation.lost)}`;
  return `after ${crashName(scene)} recovery leaves a state that no first transactions leave; transaction ${tx}${told} is neither there nor wholly gone${what}.`;
}

/** `fsync of file 1 (op 1)`. */
export function nameOf({ replay }: Scene, op: number): string {
  return `${operationName(replay, op)} (op ${op})`;
}

function held({ history }: Scene, { violation }: Witness): string {
  return versionName(history.image[violation.sector!]);
}

const CRASH_NAMES: Readonly<Record<Scope, string>> = {
  power: 'power loss',
  host: 'the crash of the host',
  backend: 'the death of the backend',
  guest: 'the crash of the guest',
  migrate: 'the migration',
};

/** What took the volatile state: `power loss`, `the crash of the host`; without a crash the run just ended. */
export function crashName({ replay, case: c }: Scene): string {
  if (!replay.crashed && replay.outage === null) return 'the end of the run';
  return CRASH_NAMES[c.scope];
}

function durabilityLoss(scene: Scene, { by, violation }: Witness): string {
  const { history } = scene;
  const kind = history.kind[by!];
  const verb = kind === KIND.fsync || kind === KIND.fdatasync ? 'returned' : 'completed with';
  const own = violation.lost === by;
  const what = own
    ? `sector ${violation.sector!} of its own payload`
    : `sector ${violation.sector!} of op ${violation.lost!}`;
  return `${nameOf(scene, by!)} ${verb} ok, and ${crashName(scene)} then took ${what}.`;
}

function orderLoss(scene: Scene, { by, survivor, violation }: Witness): string {
  const survived =
    survivor!.op === by
      ? `the payload of ${nameOf(scene, by)}`
      : `${nameOf(scene, survivor!.op)}, submitted after ${nameOf(scene, by!)},`;
  const lost =
    violation.lost === by ? `the barrier's own payload` : `${nameOf(scene, violation.lost!)}, submitted before it,`;
  return `${survived} survived, and ${lost} is lost at sector ${violation.sector!}.`;
}

function readLoss(scene: Scene, { by, violation }: Witness): string {
  const { history } = scene;
  const version = history.readVersions[history.readStart[by!] + violation.sector! - history.sector[by!]];
  const unseen = violation.lost === undefined ? '' : `, although op ${violation.lost} had completed before`;
  return `${nameOf(scene, by!)} returned ${versionName(version)} for sector ${violation.sector!}${unseen}.`;
}

function livenessLoss(scene: Scene, { by }: Witness): string {
  const { history } = scene;
  const twice = history.twice.subarray(0, history.twiceCount).includes(by!);
  return twice ? `${nameOf(scene, by!)} completed twice.` : `${nameOf(scene, by!)} never completes.`;
}

/** What the rule comes to here: who promised what, and when. */
export function promiseHere(scene: Scene, { by, violation, survivor }: Witness): string | null {
  if (by === null || violation.lost === undefined || violation.sector === undefined) return null;
  if (violation.guarantee === 'guest-promise') return null;
  const { history } = scene;
  const own = violation.lost === by;
  const status = STATUS_NAMES[history.status[by]];
  if (survivor !== null) {
    const before = own
      ? ''
      : ` op ${violation.lost} was submitted at [${history.submit[violation.lost]}], before ${nameOf(scene, by)} at [${history.submit[by]}];`;
    const stands =
      survivor.op === by
        ? 'that barrier stands'
        : `op ${survivor.op}, submitted at [${history.submit[survivor.op]}], stands`;
    return `Here${before} ${stands}: so sector ${violation.sector} had to hold op ${violation.lost} or something newer.`;
  }
  const kept = `completed with ${status} at [${history.complete[by]}]: from then on sector ${violation.sector} had to hold`;
  if (own) return `Here ${nameOf(scene, by)} ${kept} it or something newer.`;
  return `Here op ${violation.lost} ${sinceWhen(scene, by, violation.lost)}; that ${kept} op ${violation.lost} or something newer.`;
}

function sinceWhen(scene: Scene, by: number, lost: number): string {
  const { kind, submit, complete } = scene.history;
  const when =
    kind[by] === KIND.barrier ? `was submitted at [${submit[lost]}]` : `had completed at [${complete[lost]}]`;
  return `${when}, before ${nameOf(scene, by)} was submitted at [${submit[by]}]`;
}
