/** What decides a run. */
import type { WorkloadKind } from '../guest/arbitrary/constraints.ts';
import type { GuestName } from '../guest/operation.ts';
import type { Program } from '../guest/program.ts';
import type { Scope, StackConfig } from '../stack/config.ts';
import type { Check } from './check.ts';

/** What decides a run, besides its index. */
export interface RunSettings {
  readonly seed: string;
  readonly stack: StackConfig;
  readonly scope: Scope;
  readonly check: Check;
  /** Shape of generated workloads. */
  readonly ops: number;
  readonly threads: number;
  /** Kinds of operations of generated workloads; left out: any. */
  readonly kinds?: readonly WorkloadKind[];
  /** Generated direct requests share no sector. */
  readonly apart?: boolean;
  /** What barriers cost is counted; it always is with several guests. */
  readonly price?: boolean;
  /** Whose workloads; left out: the free mix. */
  readonly guest?: GuestName;
  /** Power is lost again while the guest recovers. */
  readonly secondCrash?: boolean;
  /** A recorded stream instead of generated workloads. */
  readonly program?: Program;
}

/** Whether the price of barriers is counted. */
export function hasPrice({ price, stack }: RunSettings): boolean {
  return price === true || (stack.guests ?? 1) > 1;
}
