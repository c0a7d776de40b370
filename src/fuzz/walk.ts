/** Walks a stack along a schedule: listed actions, then the first enabled one in the documented order. */
import { assert } from '../base/assert.ts';
import { ACTION, actionOf, classOf, guestOf, itemOf } from '../stack/actions.ts';
import { isOutlived, type Scope } from '../stack/config.ts';
import { CRASH, type Stack } from '../stack/stack.ts';

/** Takes the crash of the scope out of a schedule: a case says apart from it when it comes. */
export function apart(
  scope: Scope,
  schedule: readonly number[],
): { readonly actions: readonly number[]; readonly crashStep: number | null } {
  const step = isOutlived(scope) ? schedule.indexOf(CRASH) : -1;
  return step < 0 ? { actions: schedule, crashStep: null } : { actions: schedule.toSpliced(step, 1), crashStep: step };
}

/** Actions beyond which a walk never ends. */
const STEPS_MAX = 100_000_000;
/** No action, or the name of one that this version doesn't know. */
const NONE = -1;

/** What a walk did. */
export class Walk {
  /** Actions taken, in order. */
  readonly taken: number[] = [];
  /** For each: the step of its thread's list that it began or went on with; -1 for other actions. */
  readonly stepOf: number[] = [];
}

/**
 * Takes the listed actions, skipping those not enabled at their turn, until `stepMax` have been taken.
 * @returns how many of the names were used up.
 * @param loose an action not enabled gives way to the first enabled one of its class, if there is one: what shrinking
 * wants, where a tag or an id may be another's by now.
 */
export function takeListed(
  stack: Stack,
  walk: Walk,
  schedule: readonly number[],
  stepMax: number,
  loose: boolean,
): number {
  for (const [at, listed] of schedule.entries()) {
    if (walk.taken.length >= stepMax) return at;
    stack.refresh();
    const action = listed === NONE || stack.isEnabled(listed) ? listed : loose ? alike(stack, listed) : NONE;
    if (action !== NONE) take(stack, walk, action);
  }
  return schedule.length;
}

/** Walks a whole run: the crash that something outlives comes after `crashStep` actions (null: never), or at the end before that. */
export function walkThrough(
  stack: Stack,
  walk: Walk,
  schedule: readonly number[],
  crashStep: number | null,
  loose: boolean,
): void {
  let used = 0;
  if (crashStep !== null) {
    used = takeListed(stack, walk, schedule, crashStep, loose);
    while (takeNext(stack, walk, crashStep));
    if (stack.canCrash) stack.perform(CRASH);
  }
  takeListed(stack, walk, schedule.slice(used), Infinity, loose);
  while (takeNext(stack, walk, Infinity));
}

/** Goes on with the first enabled action until nothing is enabled or `stepMax` have been taken; false at the end. */
export function takeNext(stack: Stack, walk: Walk, stepMax: number): boolean {
  if (walk.taken.length >= stepMax) return false;
  stack.refresh();
  if (stack.enabledMask === 0) return false;
  take(stack, walk, stack.first());
  assert(walk.taken.length < STEPS_MAX, 'every walk ends');
  return true;
}

function take(stack: Stack, walk: Walk, action: number): void {
  stack.perform(action);
  walk.taken.push(action);
  const isStep = classOf(action) === ACTION.thread;
  walk.stepOf.push(isStep ? stack.ofGuest(guestOf(action)).positionOf(itemOf(action)) - 1 : -1);
}

/** An enabled action of the same class and guest with another item; threads are not alike. */
function alike(stack: Stack, action: number): number {
  const actionClass = classOf(action);
  const count = stack.enabledOf(actionClass);
  if (actionClass === ACTION.thread || count === 0) return NONE;
  if (actionClass === ACTION.complete) return firstOf(stack, actionClass);
  for (let i = 0; i < count; i++)
    if (guestOf(stack.nth(actionClass, i)) === guestOf(action)) return stack.nth(actionClass, i);
  return NONE;
}

function firstOf(stack: Stack, actionClass: number): number {
  return actionOf(actionClass, stack.disk.commands.oldestStarted());
}
