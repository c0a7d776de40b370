/**
 * A schedule by priorities, as in probabilistic concurrency testing: every class of actions has one, and so has every
 * command, thread and request within its class; the highest that is enabled goes next, until one of a few change points
 * puts what has just gone first behind everything else. What depends on few orderings is found soonest by keeping one
 * thing back for long, which weights hardly ever do.
 */
import type { RandomStream } from '../base/random.ts';
import { actionOf, CLASS_COUNT_MAX } from '../stack/actions.ts';
import type { Items } from '../stack/agenda.ts';
import type { Stack } from '../stack/stack.ts';

/** One in so many actions is a change point; a run draws which. */
const CHANGE_RATES = [16, 32, 64, 256] as const;
/** From one place to the next: below it is room for the class. */
const PLACE = CLASS_COUNT_MAX;

export class Priorities {
  /** By class: the lowest goes first; its low bits are the class. */
  private readonly places: Int32Array = new Int32Array(CLASS_COUNT_MAX);
  /** The classes in the order that was drawn. */
  private readonly order: Uint8Array = new Uint8Array(CLASS_COUNT_MAX);
  /** Behind every class. */
  private end = 0;
  private changeMask = 0;
  /** Makes priorities out of items. */
  private salt = 0;

  begin(stack: Stack, random: RandomStream): void {
    const { order, places } = this;
    const { classCount } = stack;
    this.changeMask = CHANGE_RATES[random.below(CHANGE_RATES.length)] - 1;
    this.salt = random.int32();
    for (let i = 0; i < classCount; i++) {
      const j = random.below(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    for (let i = 0; i < classCount; i++) places[order[i]] = i * PLACE + order[i];
    this.end = classCount * PLACE;
  }

  /** The next action of the classes of the mask, which are enabled; -1: there are none. */
  next(stack: Stack, mask: number, draw: number): number {
    if (mask === 0) return -1;
    const { places } = this;
    let first = this.end;
    for (let left = mask; left !== 0; left &= left - 1) first = Math.min(first, places[31 - Math.clz32(left & -left)]);
    const actionClass = first & (PLACE - 1);
    const list = stack.itemsOf(actionClass);
    const action = list === null ? this.first(stack, actionClass) : this.firstOf(list, actionClass);
    if ((draw & this.changeMask) === 0) this.change(actionClass, draw);
    return action;
  }

  private firstOf({ items, count }: Items, actionClass: number): number {
    let best = actionOf(actionClass, items[0]);
    for (let i = 1; i < count; i++) {
      const action = actionOf(actionClass, items[i]);
      if (this.priorityOf(action) > this.priorityOf(best)) best = action;
    }
    return best;
  }

  /** The same where the actions are in no list. */
  private first(stack: Stack, actionClass: number): number {
    const count = stack.enabledOf(actionClass);
    let best = stack.nth(actionClass, 0);
    for (let i = 1; i < count; i++) {
      const action = stack.nth(actionClass, i);
      if (this.priorityOf(action) > this.priorityOf(best)) best = action;
    }
    return best;
  }

  private priorityOf(action: number): number {
    return Math.imul(action ^ this.salt, 0x9e3779b1) >>> 1;
  }

  /** The class goes behind the others, or the items get other priorities. */
  private change(actionClass: number, draw: number): void {
    if (draw < 0) {
      this.salt = Math.imul(this.salt, 0x85ebca6b) ^ draw;
      return;
    }
    this.places[actionClass] = this.end + actionClass;
    this.end += PLACE;
  }
}
