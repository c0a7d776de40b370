/**
 * Decides every crash point of a run of several guests, each guest by its own view of the disk (stack/group/view.ts): a
 * run's verdict is that of the guest worst off. The images are those of each guest's part, summed over the guests.
 */
import { GUARANTEES } from '../contract/guarantees.ts';
import { type Program, programsOf } from '../guest/program.ts';
import type { Scope } from '../stack/config.ts';
import type { Stack } from '../stack/stack.ts';
import { type CrashDecider, Decider } from './decider.ts';
import { GuestPromise } from './promise.ts';

class GroupDecider implements CrashDecider {
  readonly violatedAt: Int32Array = new Int32Array(GUARANTEES.length);
  crashPoints = 0;
  private readonly stack: Stack;
  private readonly deciders: readonly Decider[];
  /** Every change takes a time. */
  private decidedAt = -1;

  constructor(stack: Stack, scope: Scope, enumerates: boolean) {
    this.stack = stack;
    this.deciders = stack
      .evidence()
      .map((view) => new Decider(view, scope, enumerates, new GuestPromise(view, scope), true));
  }

  begin(program: Program, counts: boolean): void {
    this.violatedAt.fill(-1);
    this.crashPoints = 0;
    this.decidedAt = -1;
    programsOf(program).forEach((own, guest) => this.deciders[guest].begin(own, counts));
  }

  look(step: number): boolean {
    const { now } = this.stack.clock;
    this.crashPoints++;
    if (now !== this.decidedAt) this.stack.evidence();
    this.decidedAt = now;
    let decides = true;
    for (const decider of this.deciders) decides = decider.look(step) && decides;
    for (let row = 0; row < this.violatedAt.length; row++) this.violatedAt[row] = this.firstOf(row);
    return decides;
  }

  end(): void {
    for (const decider of this.deciders) decider.end();
  }

  get boundedAt(): number {
    return Math.max(...this.deciders.map((decider) => decider.boundedAt));
  }

  get isLowerBound(): boolean {
    return this.deciders.some((decider) => decider.isLowerBound);
  }

  get imagesDecided(): bigint {
    return this.deciders.reduce((sum, decider) => sum + decider.imagesDecided, 0n);
  }

  guestOf(guarantee: number): number {
    return this.deciders.findIndex(({ violatedAt }) => violatedAt[guarantee] === this.violatedAt[guarantee]);
  }

  violatedNow(guest: number): Uint8Array {
    return this.deciders[guest].violatedNow();
  }

  /** The first step after which some guest could see it violated; -1: none. */
  private firstOf(row: number): number {
    let first = -1;
    for (const { violatedAt } of this.deciders)
      if (violatedAt[row] >= 0 && (first < 0 || violatedAt[row] < first)) first = violatedAt[row];
    return first;
  }
}

/** What decides a stack's crash points. */
export function createDecider(stack: Stack, scope: Scope, enumerates: boolean, promise: GuestPromise): CrashDecider {
  return stack.config.guests === undefined || stack.config.guests === 1
    ? new Decider(stack, scope, enumerates, promise)
    : new GroupDecider(stack, scope, enumerates);
}
