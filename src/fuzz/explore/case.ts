/** What exploring takes of a case, its operations (its schedule and its power loss are but one of many), and what it gives: a case. */
import { BlkfuzzError } from '../../base/errors.ts';
import type { Case, GuestCase } from '../../case/case.ts';
import { GUARANTEES } from '../../contract/guarantees.ts';
import type { Workload } from '../../guest/operation.ts';
import { actionName } from '../../stack/actions.ts';
import { isOutlived } from '../../stack/config.ts';
import { isMapped } from '../../stack/layout.ts';
import { apart } from '../walk.ts';
import type { ExploredViolation } from './exploration.ts';
import { KEY_OPS_MAX } from './history.ts';

/** The operations of a case. @throws BlkfuzzError bad-input: none in the case, or too many to explore. */
export function workloadsToExplore(c: Case): readonly Workload[] {
  if (c.guests === undefined)
    throw new BlkfuzzError(
      'bad-input',
      'the case refers to a recorded stream',
      'explore wants few operations: shrink it first',
    );
  const counts = c.guests.map(({ threads }) => threads.flat().filter(({ op }) => op !== 'wait').length);
  const count = Math.max(...counts);
  if (count <= KEY_OPS_MAX) return c.guests;
  throw new BlkfuzzError(
    'bad-input',
    `the case has ${count} operations: expected at most ${KEY_OPS_MAX} to explore`,
    'shrink it first',
  );
}

/** @throws BlkfuzzError bad-input: power can't be lost twice in this case. */
export function checkRecovers({ guests, scope, stack }: Case): void {
  if (guests?.length !== 1 || guests[0].guest === undefined)
    throw new BlkfuzzError('bad-input', 'a second crash wants a guest that recovers');
  if (isOutlived(scope))
    throw new BlkfuzzError('bad-input', `a second crash wants scope power or host, found ${scope}`);
  if (isMapped(stack)) throw new BlkfuzzError('bad-input', `a second crash wants a backend without an image format`);
}

/** The violation that exploring came upon, as a case of its own; power loss decides every image. */
export function caseOfExplored(c: GuestCase, { guarantee, schedule, crashed, twice }: ExploredViolation): GuestCase {
  const { found: _, crash: __, comment: ___, ...rest } = c;
  const { actions, crashStep } = apart(c.scope, schedule);
  const step = crashed ? schedule.length : crashStep;
  return {
    ...rest,
    schedule: actions.map(actionName),
    ...(step === null ? {} : { crash: { step, ...twice } }),
    expect: { [GUARANTEES[guarantee]]: 'violated' },
  };
}
