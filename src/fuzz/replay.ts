/**
 * Replays a case: a pure function of the case and this version of the code (architecture.md). Power loss with an image
 * judges that image; without one, every image is enumerated within a bound.
 */
import { BlkfuzzError } from '../base/errors.ts';
import type { History } from '../base/history.ts';
import type { Case } from '../case/case.ts';
import {
  GUARANTEE,
  GUARANTEES,
  type Guarantee,
  VERDICT,
  VERDICT_NAMES,
  type VerdictName,
  mergeWorse,
} from '../contract/guarantees.ts';
import { Oracle } from '../contract/oracle.ts';
import { type Violation, violationsOf } from '../contract/verdict.ts';
import { type Program, compileWorkload } from '../guest/program.ts';
import { enumerateImages, imageOverFloor, layOverFloor } from '../power/enumerate.ts';
import { impossibleSector } from '../power/possible.ts';
import { actionName, parseAction } from '../stack/actions.ts';
import type { DiskEvent } from '../stack/disk/log.ts';
import { Stack } from '../stack/stack.ts';
import type { TraceEvent } from '../stack/trace.ts';
import { Walk, takeListed, takeNext } from './walk.ts';

/** Images enumerated for a case without one; beyond it the answer is "bounded out". */
const REPLAY_IMAGES_MAX = 262_144;

export interface ReplayOptions {
  /** The recorded stream of a case that only refers to one. */
  readonly program?: Program;
  /** Keep what happened to each request on its way, and what reached the disk. */
  readonly trace?: boolean;
  readonly imagesMax?: number;
}

export interface Replay {
  readonly verdicts: Readonly<Record<Guarantee, VerdictName>>;
  /** One per violated guarantee, in the contract's order. */
  readonly violations: readonly Violation[];
  /** The history with the image that was judged: of several, the first that violated the most important guarantee. */
  readonly history: History;
  readonly program: Program;
  /** The image as a case names it: where it differs from the floor. */
  readonly image: readonly (readonly [sector: number, version: number])[];
  readonly imagesDecided: number;
  /** Actions taken before the end or the power loss, by name. */
  readonly schedule: readonly string[];
  readonly crashed: boolean;
  /** Empty unless traced. */
  readonly trace: readonly TraceEvent[];
  readonly diskEvents: readonly DiskEvent[];
}

/** @throws BlkfuzzError bad-input (an image that power loss can't leave), bounded-out (too many images). */
export function replayCase(c: Case, options: ReplayOptions = {}): Replay {
  const program = programOfCase(c, options.program);
  const stack = new Stack(c.stack);
  if (options.trace === true) {
    stack.tracer.events = [];
    stack.disk.log = [];
  }
  const schedule = c.schedule.map(parseAction);
  const stepMax = c.crash === undefined ? Infinity : c.crash.step;
  const walk = new Walk();
  stack.reset(program);
  takeListed(stack, walk, schedule, stepMax, false);
  while (takeNext(stack, walk, stepMax));
  const judged = c.crash === undefined ? judgeEnd(stack) : judgeCrash(c, stack, options.imagesMax ?? REPLAY_IMAGES_MAX);
  return {
    ...judged,
    history: stack.history,
    program,
    image: c.crash === undefined ? [] : imageOverFloor(stack.disk, stack.history.image),
    schedule: walk.taken.map(actionName),
    crashed: c.crash !== undefined,
    trace: stack.tracer.events ?? [],
    diskEvents: stack.disk.log ?? [],
  };
}

/** The operations of a case, laid out. @throws BlkfuzzError bad-input when a stream is missing. */
function programOfCase(c: Case, stream: Program | undefined): Program {
  if (c.guests !== undefined) return compileWorkload(c.guests[0], c.stack.disk.sectors);
  if (stream === undefined)
    throw new BlkfuzzError('bad-input', 'the case refers to a recorded stream', 'give the log with --workload');
  return stream;
}

type Judged = Pick<Replay, 'verdicts' | 'violations' | 'imagesDecided'>;

function judgeEnd(stack: Stack): Judged {
  stack.history.image.set(stack.disk.media.current);
  return judgeOne(stack);
}

/** Judges the image the history holds. */
function judgeOne(stack: Stack): Judged {
  const verdict = new Oracle().judge(stack.history);
  const code = verdict.code.slice();
  return { verdicts: namedVerdicts(code, stack), violations: violationsOf(verdict), imagesDecided: 1 };
}

function judgeCrash(c: Case, stack: Stack, imagesMax: number): Judged {
  const { disk, history } = stack;
  history.crashAt = stack.clock.tick();
  if (c.crash!.image === undefined) return judgeEvery(c, stack, imagesMax);
  layOverFloor(disk, c.crash!.image, history.image);
  const sector = impossibleSector(disk, c.scope, history.image);
  if (sector >= 0)
    throw new BlkfuzzError(
      'bad-input',
      `crash.image: power loss after step ${c.crash!.step} can't leave version ${history.image[sector]} at sector ${sector}`,
    );
  return judgeOne(stack);
}

function judgeEvery(c: Case, stack: Stack, imagesMax: number): Judged {
  const { disk, history } = stack;
  const oracle = new Oracle();
  const worst = new Uint8Array(GUARANTEES.length);
  const witnesses = new Map<Guarantee, { violation: Violation; image: Int32Array }>();
  const count = enumerateImages(disk, c.scope, imagesMax, history.image, () => {
    const verdict = oracle.judge(history);
    mergeWorse(worst, verdict.code);
    for (const violation of violationsOf(verdict))
      if (!witnesses.has(violation.guarantee))
        witnesses.set(violation.guarantee, { violation, image: history.image.slice() });
    return true;
  });
  if (count < 0)
    throw new BlkfuzzError(
      'bounded-out',
      `the case names no image, and power loss after step ${c.crash!.step} can leave more than ${imagesMax}`,
      'give crash.image, or fewer operations',
    );
  const first = GUARANTEES.find((guarantee) => witnesses.has(guarantee));
  if (first === undefined) layOverFloor(disk, [], history.image);
  else history.image.set(witnesses.get(first)!.image);
  return {
    verdicts: namedVerdicts(worst, stack),
    violations: GUARANTEES.flatMap((guarantee) => witnesses.get(guarantee)?.violation ?? []),
    imagesDecided: count,
  };
}

/** Names the codes, with the stack's own word on its protocol. */
function namedVerdicts(code: Uint8Array, stack: Stack): Record<Guarantee, VerdictName> {
  code[GUARANTEE.protocol] = stack.breachCount > 0 ? VERDICT.violated : VERDICT.holds;
  return Object.fromEntries(GUARANTEES.map((guarantee, row) => [guarantee, VERDICT_NAMES[code[row]]])) as Record<
    Guarantee,
    VerdictName
  >;
}
