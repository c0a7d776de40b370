/** The stack of a configuration: with one guest and one ring, with several rings, or with several guests on one backend. */
import type { Scope, StackConfig } from './config.ts';
import { GroupStack } from './group/groupStack.ts';
import { RingsStack } from './ring/ringsStack.ts';
import { Stack } from './stack.ts';

/** @param scope of the crash that the run may have. */
export function createStack(config: StackConfig, scope: Scope = 'power'): Stack {
  if ((config.ring.rings ?? 1) > 1) return new RingsStack(config, scope);
  return (config.guests ?? 1) > 1 ? new GroupStack(config) : new Stack(config, scope);
}
