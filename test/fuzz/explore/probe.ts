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
