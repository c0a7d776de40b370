/** The enabled actions of a state in an order that depends on nothing but its key. */
import { NIL } from '../../stack/block/bios.ts';
import { ACTION, ACTION_CLASS_COUNT, actionOfRing, guestOf, itemOf, ringOf } from '../../stack/actions.ts';
import type { StateKey } from '../../stack/key/state.ts';
import type { Stack } from '../../stack/stack.ts';

export class EnabledActions {
  private readonly stack: Stack;
  private readonly stateKey: StateKey;
  private readonly placeOfTag: Int32Array;
  /** Per guest and thread, the one of the same guest that has to begin first (twins.ts), or -1. */
  twins: readonly (readonly number[])[] = [];

  constructor(stack: Stack, stateKey: StateKey) {
    this.stack = stack;
    this.stateKey = stateKey;
    this.placeOfTag = new Int32Array(stack.disk.commands.depthMax);
  }

  /** The stack has been refreshed, and its key written. */
  list(): number[] {
    const { stack } = this;
    const actions: number[] = [];
    for (let actionClass = 0; actionClass < ACTION_CLASS_COUNT; actionClass++) {
      const count = stack.enabledOf(actionClass);
      const first = actions.length;
      for (let i = 0; i < count; i++) {
        const action = stack.nth(actionClass, i);
        if (actionClass !== ACTION.thread || this.mayBegin(action)) actions.push(action);
      }
      if (count > 1) this.sort(actions, first, actionClass);
    }
    return actions;
  }

  private mayBegin(action: number): boolean {
    const guest = guestOf(action);
    const thread = itemOf(action);
    const twin = this.twins[guest]?.[thread] ?? -1;
    if (twin < 0) return true;
    const stack = this.stack.ofGuest(guest);
    return stack.positionOf(thread) > 0 || stack.positionOf(twin) > 0;
  }

  private sort(actions: number[], first: number, actionClass: number): void {
    const place = this.placeBy(actionClass);
    const sorted = actions
      .splice(first)
      .sort((a, b) => guestOf(a) - guestOf(b) || ringOf(a) - ringOf(b) || place(a) - place(b));
    actions.push(...sorted);
  }

  private placeOfResponse(action: number): number {
    const ring = ringOf(action);
    return this.stateKey.placeOfId(itemOf(action ^ actionOfRing(0, ring)), guestOf(action), ring);
  }

  /** Tags and ring ids are names; everything else is what it is. */
  private placeBy(actionClass: number): (action: number) => number {
    if (actionClass === ACTION.respond) return (action) => this.placeOfResponse(action);
    if (actionClass !== ACTION.complete) return itemOf;
    const { commands } = this.stack.disk;
    let place = 0;
    for (let tag = commands.head; tag !== NIL; tag = commands.next[tag]) this.placeOfTag[tag] = place++;
    return (action) => this.placeOfTag[itemOf(action)];
  }
}
