/** Makes a case out of a run that has just been made. */
import { assert } from '../base/assert.ts';
import { CASE_FORMAT, type Case } from '../case/case.ts';
import {
  GUARANTEE,
  GUARANTEES,
  type Guarantee,
  VERDICT,
  VERDICT_NAMES,
  type VerdictName,
} from '../contract/guarantees.ts';
import { Oracle } from '../contract/oracle.ts';
import type { Workload } from '../guest/operation.ts';
import { imageOverFloor } from '../power/enumerate.ts';
import { actionName } from '../stack/actions.ts';
import type { Runner } from './runner.ts';
import { witnessNow } from './witness.ts';

/**
 * The runner's last run as a case, whole: operations, schedule, power loss, image, verdicts. Where every crash point was
 * decided, the power goes at the first that violates the guarantee, with an image that shows it.
 * @param workload the operations; needed when the run was one of a recorded stream.
 */
export function caseOfRun(
  runner: Runner,
  index: number,
  version: string,
  workload: Workload,
  guarantee: Guarantee,
): Case {
  const { settings, stack } = runner;
  const { stepCount, crashed, code } = runner.decider === null ? runner : violatingMoment(runner, guarantee);
  const image = imageOverFloor(stack.disk, stack.diskImage);
  return {
    format: CASE_FORMAT,
    name: `run-${index}`,
    found: { version, seed: settings.seed, run: index },
    stack: settings.stack,
    scope: settings.scope,
    guests: [workload],
    schedule: Array.from(runner.schedule.subarray(0, stepCount), actionName),
    ...(crashed ? { crash: { step: stepCount, image } } : {}),
    expect: expectationOf(code),
  };
}

/** What a case says of how a run ended. */
interface Moment {
  readonly stepCount: number;
  readonly crashed: boolean;
  /** VERDICT codes of the one image. */
  readonly code: Uint8Array;
}

/** Takes the stack to where the guarantee was violated first: to a crash point, or to the end of the run. */
function violatingMoment(runner: Runner, guarantee: Guarantee): Moment {
  const { stack, settings, decider } = runner;
  const { history, clock } = stack;
  const row = GUARANTEES.indexOf(guarantee);
  const step = decider!.violatedAt[row];
  const crashed = step >= 0;
  const oracle = new Oracle();
  runner.rewind(crashed ? step : runner.stepCount);
  if (crashed) history.crashAt = clock.tick();
  else stack.readDevice();
  const verdict = crashed ? witnessNow(stack, settings.scope, row, oracle) : oracle.judge(history);
  assert(verdict !== null, `${guarantee} has a witness after action ${step}, as the exact check says`);
  const code = verdict.code.slice();
  code[GUARANTEE.protocol] = stack.breachCount > 0 ? VERDICT.violated : VERDICT.holds;
  return { stepCount: crashed ? step : runner.stepCount, crashed, code };
}

/** The codes of a run as a case's `expect`. */
export function expectationOf(code: Uint8Array): Record<Guarantee, VerdictName> {
  return Object.fromEntries(GUARANTEES.map((guarantee, row) => [guarantee, VERDICT_NAMES[code[row]]])) as Record<
    Guarantee,
    VerdictName
  >;
}
