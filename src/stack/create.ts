/** The stack of a configuration: with one guest, or with several on one backend. */
import type { StackConfig } from './config.ts';
import { GroupStack } from './group/groupStack.ts';
import { Stack } from './stack.ts';

export function createStack(config: StackConfig): Stack {
  return (config.guests ?? 1) > 1 ? new GroupStack(config) : new Stack(config);
}
