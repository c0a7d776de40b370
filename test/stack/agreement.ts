/** Whether a stack says the same of what is enabled in every way it can be asked. */
import {
  ACTION,
  ACTION_CLASS_COUNT,
  actionName,
  actionOf,
  classOf,
  itemOf,
  parseAction,
} from '../../src/stack/actions.ts';
import type { Stack } from '../../src/stack/stack.ts';
import { enabledActions, SECTORS } from './walk.ts';

/** Where the ways of asking `stack` what is enabled disagree. */
export function disagreements(stack: Stack): string[] {
  const listed = enabledActions(stack);
  const actions = new Set(listed);
  const found: string[] = [];
  const claim = (holds: boolean, what: string) => {
    if (!holds) found.push(what);
  };
  claim(listed.length === actions.size, 'actions are counted once');
  const classes = new Set([...actions].map(classOf));
  for (let actionClass = 0; actionClass < ACTION_CLASS_COUNT; actionClass++) {
    claim(((stack.enabledMask >>> actionClass) & 1) === (classes.has(actionClass) ? 1 : 0), `mask of ${actionClass}`);
    const list = classes.has(actionClass) ? stack.itemsOf(actionClass) : null;
    const items = listed.filter((action) => classOf(action) === actionClass).map(itemOf);
    if (list !== null) claim([...list.items.subarray(0, list.count)].join() === items.join(), `list of ${actionClass}`);
    // Items of the classes that have only one, and neighbours of those that have more.
    for (const item of classes.has(actionClass) ? [-1, 1, 2, 3, 9, SECTORS] : [0]) {
      const action = actionOf(actionClass, item);
      if (WITH_ITEM.has(actionClass) || item === 0)
        claim(stack.isEnabled(action) === actions.has(action), `isEnabled ${actionName(action)}`);
    }
  }
  for (const action of actions) {
    claim(stack.isEnabled(action), `isEnabled ${actionName(action)}`);
    claim(parseAction(actionName(action)) === action, `name of ${actionName(action)}`);
  }
  if (actions.size > 0) claim(actions.has(stack.first()), 'first');
  if (actions.size > 0) claim(classOf(stack.first()) === Math.min(...classes), 'class of first');
  return found;
}

const WITH_ITEM = new Set<number>([
  ACTION.dsync,
  ACTION.complete,
  ACTION.respond,
  ACTION.hostWriteback,
  ACTION.writeback,
]);
