/**
 * Which actions commute: two that touch different parts of the stack lead to the same state in either order, and
 * neither enables or disables the other. What an action touches is said by class; a test tries every pair.
 */
import { ACTION, ACTION_CLASS_COUNT, classOf } from '../../stack/actions.ts';

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

/** Whether two enabled actions of a stack with a ring commute. Without one everything happens in one place. */
export function areIndependent(action: number, other: number): boolean {
  return (TOUCHES[classOf(action)] & TOUCHES[classOf(other)]) === 0;
}
