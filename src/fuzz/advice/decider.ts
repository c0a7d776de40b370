/**
 * Decides one edited workload after the other by exploring it, each within a bound of states and all of them within
 * another. A workload holds when every schedule was walked and no image of any violates any guarantee.
 */
import type { Workload } from '../../guest/operation.ts';
import { compileWorkload, type Program } from '../../guest/program.ts';
import type { Scope, StackConfig } from '../../stack/config.ts';
import { EXPLORE_BOUNDS, type Exploration, type ExploreOptions } from '../explore/exploration.ts';
import { Explorer } from '../explore/explore.ts';

/** `undecided`: too many states for one workload; `untried`: none left of those for all. */
export type Decision = 'holds' | 'violated' | 'undecided' | 'untried';

export class Decider {
  private readonly scope: Scope;
  private readonly statesMax: number;
  private statesLeft: number;
  /** By the stack they explore; kept, since making one costs more than most explorations. */
  private readonly explorers = new Map<string, Explorer>();

  /** @param statesTotalMax states of all explorations together; the last one may go beyond it. */
  constructor(scope: Scope, statesMax: number, statesTotalMax: number) {
    this.scope = scope;
    this.statesMax = statesMax;
    this.statesLeft = statesTotalMax;
  }

  decide(stack: StackConfig, workload: Workload): Decision {
    if (this.isSpent) return 'untried';
    const { stopped, bound } = this.count(this.explorer(stack).explore(programOf(stack, workload)));
    if (stopped) return 'violated';
    return bound === null ? 'holds' : 'undecided';
  }

  /** No states are left. */
  get isSpent(): boolean {
    return this.statesLeft <= 0;
  }

  /** The whole of it, whatever is left: every guarantee that can be violated. */
  explore(stack: StackConfig, program: Program, options: Partial<ExploreOptions> = {}): Exploration {
    const bounds = { ...EXPLORE_BOUNDS, statesMax: this.statesMax };
    const explorer = new Explorer(stack, this.scope, { ...bounds, keepGoing: true, reduced: true, ...options });
    return this.count(explorer.explore(program));
  }

  private explorer(stack: StackConfig): Explorer {
    const key = JSON.stringify(stack);
    const known = this.explorers.get(key);
    if (known !== undefined) return known;
    const bounds = { ...EXPLORE_BOUNDS, statesMax: this.statesMax };
    const made = new Explorer(stack, this.scope, { ...bounds, keepGoing: false, reduced: true });
    this.explorers.set(key, made);
    return made;
  }

  private count(exploration: Exploration): Exploration {
    this.statesLeft -= exploration.states;
    return exploration;
  }
}

export function programOf(stack: StackConfig, workload: Workload): Program {
  return compileWorkload(workload, stack.disk.sectors);
}
