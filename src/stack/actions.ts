/**
 * The actions of a schedule (issue "everything that can happen next"; docs/case-files.md lists them). An action is one
 * integer inside the search (class, item, and above them the guest), and a name in a case file. Names and their meaning are stable for ever;
 * the order of the classes is the documented order in which a run goes on after its schedule has ended.
 */

export const ACTION = {
  /** A guest thread's step; item: thread. */
  thread: 0,
  /** The flush of an O_DSYNC write whose data is written; item: operation id. */
  dsync: 1,
  /** flush-fua: the barrier that the guest held back goes out. */
  barrier: 2,
  /** The guest queue's driver asks for one request. */
  dispatch: 3,
  /** The frontend publishes what it has put on the ring. */
  push: 4,
  /** The backend takes one request, or looks once more and goes to sleep. */
  take: 5,
  /** A request that the backend works on in several steps goes on. */
  backendStep: 6,
  /** The host queue's driver asks for one request. */
  hostDispatch: 7,
  /** A started command completes; item: its tag. */
  complete: 8,
  /** The backend answers a request that is done; item: its ring id. */
  respond: 9,
  /** The frontend's interrupt handler runs: responses, or the final check. */
  interrupt: 10,
  /** The plug timer of a queue fires. */
  unplug: 11,
  /** The oldest request of a direction has passed its deadline; item: 0 read, 1 write. */
  expire: 12,
  hostUnplug: 13,
  hostExpire: 14,
  /** The host writes back a page of its page cache; item: page. */
  hostWriteback: 15,
  /** The guest writes back dirty sectors from this one on; item: sector. */
  writeback: 16,
  /** The host's file system commits its running transaction. */
  hostCommit: 17,
  /** A request that the backend's storage failed is tried once more; item: ring id. */
  retry: 18,
  /** The crash of a scope in which something goes on afterwards. */
  crash: 19,
  /** The frontend connects to a backend again and issues its outstanding requests once more. */
  resume: 20,
  /** Fault: a started command fails; item: its tag, and LATE if it is tried again. */
  fail: 21,
  /** Fault: the backend answers a request that it works on, or has yet to, with "not supported"; item: its ring id. */
  refuse: 22,
  /** Fault: a notification without a reason; item: 0 to the backend, 1 to the frontend. */
  notify: 23,
  /** Fault: a notification under way is lost; item as of `notify`. */
  lose: 24,
  /** Fault: the backend dies, and a new one takes its place. */
  die: 25,
} as const;

/** In the item of `fail`: the driver hears of it and sends the command once more. */
export const LATE = 256;

export const ACTION_CLASS_COUNT = 26;
/** Classes that every stack may have; one that has others too says so (Stack.classCount), and draws its schedules from all. */
export const CORE_CLASS_COUNT = 17;
/** Room for classes. */
export const CLASS_COUNT_MAX = 32;
const CLASS_BITS = 5;
const CLASS_MASK = 31;
/** Classes of which every ring has its own actions: the number of the ring lies above their items, which are ring ids or 0. */
const RING_CLASSES =
  (1 << ACTION.push) | (1 << ACTION.take) | (1 << ACTION.backendStep) | (1 << ACTION.respond) | (1 << ACTION.interrupt);
const RING_SHIFT = 8;
const RING_ITEM_MASK = 255;
/** A sector is the largest item. */
const ITEM_MASK = 0xffffff;
/** The guest's number takes the three bits left, the sign among them; -1 is no action, since there is no class 31. */
const GUEST_SHIFT = 29;

export function actionOf(actionClass: number, item: number): number {
  return (item << CLASS_BITS) | actionClass;
}

/** The same action of another guest, 0 to 7, than guest 0. */
export function actionOfGuest(action: number, guest: number): number {
  return action | (guest << GUEST_SHIFT);
}

/** Whose action it is; 0 for those of the host. */
export function guestOf(action: number): number {
  return action >>> GUEST_SHIFT;
}

/** Whether the actions of a class are of one ring; with several rings each has its own. */
export function isOfRing(actionClass: number): boolean {
  return ((RING_CLASSES >>> actionClass) & 1) === 1;
}

/** The same action of another ring, 1 to 3, than ring 0. */
export function actionOfRing(action: number, ring: number): number {
  return action | (ring << (RING_SHIFT + CLASS_BITS));
}

/** The ring of an action that is of one; 0 for all others. */
export function ringOf(action: number): number {
  return isOfRing(classOf(action)) ? itemOf(action) >> RING_SHIFT : 0;
}

export function classOf(action: number): number {
  return action & CLASS_MASK;
}

const HOST_CLASSES: readonly number[] = [ACTION.hostDispatch, ACTION.complete, ACTION.hostUnplug, ACTION.hostExpire];

/** Whether a class of actions is the host's that several guests share; all others are some guest's. */
export function isOfHost(actionClass: number): boolean {
  return HOST_CLASSES.includes(actionClass);
}

