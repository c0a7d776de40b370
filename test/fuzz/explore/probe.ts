/** A stack that follows schedules, and what exploring makes of where they lead. On the built engine, for speed. */
import type { RandomStream } from '../../../dist/base/random.js';
import { EnabledActions } from '../../../dist/fuzz/explore/enabled.js';
import { HistoryKey } from '../../../dist/fuzz/explore/history.js';
import { RandomScheduler } from '../../../dist/fuzz/scheduler.js';
import { type Program, programsOf } from '../../../dist/guest/program.js';
import { classOf } from '../../../dist/stack/actions.js';
import type { StackConfig } from '../../../dist/stack/config.js';
import { createStack } from '../../../dist/stack/create.js';
import { KeyBytes } from '../../../dist/stack/key/bytes.js';
import { StateKey } from '../../../dist/stack/key/state.js';
import type { Stack } from '../../../dist/stack/stack.js';

export class Probe {
  readonly stack: Stack;
  readonly program: Program;
  private readonly stateKey: StateKey;
  private readonly historyKeys: readonly HistoryKey[];
  private readonly enabled: EnabledActions;

  constructor(config: StackConfig, program: Program) {
    this.stack = createStack(config);
    this.program = program;
    this.stateKey = new StateKey(...this.stack.allParts);
    this.enabled = new EnabledActions(this.stack, this.stateKey);
    this.historyKeys = programsOf(program).map((own) => {
      const key = new HistoryKey();
      key.begin(own);
      return key;
    });
  }

  /** Follows a schedule from the start. */
  follow(schedule: readonly number[]): void {
    this.stack.reset(this.program);
    this.stack.forgetReads();
    for (const action of schedule) this.stack.perform(action);
    this.stack.refresh();
  }

  key(): string {
    const key = new KeyBytes();
    this.stack.evidence().forEach(({ history }, guest) => this.historyKeys[guest].write(key, history));
    this.stateKey.writeDisk(key);
    this.stateKey.writeRest(key);
    return Buffer.from(key.bytes.subarray(0, key.length)).toString('latin1');
  }

  /** In the order that depends on the key alone; needs a key. */
  actions(): number[] {
    this.key();
    return this.enabled.list();
  }

  /** Keys after each enabled action, in order. */
  successors(schedule: readonly number[]): string {
    this.follow(schedule);
    const ways = this.actions().map((action) => {
      this.follow([...schedule, action]);
      return `${classOf(action)} ${this.key()}`;
    });
    return ways.join('|');
  }
}

/** A drawn run of the program to its end. */
export function randomSchedule(stack: Stack, program: Program, random: RandomStream): number[] {
  const scheduler = new RandomScheduler();
  const schedule: number[] = [];
  stack.reset(program);
  scheduler.begin(stack, random);
  for (;;) {
    stack.refresh();
    const action = scheduler.next(stack, random);
    if (action < 0) return schedule;
    schedule.push(action);
    stack.perform(action);
  }
}

/** Of the pairs of actions enabled along a schedule that are said to commute: how many, how many lie across, how many don't. */
export function commuted(
  probe: Probe,
  schedule: readonly number[],
  commute: (first: number, second: number) => boolean,
  across: (action: number) => number,
): { pairs: number; across: number; broken: number } {
  const count = { pairs: 0, across: 0, broken: 0 };
  for (let step = 0; step < schedule.length; step += 3) {
    const here = schedule.slice(0, step);
    probe.follow(here);
    const actions = probe.actions();
    for (const [at, first] of actions.entries())
      for (const second of actions.slice(at + 1)) {
        if (!commute(first, second)) continue;
        count.pairs++;
        if (across(first) !== across(second)) count.across++;
        if (keyAfter(probe, here, first, second) !== keyAfter(probe, here, second, first)) count.broken++;
      }
  }
  return count;
}

/** The key after two actions, or that the first one takes the second away. */
function keyAfter(probe: Probe, here: readonly number[], first: number, second: number): string {
  probe.follow([...here, first]);
  if (!probe.stack.isEnabled(second)) return `${second} is gone after ${first}`;
  probe.follow([...here, first, second]);
  return probe.key();
}

/** How often schedules met in a state, and how often what followed differed all the same. */
export function compareFutures(
  probe: Probe,
  schedules: readonly (readonly number[])[],
): { met: number; different: number } {
  const count = { met: 0, different: 0 };
  const futures = new Map<string, string>();
  for (const schedule of schedules)
    for (let step = 0; step < schedule.length; step += 2) {
      const here = schedule.slice(0, step);
      probe.follow(here);
      const key = probe.key();
      const future = probe.successors(here);
      const known = futures.get(key);
      futures.set(key, future);
      if (known === undefined) continue;
      count.met++;
      if (known !== future) count.different++;
    }
  return count;
}
