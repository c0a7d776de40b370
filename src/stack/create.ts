/** The stack of a configuration: with one guest, or with several on one backend. */
import type { Scope, StackConfig } from './config.ts';
import { GroupStack } from './group/groupStack.ts';
import { Stack } from './stack.ts';

/** @param scope of the crash that the run may have. */
export function createStack(config: StackConfig, scope: Scope = 'power'): Stack {
  return (config.guests ?? 1) > 1 ? new GroupStack(config) : new Stack(config, scope);
}
