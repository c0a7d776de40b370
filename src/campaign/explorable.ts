/** A workload to explore: the piece of work that is given to whoever has a core free. */
import type { Exploration, ExploreOptions } from '../fuzz/explore/exploration.ts';
import { Explorer } from '../fuzz/explore/explore.ts';
import type { Workload } from '../guest/operation.ts';
import { compileWorkload } from '../guest/program.ts';
import type { Scope, StackConfig } from '../stack/config.ts';

/** A workload on a stack. */
export interface Explorable {
  readonly stack: StackConfig;
  readonly scope: Scope;
  readonly workload: Workload;
}

export interface ExploreTask extends Explorable {
  readonly options: ExploreOptions;
}

/** What a thread does. */
export function exploreTask({ stack, scope, workload, options }: ExploreTask): Exploration {
  return new Explorer(stack, scope, options).explore(compileWorkload(workload, stack.disk.sectors));
}
