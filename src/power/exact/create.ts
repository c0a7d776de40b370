/** Which exact check decides a stack's crash points. */
import type { Scope } from '../../stack/config.ts';
import type { Stack } from '../../stack/stack.ts';
import type { ExactCheck } from './check.ts';
import { SectorCheck } from './sectors.ts';
import { ProductCheck } from './products.ts';

export function createExactCheck(stack: Stack, scope: Scope): ExactCheck {
  const bySector = scope === 'power' && stack.config.disk.atomic === 512;
  return bySector ? new SectorCheck(stack) : new ProductCheck(stack, scope);
}
