/**
 * A stack whose frontend has several rings, each with its indices, shadow table, push, interrupt and thread of the
 * backend, on one queue of the guest and one of the host. Ring 0's are the stack's own. To whoever walks it, it is a
 * stack like any other: the same classes of actions, more items in those of a ring.
 */
import { assert } from '../../base/assert.ts';
import type { Program } from '../../guest/program.ts';
import { ACTION, actionOf, actionOfRing, classOf, guestOf, isOfRing, itemOf, ringOf } from '../actions.ts';
import type { Scope, StackConfig } from '../config.ts';
import type { RingSpread } from '../frontend/rings.ts';
import type { Lane } from '../layers.ts';
import { Stack } from '../stack.ts';

export class RingsStack extends Stack {
  /** From ring 1 on. */
  private readonly lanes: readonly Lane[];
  private readonly ringZero: Lane;
  private readonly spread: RingSpread;
  /** A bit per class that has an enabled action, of each of `lanes`. */
  private readonly masks: Int32Array;

  constructor(config: StackConfig, scope: Scope) {
    super(config, scope);
    const transport = this.parts.transport!;
    this.lanes = transport.lanes;
    this.ringZero = transport;
    this.spread = transport.spread!;
    this.masks = new Int32Array(this.lanes.length);
  }

  override resetGuest(program: Program): void {
    super.resetGuest(program);
    this.spread.reset();
    for (const { ring, front, backend } of this.lanes) {
      ring.reset();
      front.reset();
      backend.reset();
    }
  }

  override get ownBreachCount(): number {
    return this.lanes.reduce(
      (sum, { ring, front }) => sum + front.breachCount + front.shadow.breachCount + ring.breachCount,
      super.ownBreachCount,
    );
  }

  override refresh(): void {
    this.agenda.reset();
    this.agenda.refresh();
    this.lanes.forEach((lane, i) => (this.masks[i] = maskOf(lane)));
  }

  override get enabledMask(): number {
    let { mask } = this.agenda;
    for (const own of this.masks) mask |= own;
    return mask;
  }

  override enabledOf(actionClass: number): number {
    let sum = super.enabledOf(actionClass);
    if (isOfRing(actionClass))
      for (let ring = 1; ring <= this.lanes.length; ring++) sum += this.countOf(ring, actionClass);
    return sum;
  }

  override nth(actionClass: number, index: number): number {
    let left = index - super.enabledOf(actionClass);
    if (left < 0 || !isOfRing(actionClass)) return super.nth(actionClass, index);
    let ring = 1;
    for (let count = 0; left >= (count = this.countOf(ring, actionClass)); ring++) left -= count;
    const { pending } = this.lanes[ring - 1].backend;
    return actionOfRing(actionOf(actionClass, actionClass === ACTION.respond ? pending.done.items[left] : 0), ring);
  }

  override itemsOf(): null {
    return null;
  }

  override pick(actionClass: number, share: number): number {
    return this.nth(actionClass, (share * this.enabledOf(actionClass)) >>> 16);
  }

  /** Of the first class that has an enabled action, the lowest ring's first. */
  override first(): number {
    const mask = this.enabledMask;
    const actionClass = 31 - Math.clz32(mask & -mask);
    if (((this.agenda.mask >>> actionClass) & 1) === 1) return this.agenda.firstOf(actionClass);
    const ring = 1 + this.masks.findIndex((own) => ((own >>> actionClass) & 1) === 1);
    const { pending } = this.lanes[ring - 1].backend;
    const item = actionClass === ACTION.respond ? pending.done.lowest : 0;
    return actionOfRing(actionOf(actionClass, item), ring);
  }

  override isEnabled(action: number): boolean {
    const ring = ringOf(action);
    if (ring === 0) return super.isEnabled(action);
    const actionClass = classOf(action);
    if (guestOf(action) > 0 || ring > this.lanes.length || this.countOf(ring, actionClass) === 0) return false;
    return actionClass !== ACTION.respond || this.lanes[ring - 1].backend.pending.done.has(itemInRing(action));
  }

  override perform(action: number): void {
    const ring = ringOf(action);
    const actionClass = classOf(action);
    if (ring === 0 && actionClass !== ACTION.dispatch) return super.perform(action);
    this.tracer.step++;
    if (ring === 0) this.spread.dispatch();
    else this.performOf(this.lanes[ring - 1], actionClass, itemInRing(action));
  }

  private performOf({ ring, front, backend }: Lane, actionClass: number, item: number): void {
    switch (actionClass) {
      case ACTION.push:
        if (front.push()) backend.awake = true;
        return;
      case ACTION.take:
        return backend.take();
      case ACTION.backendStep:
        return backend.step();
      case ACTION.respond:
        if (backend.respond(item)) front.interrupted = true;
        return;
      case ACTION.interrupt:
        if (ring.hasResponses) this.ringZero.front.stopped = false;
        return front.interrupt();
      default:
        assert(false, `no action of a ring of class ${actionClass}`);
    }
  }

  /** Enabled actions of a class of a ring from 1 on. */
  private countOf(ring: number, actionClass: number): number {
    if (((this.masks[ring - 1] >>> actionClass) & 1) === 0) return 0;
    return actionClass === ACTION.respond ? this.lanes[ring - 1].backend.pending.done.count : 1;
  }
}

/** The item that is the ring's own: a ring id. */
function itemInRing(action: number): number {
  return itemOf(action ^ actionOfRing(0, ringOf(action)));
}

function maskOf({ ring, front, backend }: Lane): number {
  return (
    (ring.hasUnpushedRequests ? 1 << ACTION.push : 0) |
    (backend.canTake ? 1 << ACTION.take : 0) |
    (backend.canStep ? 1 << ACTION.backendStep : 0) |
    (backend.pending.done.count > 0 ? 1 << ACTION.respond : 0) |
    (front.interrupted ? 1 << ACTION.interrupt : 0)
  );
}
