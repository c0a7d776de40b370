/** Makes a case out of a run that has just been made. */
import { CASE_FORMAT, type Case } from '../case/case.ts';
import { GUARANTEES, type Guarantee, VERDICT_NAMES, type VerdictName } from '../contract/guarantees.ts';
import type { Workload } from '../guest/operation.ts';
import { imageOverFloor } from '../power/enumerate.ts';
import { actionName } from '../stack/actions.ts';
import type { Runner } from './runner.ts';

/**
 * The runner's last run as a case, whole: operations, schedule, power loss, image, verdicts.
 * @param workload the operations; needed when the run was one of a recorded stream.
 */
export function caseOfRun(runner: Runner, index: number, version: string, workload: Workload): Case {
  const { settings, stack } = runner;
  const schedule = Array.from(runner.schedule.subarray(0, runner.stepCount), actionName);
  const image = imageOverFloor(stack.disk, stack.history.image);
  return {
    format: CASE_FORMAT,
    name: `run-${index}`,
    found: { version, seed: settings.seed, run: index },
    stack: settings.stack,
    scope: settings.scope,
    guests: [workload],
    schedule,
    ...(runner.crashed ? { crash: { step: runner.stepCount, image } } : {}),
    expect: expectationOf(runner.code),
  };
}

/** The codes of a run as a case's `expect`. */
export function expectationOf(code: Uint8Array): Record<Guarantee, VerdictName> {
  return Object.fromEntries(GUARANTEES.map((guarantee, row) => [guarantee, VERDICT_NAMES[code[row]]])) as Record<
    Guarantee,
    VerdictName
  >;
}
