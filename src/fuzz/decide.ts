/**
 * What a case's crash point comes to: the one image it names, or every image. Few images are built and judged; of many
 * the exact check decides (src/power/exact), and each violation it finds is shown by an image that the oracle judges.
 */
import { assert } from '../base/assert.ts';
import { BlkfuzzError } from '../base/errors.ts';
import type { Case } from '../case/case.ts';
import {
  GUARANTEE,
  GUARANTEES,
  type Guarantee,
  mergeWorse,
  toldVerdicts,
  VERDICT,
  type VerdictName,
} from '../contract/guarantees.ts';
import { ImageJudge } from '../contract/incremental/judge.ts';
import { Oracle } from '../contract/oracle.ts';
import { type Violation, violationsOf } from '../contract/verdict.ts';
import { type Program, programsOf } from '../guest/program.ts';
import { imageCount } from '../power/count.ts';
import { decodedVisit } from '../power/decoded.ts';
import { enumerateImages, layOverFloor } from '../power/enumerate.ts';
import { createExactCheck } from '../power/exact/create.ts';
import { cheapestImage } from '../power/exact/witness/witness.ts';
import { impossibleSector } from '../power/possible.ts';
import type { Scope } from '../stack/config.ts';
import type { Evidence } from '../stack/evidence.ts';
import type { Stack } from '../stack/stack.ts';
import { isExcused } from './live.ts';
import { GuestPromise } from './promise.ts';
import { named, withLive, worseVerdicts } from './verdicts.ts';
import { judgeImage, witnessNow } from './witness.ts';

/** Images that are built one by one; of more, the exact check decides. */
const IMAGES_BUILT_MAX = 16_384;

/** The verdicts of a crash point or of an end, and how many images they speak of. */
export interface Judged {
  readonly verdicts: Readonly<Record<Guarantee, VerdictName>>;
  /** One per violated guarantee, in the contract's order. */
  readonly violations: readonly Violation[];
  readonly imagesDecided: bigint;
}

interface Witness {
  readonly violation: Violation;
  readonly image: Int32Array;
}

/** What all guests together come to, and each. */
export interface GroupJudged extends Judged {
  /** One for each guest. */
  readonly guests: readonly Judged[];
  /** The guest worst off: of whom a story is told. */
  readonly worst: number;
}

/** A run without power loss: its image is the disk's cache. */
export function judgeEnd(c: Case, stack: Stack, program: Program): GroupJudged {
  stack.readDevice();
  const programs = programsOf(program);
  return together(
    stack,
    stack.evidence().map((evidence, guest) => judgeOne(evidence, promiseOf(c, evidence, programs[guest]))),
  );
}

/**
 * Power loss now, with the image the case names, or with every image; leaves in each guest's history the one that shows
 * most. With an image only the guest whose it is is judged.
 * @throws BlkfuzzError bad-input: an image that power loss can't leave.
 */
export function judgeCrash(c: Case, stack: Stack, program: Program): GroupJudged {
  const at = stack.clock.tick();
  const programs = programsOf(program);
  const judged = stack.evidence().map((evidence, guest) => {
    evidence.history.crashAt = at;
    const promise = promiseOf(c, evidence, programs[guest]);
    if (c.crash!.image === undefined)
      return judgeBuilt(c, evidence, promise) ?? judgeDecided(c, evidence, programs[guest], promise);
    return guest === (c.crash!.guest ?? 0) ? judgeNamed(c, evidence, promise) : unjudged(evidence);
  });
  return together(stack, judged);
}

/** The image the case names. */
function judgeNamed(c: Case, evidence: Evidence, promise: GuestPromise): Judged {
  layImage(evidence, c.scope, 'crash', c.crash!.step, c.crash!.image!);
  return judgeOne(evidence, promise);
}

/**
 * Leaves the image that a case names in the history.
 * @throws BlkfuzzError bad-input: power loss can't leave it.
 */
export function layImage(
  evidence: Evidence,
  scope: Scope,
  name: string,
  step: number,
  image: NonNullable<NonNullable<Case['crash']>['image']>,
): void {
  const { disk, diskImage } = evidence;
  layOverFloor(disk, image, diskImage);
  const sector = impossibleSector(disk, scope, diskImage);
  if (sector >= 0)
    throw new BlkfuzzError(
      'bad-input',
      `${name}.image: power loss after step ${step} can't leave version ${diskImage[sector]} at sector ${sector}`,
    );
  evidence.decode();
}

function promiseOf(c: Case, evidence: Evidence, program: Program): GuestPromise {
  const promise = new GuestPromise(evidence, c.scope);
  promise.begin(program);
  return promise;
}

/** A guest that the case's image says nothing of. */
function unjudged(evidence: Evidence): Judged {
  layOverFloor(evidence.disk, [], evidence.diskImage);
  evidence.decode();
  return { verdicts: named(new Uint8Array(GUARANTEES.length)), violations: [], imagesDecided: 0n };
}

