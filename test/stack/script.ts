/** A stack driven by hand: actions by name, what reaches the disk as text. */
import { STATUS_NAMES } from '../../src/base/history.ts';
import type { Operation } from '../../src/guest/operation.ts';
import { compileWorkload } from '../../src/guest/program.ts';
import { ACTION_CLASS_COUNT, actionName, parseAction } from '../../src/stack/actions.ts';
import { DISK_DEFAULT, STACK_DEFAULT, type DiskConfig, type StackConfig } from '../../src/stack/config.ts';
import type { DiskEvent } from '../../src/stack/disk/log.ts';
import { Stack } from '../../src/stack/stack.ts';

export type Settings = Partial<Omit<StackConfig, 'disk'>> & { readonly disk?: Partial<DiskConfig> };

export function configOf(settings: Settings): StackConfig {
  return { ...STACK_DEFAULT, ...settings, disk: { ...DISK_DEFAULT, ...settings.disk } };
}

/** More than any test here takes. */
const STEPS_MAX = 20_000;

export class Script {
  readonly stack: Stack;

  constructor(settings: Settings, threads: readonly (readonly Operation[])[]) {
    this.stack = new Stack(configOf(settings));
    this.stack.disk.log = [];
    this.stack.reset(compileWorkload({ threads }, this.stack.config.disk.sectors));
    this.stack.refresh();
  }

  can(name: string): boolean {
    return this.stack.isEnabled(parseAction(name));
  }

  /** Takes these actions; each has to be enabled. */
  do(...names: readonly string[]): this {
    for (const name of names) {
      if (!this.can(name)) throw new Error(`${name} is not enabled, but ${this.enabled().join(', ')}`);
      this.stack.perform(parseAction(name));
      this.stack.refresh();
    }
    return this;
  }

  enabled(): string[] {
    const names: string[] = [];
    for (let actionClass = 0; actionClass < ACTION_CLASS_COUNT; actionClass++)
      for (let i = 0; i < this.stack.enabledOf(actionClass); i++)
        names.push(actionName(this.stack.nth(actionClass, i)));
    return names;
  }

  /** Goes on with the first enabled action whose name doesn't begin with one of these, until there is none. */
  settle(...but: readonly string[]): this {
    for (let stepCount = 0; ; stepCount++) {
      if (stepCount > STEPS_MAX) throw new Error(`no end: ${this.enabled().join(', ')}`);
      const name = this.enabled().find((own) => !but.some((prefix) => own.startsWith(prefix)));
      if (name === undefined) return this;
      this.do(name);
    }
  }

  /** Everything below the guest goes on until nothing is left to do there. */
  settleBelow(...but: readonly string[]): this {
    return this.settle(
      'g0.t',
      'g0.dsync',
      'g0.barrier',
      'g0.writeback',
      'g0.expire',
      'host.expire',
      'host.writeback',
      ...but,
    );
  }

  /** How the operation stands: not submitted, open, or its status. */
  status(op: number): string {
    const { history } = this.stack;
    if (history.submit[op] === 0) return 'not submitted';
    return history.complete[op] === 0 ? 'open' : STATUS_NAMES[history.status[op]]!;
  }

  statuses(): string[] {
    return Array.from({ length: this.stack.history.opCount }, (_, op) => this.status(op));
  }

  /** What the disk has accepted and completed since the last look, in order. */
  news(): string[] {
    const { disk } = this.stack;
    const texts = disk.log!.map((event) => this.tell(event));
    disk.log = [];
    return texts;
  }

  /** The versions that a read returned. */
  read(op: number): number[] {
    const { history } = this.stack;
    return [...history.readVersions.subarray(history.readStart[op], history.readStart[op] + history.count[op])];
  }

  private readonly names: Map<number, string> = new Map();

  private tell(event: DiskEvent): string {
    if (event.ev === 'complete') return `c ${this.names.get(event.of)}`;
    const name = nameOf(event);
    this.names.set(event.at, name);
    return name;
  }
}

function nameOf(event: Exclude<DiskEvent, { ev: 'complete' }>): string {
  const tag = event.tag === 'ordered' ? ' ordered' : '';
  if (event.ev === 'flush') return `flush${tag}`;
  if (event.ev === 'discard') return `discard ${event.sector}+${event.count}${tag}`;
  return `write ${event.sector} [${event.versions.join(' ')}]${event.fua ? ' fua' : ''}${tag}`;
}
