/** The case of what shrinking came to. */
import type { Case, Crash, GuestCase } from '../case/case.ts';
import { actionName } from '../stack/actions.ts';
import { isOutlived } from '../stack/config.ts';
import type { Failing } from './candidate.ts';
import { configFor, workloadsOf } from './evaluate.ts';
import { expectationOf } from './found.ts';
import { apart } from './walk.ts';

function crashOf({ image, second }: Failing, step: number, whose: { readonly guest?: number }): Crash {
  return { step, ...whose, image, ...(second === null ? {} : { second }) };
}

export function caseOf(c: GuestCase, best: Failing): Case {
  const { crash: _crash, expect: _expect, ...rest } = c;
  const { actions, crashStep } = apart(c.scope, best.schedule);
  const step = best.crashStep ?? crashStep;
  const guests = workloadsOf(best, c.guests[0].guest);
  const whose = guests.length === 1 ? {} : { guest: best.guest };
  const crash = isOutlived(c.scope) ? { step: step! } : crashOf(best, step!, whose);
  const violated = Object.entries(expectationOf(best.code)).filter(([, verdict]) => verdict === 'violated');
  return {
    ...rest,
    stack: configFor(c.stack, guests.length),
    guests,
    schedule: actions.map(actionName),
    ...(step === null ? {} : { crash }),
    expect: Object.fromEntries(violated),
  };
}
