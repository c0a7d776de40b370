/**
 * Which actions commute: two that touch different parts of the stack lead to the same state in either order, and
 * neither enables or disables the other. What an action touches is said by class; guests have everything but the host
 * to themselves, and so have rings but for guest and host. A test tries every pair.
 */
import { ACTION, ACTION_CLASS_COUNT, classOf, guestOf, isOfRing, ringOf } from '../../stack/actions.ts';

/** Parts: the guest with its queue; requests produced, published, taken; responses; the host with its queue and disk. */
const GUEST = 1;
const PRODUCED = 2;
const PUBLISHED = 4;
const RESPONSES = 8;
const HOST = 16;
/** Room for a response, which taking a request looks at. */
const ROOM = 32;

const TOUCHES: Int32Array = new Int32Array(ACTION_CLASS_COUNT).fill(HOST);
for (const guest of [ACTION.thread, ACTION.dsync, ACTION.barrier, ACTION.writeback, ACTION.unplug, ACTION.expire])
  TOUCHES[guest] = GUEST;
TOUCHES[ACTION.dispatch] = GUEST | PRODUCED;
TOUCHES[ACTION.push] = PRODUCED | PUBLISHED;
TOUCHES[ACTION.take] = PUBLISHED | HOST | ROOM;
TOUCHES[ACTION.respond] = RESPONSES | ROOM;
TOUCHES[ACTION.interrupt] = GUEST | RESPONSES;

for (let all: number = ACTION.crash; all < ACTION_CLASS_COUNT; all++) TOUCHES[all] = -1;

/**
 * Whether two enabled actions of a stack with a ring commute. Without one everything happens in one place.
 * @param merges a merge point looks at all rings at once, whoever takes from one.
 */
export function areIndependent(action: number, other: number, merges: boolean = false): boolean {
  const both = touchesOf(action, merges) & touchesOf(other, merges);
  if (ringOf(action) !== ringOf(other) && areOfRings(action, other)) return (both & (GUEST | HOST)) === 0;
  return guestOf(action) === guestOf(other) || isOfHost(action) || isOfHost(other)
    ? both === 0
    : (both & (merges ? HOST | PUBLISHED : HOST)) === 0;
}

function areOfRings(action: number, other: number): boolean {
  return isOfRing(classOf(action)) && isOfRing(classOf(other));
}

function touchesOf(action: number, merges: boolean): number {
  const actionClass = classOf(action);
  return TOUCHES[actionClass] | (merges && actionClass === ACTION.backendStep ? PUBLISHED : 0);
}

/** Whether an action touches the host alone, whosever it is. */
function isOfHost(action: number): boolean {
  return TOUCHES[classOf(action)] === HOST;
}
