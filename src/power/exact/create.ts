/** Which exact check decides a stack's crash points. */
import type { DiskConfig, Scope } from '../../stack/config.ts';
import type { Evidence } from '../../stack/evidence.ts';
import type { ExactCheck } from './check.ts';
import { DecodedCheck } from './decoded/check.ts';
import { HostCheck } from './host.ts';
import { ProductCheck } from './products.ts';
import { SectorCheck } from './sectors.ts';

export function createExactCheck(stack: Evidence, scope: Scope): ExactCheck {
  if (stack.decoder !== null) return new DecodedCheck(stack, stack.decoder, scope);
  if (scope === 'host') return new HostCheck(stack);
  return stack.config.disk.atomic === 512 ? new SectorCheck(stack) : new ProductCheck(stack);
}

/** Whether the images of a disk are all choices of one version per sector, independently. */
export function choosesBySector({ cache, destage, atomic }: DiskConfig, scope: Scope): boolean {
  const ordered = cache === 'writeback' && destage !== 'any';
  return scope === 'power' && !ordered && atomic === 512;
}