export function itemOf(action: number): number {
  return (action >> CLASS_BITS) & ITEM_MASK;
}

/** Name of each class; those with an item are followed by it ("disk.complete 3"; a thread's directly: "g0.t1"). */
const NAMES = [
  'g0.t',
  'g0.dsync',
  'g0.barrier',
  'g0.dispatch',
  'g0.push',
  'backend.take',
  'backend.step',
  'host.dispatch',
  'disk.complete',
  'backend.respond',
  'g0.irq',
  'g0.unplug',
  'g0.expire',
  'host.unplug',
  'host.expire',
  'host.writeback',
  'g0.writeback',
  'host.commit',
  'backend.retry',
  'crash',
  'g0.resume',
  'disk.fail',
  'backend.refuse',
  'ring.notify',
  'ring.lose',
  'backend.die',
] as const;
const ENDS = ['backend', 'frontend'] as const;
const DIRECTIONS = ['read', 'write'] as const;
const WITH_NUMBER: ReadonlySet<number> = new Set([
  ACTION.dsync,
  ACTION.complete,
  ACTION.respond,
  ACTION.hostWriteback,
  ACTION.writeback,
  ACTION.retry,
  ACTION.fail,
  ACTION.refuse,
]);
/** What the item of the other classes with one is called. */
const WORDS: ReadonlyMap<number, readonly string[]> = new Map<number, readonly string[]>([
  [ACTION.expire, DIRECTIONS],
  [ACTION.hostExpire, DIRECTIONS],
  [ACTION.notify, ENDS],
  [ACTION.lose, ENDS],
]);

/** Names made so far: a long schedule has few different ones. */
const known = new Map<number, string>();

export function actionName(action: number): string {
  let name = known.get(action);
  if (name === undefined) {
    name = spelled(action);
    known.set(action, name);
  }
  return name;
}

function spelled(action: number): string {
  const guest = guestOf(action);
  return guest === 0 ? spelledOfFirst(action) : spelledOfFirst(action).replace(FIRST_GUEST, `$1$2${guest}.`);
}

function spelledOfFirst(action: number): string {
  const ring = ringOf(action);
  if (ring > 0) return spelledOfFirst(action ^ actionOfRing(0, ring)).replace('.', `.r${ring}.`);
  const actionClass = classOf(action);
  const item = itemOf(action);
  const name = NAMES[actionClass];
  if (actionClass === ACTION.thread) return `${name}${item}`;
  if (actionClass === ACTION.fail && item >= LATE) return `${name} ${item - LATE} late`;
  if (WITH_NUMBER.has(actionClass)) return `${name} ${item}`;
  const words = WORDS.get(actionClass);
  return words === undefined ? name : `${name} ${words[item]}`;
}

const NUMBER = /^(?:0|[1-9]\d{0,7})$/;
/** What begins a name that belongs to a guest: guest 0's backend has no number. */
const FIRST_GUEST = /^(?:(g)0|(backend))\./;
const OTHER_GUEST = /^(g|backend)([1-7])\./;
const OTHER_RING = /^(g0|backend)\.r([1-3])\./;

/** The action of a name, or -1 for a name that this version doesn't know: it is skipped, like one not enabled. */
export function parseAction(name: string): number {
  const other = OTHER_GUEST.exec(name);
  if (other === null) return parseOfFirst(name);
  const first = parsePlain(name.replace(OTHER_GUEST, other[1] === 'g' ? 'g0.' : 'backend.'));
  return first < 0 ? first : actionOfGuest(first, Number(other[2]));
}

function parseOfFirst(name: string): number {
  const other = OTHER_RING.exec(name);
  if (other === null) return parsePlain(name);
  const first = parsePlain(name.replace(OTHER_RING, '$1.'));
  return first >= 0 && isOfRing(classOf(first)) ? actionOfRing(first, Number(other[2])) : -1;
}

function parsePlain(name: string): number {
  const thread = /^g0\.t(\d{1,4})$/.exec(name);
  if (thread !== null) return actionOf(ACTION.thread, Number(thread[1]));
  const late = /^disk\.fail (\d{1,3}) late$/.exec(name);
  if (late !== null) return actionOf(ACTION.fail, Number(late[1]) + LATE);
  const [head, item, ...rest] = name.split(' ');
  const actionClass = (NAMES as readonly string[]).indexOf(head);
  if (actionClass < 0 || rest.length > 0) return -1;
  const itemMax = isOfRing(actionClass) ? RING_ITEM_MASK : ITEM_MASK;
  if (WITH_NUMBER.has(actionClass))
    return NUMBER.test(item) && Number(item) <= itemMax ? actionOf(actionClass, Number(item)) : -1;
  const words = WORDS.get(actionClass);
  if (words !== undefined) return words.includes(item) ? actionOf(actionClass, words.indexOf(item)) : -1;
  return item === undefined && actionClass !== ACTION.thread ? actionOf(actionClass, 0) : -1;
}
