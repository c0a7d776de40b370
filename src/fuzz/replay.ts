/**
 * Replays a case: a pure function of the case and this version of the code (architecture.md). Power loss with an image
 * judges that image; without one, every image is decided. A crash that something outlives is an event of the run, whose
 * end is judged.
 */
import { BlkfuzzError } from '../base/errors.ts';
import type { History } from '../base/history.ts';
import type { Case } from '../case/case.ts';
import type { Guarantee, VerdictName } from '../contract/guarantees.ts';
import type { Violation } from '../contract/verdict.ts';
import { compileGuests, type Program, programsOf } from '../guest/program.ts';
import { imageOverFloor } from '../power/enumerate.ts';
import { actionName, parseAction } from '../stack/actions.ts';
import { createStack } from '../stack/create.ts';
import type { Stack } from '../stack/stack.ts';
import type { DiskEvent } from '../stack/disk/log.ts';
import { isOutlived } from '../stack/config.ts';
import type { OutageTold } from '../stack/outage.ts';
import type { TraceEvent } from '../stack/trace.ts';
import { judgeCrash, judgeEnd } from './decide.ts';
import { loseTwice } from './twice.ts';
import { Walk, takeListed, takeNext, walkThrough } from './walk.ts';

export interface ReplayOptions {
  /** The recorded stream of a case that only refers to one. */
  readonly program?: Program;
  /** Keep what happened to each request on its way, and what reached the disk. */
  readonly trace?: boolean;
}

/** What one guest saw, and what its part of the disk did. */
export interface GuestReplay {
  /** One per violated guarantee, in the contract's order. */
  readonly violations: readonly Violation[];
  /** The history with the image that was judged: of several, the first that violated the most important guarantee. */
  readonly history: History;
  readonly program: Program;
  /** The image as a case names it: where it differs from the floor. */
  readonly image: readonly (readonly [sector: number, version: number])[];
  /** Empty unless traced. */
  readonly diskEvents: readonly DiskEvent[];
}

/** Of several guests, the fields of one are those of the guest worst off; the violations are everybody's. */
export interface Replay extends GuestReplay {
  readonly verdicts: Readonly<Record<Guarantee, VerdictName>>;
  readonly imagesDecided: bigint;
  /** Actions taken before the end or the power loss, by name. */
  readonly schedule: readonly string[];
  readonly crashed: boolean;
  /** A crash that something outlived, and what came of it; null: there was none. */
  readonly outage: OutageTold | null;
  /** Empty unless traced. */
  readonly trace: readonly TraceEvent[];
  readonly guests: readonly GuestReplay[];
  /** The guest worst off. */
  readonly guest: number;
  /** Power was lost twice, and all the rest tells of both; the run up to the first alone. */
  readonly first: Replay | null;
}

/** @throws BlkfuzzError bad-input: an image that power loss can't leave. */
export function replayCase(c: Case, options: ReplayOptions = {}): Replay {
  const program = programOfCase(c, options.program);
  const stack = createStack(c.stack, c.scope);
  if (options.trace === true) {
    stack.tracer.events = [];
    stack.disk.log = [];
  }
  const schedule = c.schedule.map(parseAction);
  const isLoss = c.crash !== undefined && !isOutlived(c.scope);
  const walk = new Walk();
  stack.reset(program);
  if (isLoss) {
    takeListed(stack, walk, schedule, c.crash.step, false);
    while (takeNext(stack, walk, c.crash.step));
  } else walkThrough(stack, walk, schedule, c.crash?.step ?? null, false);
  const judged = isLoss ? judgeCrash(c, stack, program) : judgeEnd(c, stack, program);
  const programs = programsOf(program);
  const guests = stack.evidence().map(({ history, disk, diskImage }, guest) => ({
    violations: judged.guests[guest].violations,
    history,
    program: programs[guest],
    image: isLoss ? imageOverFloor(disk, diskImage) : [],
    diskEvents: stack.diskEvents(guest),
  }));
  const once: Replay = {
    ...guests[judged.worst],
    ...judged,
    schedule: walk.taken.map(actionName),
    crashed: stack.history.crashAt > 0,
    outage: stack.parts.outage.hasCrashed ? stack.parts.outage.told : null,
    trace: stack.tracer.events ?? [],
    guests,
    guest: judged.worst,
    first: null,
  };
  return c.crash?.second === undefined ? once : replayTwice(c, stack, once, options.trace === true);
}

/** Goes on from the first crash; the history has the rows of both runs. */
function replayTwice(c: Case, stack: Stack, once: Replay, traced: boolean): Replay {
  const judgedOnce = { verdicts: once.verdicts, violations: once.violations, imagesDecided: once.imagesDecided };
  const { judged, second, taken } = loseTwice(c, stack, once.program, judgedOnce, traced);
  const { history, disk, tracer } = second.stack;
  const own = {
    violations: judged.violations,
    history,
    program: second.program!,
    image: imageOverFloor(disk, history.image),
    diskEvents: [...once.diskEvents, ...(disk.log ?? [])],
  };
  return {
    ...judged,
    ...own,
    schedule: [...once.schedule, ...taken.map(actionName)],
    crashed: true,
    outage: null,
    trace: [...once.trace, ...(tracer.events ?? [])],
    guests: [own],
    guest: 0,
    first: once,
  };
}

/** The operations of a case, laid out. @throws BlkfuzzError bad-input when a stream is missing. */
function programOfCase(c: Case, stream: Program | undefined): Program {
  if (c.guests !== undefined) return compileGuests(c.guests, c.stack.disk.sectors);
  if (stream === undefined)
    throw new BlkfuzzError('bad-input', 'the case refers to a recorded stream', 'give the log with --workload');
  return stream;
}
