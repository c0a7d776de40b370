/** Which sectors belong to files and which to direct requests: disjoint ranges that fill the device. */
import type * as fc from 'fast-check';
import { PAGE_SECTORS } from '../../base/units.ts';
import type { WorkloadConstraints } from './constraints.ts';
import { below, between, chance, oneOf } from './draws.ts';

const FILES_DEFAULT = 3;

/** A range of sectors, and the hot part of it that overlapping requests come from. */
export interface Region {
  readonly sector: number;
  readonly count: number;
  readonly hotSector: number;
  readonly hotCount: number;
}

export interface Layout {
  readonly direct: Region;
  /** File number f has files[f - 1]. */
  readonly files: readonly Region[];
}

/** Draws how much of the device each file has, and where; direct requests always keep a sector at least. */
export function drawLayout(random: fc.Random, constraints: WorkloadConstraints): Layout {
  const { sectors } = constraints;
  const fileCountMax = Math.min(constraints.files ?? FILES_DEFAULT, sectors - 1);
  const wanted = oneOf(random, [0, 1, 1, 1, 2, 2, 3, fileCountMax]);
  const fileCount = Math.min(wanted, fileCountMax);
  // Now and then a file and its neighbour share a page: a unit half of which is somebody else's.
  const paged = chance(random, 6) && sectors >= (fileCount + 1) * PAGE_SECTORS;
  const unit = paged ? PAGE_SECTORS : 1;
  const unitCount = (sectors - (sectors % unit)) / unit;
  const sizes = drawSizes(random, unitCount, fileCount);
  const directAt = below(random, fileCount + 1);
  const files: Region[] = [];
  let direct: Region | undefined;
  let sector = 0;
  for (let i = 0; i <= fileCount; i++) {
    // sizes[0] is the direct part's; what doesn't fill a unit goes to whoever is last.
    const size = i === directAt ? sizes[0] : sizes[i < directAt ? i + 1 : i];
    const region = drawRegion(random, sector, i === fileCount ? sectors - sector : size * unit);
    if (i === directAt) direct = region;
    else files.push(region);
    sector += region.count;
  }
  return { direct: direct!, files };
}

/** Units of the direct part, then of each file; every one has a unit at least. */
function drawSizes(random: fc.Random, unitCount: number, fileCount: number): number[] {
  if (fileCount === 0) return [unitCount];
  const share = oneOf(random, [1, 2, 4, 4, 6, 7]);
  const ofFiles = Math.min(Math.max((unitCount * share) >> 3, fileCount), unitCount - 1);
  const sizes = [unitCount - ofFiles];
  const even = chance(random, 4);
  let rest = ofFiles;
  for (let filesLeft = fileCount; filesLeft > 0; filesLeft--) {
    const spare = rest - filesLeft;
    const extra =
      filesLeft === 1 ? spare : even ? (spare - (spare % filesLeft)) / filesLeft : between(random, 0, spare);
    sizes.push(1 + extra);
    rest -= 1 + extra;
  }
  return sizes;
}

function drawRegion(random: fc.Random, sector: number, count: number): Region {
  const hotCount = Math.min(count, oneOf(random, [1, 2, 4, 8, 8, 16, count]));
  return { sector, count, hotSector: sector + between(random, 0, count - hotCount), hotCount };
}