function together(stack: Stack, guests: readonly Judged[]): GroupJudged {
  const verdicts = guests.map((one) => one.verdicts).reduce(worseVerdicts);
  const violations = guests.flatMap((one, guest) =>
    one.violations.map((violation) => (guests.length === 1 ? violation : { ...violation, guest })),
  );
  // In the contract's order, and of one guarantee the first guest's.
  const ordered = GUARANTEES.flatMap((name) => violations.filter(({ guarantee }) => guarantee === name));
  const first = ordered[0];
  return {
    verdicts: toldVerdicts(withLive(verdicts, stack)),
    violations: ordered.filter(({ guarantee }) => guarantee !== 'liveness' || !isExcused(stack)),
    imagesDecided: guests.reduce((sum, { imagesDecided }) => sum + imagesDecided, 0n),
    guests,
    worst: first === undefined || !('guest' in first) ? 0 : first.guest,
  };
}

/** Judges the image the history holds. */
function judgeOne(stack: Evidence, promise: GuestPromise): Judged {
  const verdict = judgeImage(stack.history, new Oracle(), promise);
  return { verdicts: named(verdict.code), violations: violationsOf(verdict), imagesDecided: 1n };
}

/**
 * Builds and judges every image; null when there are too many for that. The oracle judges the first, and each that shows
 * a violation that none before it has shown.
 */
function judgeBuilt(c: Case, stack: Evidence, promise: GuestPromise): Judged | null {
  const { disk, history } = stack;
  const oracle = new Oracle();
  const judge = new ImageJudge();
  const worst = new Uint8Array(GUARANTEES.length);
  const witnesses = new Map<Guarantee, Witness>();
  let seen = 0;
  const visit = decodedVisit(stack, (changed) => {
    if (changed === null) judge.begin(history);
    else judge.change(changed.items, changed.count);
    const fresh = judge.violated & ~seen;
    if (changed !== null && fresh === 0) return true;
    seen |= fresh;
    const verdict = oracle.judge(history);
    mergeWorse(worst, verdict.code);
    for (const violation of violationsOf(verdict))
      if (!witnesses.has(violation.guarantee))
        witnesses.set(violation.guarantee, { violation, image: stack.diskImage.slice() });
    const shown = GUARANTEES.every((guarantee, row) => ((seen >> row) & 1) === 0 || witnesses.has(guarantee));
    assert(shown, 'the oracle sees every violation that judging image by image finds');
    return true;
  });
  const count = enumerateImages(disk, c.scope, IMAGES_BUILT_MAX, stack.diskImage, visit);
  if (count < 0) return null;
  decidePromise(c, stack, promise, worst, witnesses);
  return told(stack, worst, witnesses, BigInt(count));
}

function judgeDecided(c: Case, stack: Evidence, program: Program, promise: GuestPromise): Judged {
  const { disk, history } = stack;
  const check = createExactCheck(stack, c.scope);
  const oracle = new Oracle();
  check.decideNow(program);
  cheapestImage(stack, c.scope, stack.diskImage);
  stack.decode();
  const worst = oracle.judge(history).code.slice();
  const witnesses = new Map<Guarantee, Witness>();
  GUARANTEES.forEach((guarantee, row) => {
    if (check.violated[row] === 0) return;
    worst[row] = VERDICT.violated;
    const verdict = witnessNow(stack, c.scope, row, oracle, promise);
    assert(verdict !== null, `${guarantee} has a witness after action ${c.crash!.step}, as the exact check says`);
    const violation = violationsOf(verdict).find((other) => other.guarantee === guarantee)!;
    witnesses.set(guarantee, { violation, image: stack.diskImage.slice() });
  });
  decidePromise(c, stack, promise, worst, witnesses);
  return told(stack, worst, witnesses, imageCount(disk, c.scope));
}

/** The guest's own promise, over every image whatever their number. */
function decidePromise(
  c: Case,
  stack: Evidence,
  promise: GuestPromise,
  worst: Uint8Array,
  witnesses: Map<Guarantee, Witness>,
): void {
  if (!promise.applies) return;
  const { history } = stack;
  const oracle = new Oracle();
  const broken = witnessNow(stack, c.scope, GUARANTEE.guestPromise, oracle, promise);
  // Whether there is a promise at all shows in any image.
  worst[GUARANTEE.guestPromise] = (broken ?? judgeImage(history, oracle, promise)).code[GUARANTEE.guestPromise];
  if (broken === null) return;
  const violation = violationsOf(broken).find(({ guarantee }) => guarantee === 'guest-promise')!;
  witnesses.set('guest-promise', { violation, image: stack.diskImage.slice() });
}

/** Leaves the image of the first violated guarantee in stack and history: the floor when none is. */
function told(stack: Evidence, worst: Uint8Array, witnesses: ReadonlyMap<Guarantee, Witness>, count: bigint): Judged {
  const first = GUARANTEES.find((guarantee) => witnesses.has(guarantee));
  if (first === undefined) layOverFloor(stack.disk, [], stack.diskImage);
  else stack.diskImage.set(witnesses.get(first)!.image);
  stack.decode();
  return {
    verdicts: named(worst),
    violations: GUARANTEES.flatMap((guarantee) => witnesses.get(guarantee)?.violation ?? []),
    imagesDecided: count,
  };
}
