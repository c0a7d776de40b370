/**
 * The witness of a violation that the exact check has decided: of all images that power loss could leave now and that
 * violate a guarantee, one that costs the least (cost.ts). The oracle has to judge it before anybody is told. Plain code:
 * a run has a few witnesses at most.
 */
import type { Scope } from '../../../stack/config.ts';
import type { Evidence } from '../../../stack/evidence.ts';
import { choosesBySector } from '../create.ts';
import { decodedRulesOf } from '../decoded/rules.ts';
import { searchDecoded } from '../decoded/witness.ts';
import { completeAll, searchHost } from './host.ts';
import { Claims } from './claims.ts';
import { cheapestOfProducts, searchProducts } from './products.ts';
import { rulesOf } from './rules.ts';
import { searchSectors } from './sectors.ts';

/**
 * Writes an image of the disk that violates the guarantee if power is lost now.
 * @param guarantee its row in GUARANTEES.
 * @returns false: no image of the set violates it, or it is not an image that decides it.
 */
export function findWitness(stack: Evidence, scope: Scope, guarantee: number, image: Int32Array): boolean {
  const { disk, decoder } = stack;
  const claims = new Claims(stack.history);
  if (decoder !== null) return searchDecoded(stack, decoder, scope, decodedRulesOf(claims, guarantee), image);
  const rules = rulesOf(claims, guarantee);
  if (rules.length === 0) return false;
  if (scope === 'host') return searchHost(disk, rules, image);
  if (choosesBySector(disk.config, scope)) return searchSectors(disk, rules, image);
  return searchProducts(disk, rules, image);
}

/** Writes the image of the disk that costs the least of all, whatever it violates. */
export function cheapestImage({ disk }: Evidence, scope: Scope, image: Int32Array): void {
  if (scope === 'host') completeAll(disk, [], image);
  else if (choosesBySector(disk.config, scope)) image.set(disk.media.current);
  else cheapestOfProducts(disk, image);
}
