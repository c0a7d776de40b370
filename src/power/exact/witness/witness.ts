/**
 * The witness of a violation that the exact check has decided: of all images that power loss could leave now and that
 * violate a guarantee, one that costs the least (cost.ts). Decided by the check's own rules, so the oracle has to judge
 * it before anybody is told. Plain code: a run has a few witnesses at most.
 */
import type { Program } from '../../../guest/program.ts';
import type { Scope } from '../../../stack/config.ts';
import type { Stack } from '../../../stack/stack.ts';
import { choosesBySector } from '../create.ts';
import { completeAll, searchHost } from './host.ts';
import { cheapestImage, searchProducts } from './products.ts';
import { Claims } from './rules.ts';
import { searchSectors } from './sectors.ts';

export class Witnesses {
  private readonly claims: Claims = new Claims();
  private readonly stack: Stack;
  private readonly scope: Scope;

  constructor(stack: Stack, scope: Scope) {
    this.stack = stack;
    this.scope = scope;
  }

  /**
   * Writes an image that violates the guarantee if power is lost now.
   * @param guarantee its row in GUARANTEES.
   * @returns false: no image of the set violates it, or it is not an image that decides it.
   */
  find(program: Program, guarantee: number, image: Int32Array): boolean {
    const { stack, scope, claims } = this;
    claims.look(stack.history, program);
    const rules = claims.rulesOf(guarantee);
    if (scope === 'host') return searchHost(stack.disk, rules, image);
    if (choosesBySector(stack.config.disk, scope)) return searchSectors(stack.disk, rules, image);
    return searchProducts(stack.disk, scope, rules, image);
  }

  /** Writes the image that costs the least of all, whatever it violates. */
  cheapest(image: Int32Array): void {
    const { stack, scope } = this;
    if (scope === 'host') completeAll(stack.disk, [], image);
    else if (choosesBySector(stack.config.disk, scope)) image.set(stack.disk.media.current);
    else cheapestImage(stack.disk, scope, image);
  }
}
