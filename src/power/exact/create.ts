/** Which exact check decides a stack's crash points. */
import type { Scope } from '../../stack/config.ts';
import type { Stack } from '../../stack/stack.ts';
import type { ExactCheck } from './check.ts';
import { IndependentCheck } from './independent.ts';
import { ProductCheck } from './products.ts';

export function createExactCheck(stack: Stack, scope: Scope): ExactCheck {
  const { cache, destage, atomic } = stack.config.disk;
  const ordered = cache === 'writeback' && destage !== 'any';
  const independent = scope === 'power' && !ordered && atomic === 512;
  return independent ? new IndependentCheck(stack) : new ProductCheck(stack, scope);
}
