/** Which actions become enabled together, and which of these groups an action may touch. */
import { ACTION, ACTION_CLASS_COUNT } from './actions.ts';

/** Groups of actions that become enabled together: the guest and its queue; the ring; the host, its queue, the disk. */
export const GUEST = 1;
export const RING = 2;
export const HOST = 4;
export const ALL: number = GUEST | RING | HOST;

const GUEST_CLASSES = [
  ACTION.thread,
  ACTION.dsync,
  ACTION.barrier,
  ACTION.dispatch,
  ACTION.unplug,
  ACTION.expire,
  ACTION.writeback,
];
const RING_CLASSES = [ACTION.push, ACTION.take, ACTION.interrupt];
export const GUEST_BITS: number = bitsOf(GUEST_CLASSES);
export const RING_BITS: number = bitsOf(RING_CLASSES);
export const HOST_BITS: number = ~(GUEST_BITS | RING_BITS);

/** Which groups an action of each class may touch: its own, and for some the neighbours'. */
export const TOUCHES: Int32Array = new Int32Array(ACTION_CLASS_COUNT).fill(HOST);
for (const actionClass of GUEST_CLASSES) TOUCHES[actionClass] = GUEST;
TOUCHES[ACTION.dispatch] = GUEST | RING;
TOUCHES[ACTION.interrupt] = GUEST | RING;
TOUCHES[ACTION.push] = RING;
TOUCHES[ACTION.take] = RING | HOST;
TOUCHES[ACTION.backendStep] = RING | HOST;
TOUCHES[ACTION.respond] = RING | HOST;
TOUCHES[ACTION.retry] = RING | HOST;
for (let actionClass: number = ACTION.crash; actionClass < ACTION_CLASS_COUNT; actionClass++)
  TOUCHES[actionClass] = ALL;

function bitsOf(classes: readonly number[]): number {
  return classes.reduce((bits, actionClass) => bits | (1 << actionClass), 0);
}
