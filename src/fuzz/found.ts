/** Makes a case out of a run that has just been made. */
import { assert } from '../base/assert.ts';
import { CASE_FORMAT, type Case, type GuestCase } from '../case/case.ts';
import {
  GUARANTEES,
  type Guarantee,
  mergeWorse,
  toldVerdicts,
  VERDICT_NAMES,
  type VerdictName,
} from '../contract/guarantees.ts';
import { Oracle } from '../contract/oracle.ts';
import type { Workload } from '../guest/operation.ts';
import { imageOverFloor } from '../power/enumerate.ts';
import { actionName } from '../stack/actions.ts';
import { isOutlived } from '../stack/config.ts';
import { addLive } from './live.ts';
import type { LostTwice } from './recoveries.ts';
import type { Runner } from './runner.ts';
import { judgeImage, witnessNow } from './witness.ts';

/**
 * The runner's last run as a case, whole: operations, schedule, power loss, image, verdicts. Where every crash point was
 * decided, the power goes at the first that violates the guarantee, with an image that shows it.
 * @param workloads the operations of each guest; needed when the run was one of a recorded stream.
 */
export function caseOfRun(
  runner: Runner,
  index: number,
  version: string,
  workloads: readonly Workload[],
  guarantee: Guarantee,
): Case {
  const { settings, stack, lostTwice } = runner;
  const row = GUARANTEES.indexOf(guarantee);
  const twice = lostTwice.find((lost) => lost.guarantee === row);
  if (twice !== undefined && runner.decider!.violatedAt[row] < 0)
    return caseOfTwo(runner, index, version, workloads, twice);
  const moment = runner.decider === null ? sampledMoment(runner, guarantee) : violatingMoment(runner, guarantee);
  const { stepCount, crashed, guest, code } = moment;
  const { disk, diskImage } = stack.evidence()[guest];
  const whose = workloads.length === 1 ? {} : { guest };
  const crash = isOutlived(settings.scope)
    ? { step: runner.crashStep }
    : { step: stepCount, ...whose, image: imageOverFloor(disk, diskImage) };
  return {
    ...runOf(runner, index, version, workloads, stepCount),
    ...(crashed ? { crash } : {}),
    expect: expectationOf(code),
  };
}

/** What ran, up to this step: all of a case but its crash and what to expect of it. */
function runOf(
  { settings, schedule }: Runner,
  index: number,
  version: string,
  workloads: readonly Workload[],
  stepCount: number,
): Omit<GuestCase, 'crash' | 'expect'> {
  return {
    format: CASE_FORMAT,
    name: `run-${index}`,
    found: { version, seed: settings.seed, run: index },
    stack: settings.stack,
    scope: settings.scope,
    guests: workloads,
    schedule: Array.from(schedule.subarray(0, stepCount), actionName),
  };
}

/** The same with power lost twice. */
function caseOfTwo(
  runner: Runner,
  index: number,
  version: string,
  workloads: readonly Workload[],
  lost: LostTwice,
): Case {
  const { guarantee, step, image, second } = lost;
  return {
    ...runOf(runner, index, version, workloads, step),
    crash: { step, image, second },
    expect: { [GUARANTEES[guarantee]]: 'violated' },
  };
}

/** What a case says of how a run ended. */
interface Moment {
  readonly stepCount: number;
  readonly crashed: boolean;
  /** Whose image it is. */
  readonly guest: number;
  /** VERDICT codes of the one image. */
  readonly code: Uint8Array;
}

/** Where the run lost power, or ended. */
function sampledMoment(runner: Runner, guarantee: Guarantee): Moment {
  const { stepCount, crashed, verdicts } = runner;
  const row = GUARANTEES.indexOf(guarantee);
  const guest = Math.max(
    0,
    verdicts.findIndex((verdict) => verdict.isViolated(row)),
  );
  // Without power loss every guest is judged; with it the case has one guest's image.
  const code = crashed && verdicts.length > 1 ? withLive(verdicts[guest].code, runner) : runner.code;
  return { stepCount, crashed, guest, code };
}

/** Takes the stack to where the guarantee was violated first: to a crash point, or to the end of the run. */
function violatingMoment(runner: Runner, guarantee: Guarantee): Moment {
  const { stack, settings, promise } = runner;
  const decider = runner.decider!;
  const row = GUARANTEES.indexOf(guarantee);
  const step = decider.violatedAt[row];
  const crashed = step >= 0;
  const oracle = new Oracle();
  runner.rewind(crashed ? step : runner.stepCount);
  if (!crashed) return { ...endOf(runner), stepCount: runner.stepCount };
  const guest = decider.guestOf(row);
  const evidence = stack.evidence()[guest];
  evidence.history.crashAt = stack.clock.tick();
  const verdict = witnessNow(evidence, settings.scope, row, oracle, promise);
  assert(verdict !== null, `${guarantee} has a witness after action ${step}, as the exact check says`);
  return { stepCount: step, crashed, guest, code: withLive(verdict.code, runner) };
}

/** The run's end: the worst of all guests. */
function endOf(runner: Runner): Pick<Moment, 'crashed' | 'guest' | 'code'> {
  const { stack, promise } = runner;
  const oracle = new Oracle();
  const code = new Uint8Array(GUARANTEES.length);
  stack.readDevice();
  for (const { history } of stack.evidence()) mergeWorse(code, judgeImage(history, oracle, promise).code);
  return { crashed: false, guest: 0, code: withLive(code, runner) };
}

function withLive(code: Uint8Array, { stack }: Runner): Uint8Array {
  const all = code.slice();
  addLive(all, stack);
  return all;
}

/** The codes of a run as a case's `expect`. */
export function expectationOf(code: Uint8Array): Record<Guarantee, VerdictName> {
  const entries = GUARANTEES.map((guarantee, row) => [guarantee, VERDICT_NAMES[code[row]]]);
  return toldVerdicts(Object.fromEntries(entries) as Record<Guarantee, VerdictName>);
}
