/**
 * Holds what src/power says about a cut against what the second oracle says: the enumerated set, the check of single
 * images, and how often each kind of cut was really met.
 */
import { expect } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import { enumerateImages } from '../../src/power/enumerate.ts';
import { impossibleSector } from '../../src/power/possible.ts';
import { parseImage } from '../oracle/document.ts';
import { RULES, type Rules, survivingImages } from '../oracle/surviving.ts';
import { type Cut, canonicalOf, readHoldsBack } from './cut.ts';

/** Sets beyond this are not compared, only found too large by both. */
export const IMAGES_MAX = 512;
/** Builds (not images) after which an enumeration of a set that is small enough would be absurd. */
const BUILDS_MAX = 200_000;
/** Images of a set that are checked one by one, and images beside it. */
const CHECKED_MAX = 12;
const MUTATED_MAX = 8;

export interface Compared {
  readonly complaints: readonly string[];
  /** What the second oracle allows; null when it is more than IMAGES_MAX. */
  readonly allowed: ReadonlySet<string> | null;
  /** A read that the document doesn't show held something back. */
  readonly held: boolean;
  /** Images one by one: how many were possible, and how many were not. */
  readonly possible: number;
  readonly impossible: number;
}

/** Everything that differs between both sides at this cut. */
export function compareSets(cut: Cut, rules: Rules = RULES): Compared {
  const held = readHoldsBack(cut.disk);
  const { images: allowed, whole } = survivingImages(cut.document, IMAGES_MAX, rules);
  const enumerated = enumeratedSet(cut);
  const nothing = { held, possible: 0, impossible: 0 };
  if (!whole) {
    const complaints = enumerated.size > IMAGES_MAX || held ? [] : [`${cut.name}: only ${enumerated.size} images`];
    return { ...nothing, complaints, allowed: null };
  }
  const extra = [...enumerated].filter((image) => !allowed.has(image));
  const missing = held ? [] : [...allowed].filter((image) => !enumerated.has(image));
  const complaints = [
    ...extra.map((image) => `${cut.name}: enumerated, but can't survive: ${image}`),
    ...missing.map((image) => `${cut.name}: not enumerated, but may survive: ${image}`),
  ];
  if (held || complaints.length > 0) return { ...nothing, complaints, allowed };
  return { ...checkSingly(cut, allowed), allowed, held };
}

/** Fails with the document when there are complaints. */
export function expectNone(cut: Cut, complaints: readonly string[]): void {
  if (complaints.length > 0) expect.fail([...complaints, JSON.stringify(cut.document)].join('\n'));
}

/** The images that src/power builds, up to a few more than IMAGES_MAX. */
export function enumeratedSet(cut: Cut): Set<string> {
  const { disk, scope } = cut;
  const { sectorCount } = disk.media;
  const image = new Int32Array(sectorCount);
  const images = new Set<string>();
  enumerateImages(disk, scope, BUILDS_MAX, image, () => {
    images.add(canonicalOf(image, sectorCount));
    return images.size <= IMAGES_MAX;
  });
  return images;
}

/** Whether the check of a single image says so for images of the set and for some beside it. */
function checkSingly(cut: Cut, allowed: ReadonlySet<string>): Omit<Compared, 'allowed' | 'held'> {
  const random = new RandomStream(cut.name);
  const inside = [...allowed];
  const stride = Math.ceil(inside.length / CHECKED_MAX);
  const candidates = [
    ...inside.filter((_, index) => index % stride === 0),
    ...Array.from({ length: Math.min(2 * inside.length, MUTATED_MAX) }, () => mutated(inside, random)),
  ];
  const wrong = candidates.filter((image) => isPossible(cut, image) !== allowed.has(image));
  const possible = candidates.filter((image) => allowed.has(image)).length;
  return {
    complaints: wrong.map((image) => `${cut.name}: taken for ${allowed.has(image) ? 'im' : ''}possible: ${image}`),
    possible,
    impossible: candidates.length - possible,
  };
}

function isPossible(cut: Cut, image: string): boolean {
  return impossibleSector(cut.disk, cut.scope, Int32Array.from(parseImage(image), Number)) === -1;
}

/** An image of the set with one sector as another image (or nobody) has it: often, but not always, beside the set. */
function mutated(images: readonly string[], random: RandomStream): string {
  const words = images[random.below(images.length)].split(' ');
  const other = images[random.below(images.length)].split(' ');
  const sector = random.below(words.length);
  const version = random.chance(1, 4) ? '9999' : other[random.chance(1, 2) ? sector : random.below(words.length)];
  return words.with(sector, version).join(' ');
}
