/** A workload to explore: the piece of work that is given to whoever has a core free. */
import type { Exploration, ExploreOptions } from '../fuzz/explore/exploration.ts';
import { Explorer } from '../fuzz/explore/explore.ts';
import type { Workload } from '../guest/operation.ts';
import { compileGuests } from '../guest/program.ts';
import type { Scope, StackConfig } from '../stack/config.ts';

/** A workload on a stack. */
export interface Explorable {
  readonly stack: StackConfig;
  readonly scope: Scope;
  /** One for each guest. */
  readonly workloads: readonly Workload[];
}

export interface ExploreTask extends Explorable {
  readonly options: ExploreOptions;
}

/** What a thread does. */
export function exploreTask({ stack, scope, workloads, options }: ExploreTask): Exploration {
  return new Explorer(stack, scope, options).explore(compileGuests(workloads, stack.disk.sectors));
}
