/** Witnesses where every sector is a unit of its own and chooses independently: nothing is spelled out. */
import { NIL } from '../../../stack/block/bios.ts';
import type { Disk } from '../../../stack/disk/disk.ts';
import { StartedVersions } from '../../started.ts';
import { KEPT, LOST } from './cost.ts';
import type { Rule } from './rules.ts';
import { type Found, Search } from './search.ts';

/** Writes the cheapest image that violates one of the rules; false: none does. */
export function searchSectors(disk: Disk, rules: readonly Rule[], image: Int32Array): boolean {
  const started = new StartedVersions().read(disk);
  let best: Found | null = null;
  for (const rule of rules) {
    const found = searchRule(disk, rule, started);
    if (found !== null && (best === null || found.extra < best.extra)) best = found;
  }
  if (best === null) return false;
  image.set(disk.media.current);
  for (const { unit, content } of best.choices) image[unit] = content[0];
  return true;
}

function searchRule(disk: Disk, rule: Rule, started: StartedVersions): Found | null {
  const { floor, current, content, unitHead, newer, sectorCount } = disk.media;
  const search = new Search();
  for (let sector = 0; sector < sectorCount; sector++) {
    const offer = (version: number): void => {
      const lost = version !== current[sector] && !started.has(sector, version);
      const kept = version !== current[sector] && version !== floor[sector];
      const extra = (lost ? LOST : 0) + (kept ? KEPT : 0);
      search.offer(sector, [version], extra, rule.ends(sector, version), rule.stands(sector, version));
    };
    offer(floor[sector]);
    for (let node = unitHead[sector]; node !== NIL; node = newer[node]) offer(content[node]);
    for (let at = started.head[sector]; at !== NIL; at = started.next.items[at]) offer(started.version.items[at]);
  }
  return search.best();
}
