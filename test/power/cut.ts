/** A disk that has just lost power, and the document that says what had reached it. */
import { NIL } from '../../src/stack/block/bios.ts';
import type { DiskConfig, Scope } from '../../src/stack/config.ts';
import { COMMAND } from '../../src/stack/disk/commands.ts';
import type { Disk } from '../../src/stack/disk/disk.ts';
import { canonical } from '../oracle/document.ts';
import type { DiskDocument } from '../oracle/life.ts';

export interface Cut {
  readonly name: string;
  readonly disk: Disk;
  readonly scope: Scope;
  readonly document: DiskDocument;
}

/** The settings of disk.md by name, as a document shows them. */
export function diskModelOf(config: DiskConfig): DiskDocument['diskModel'] {
  const { cache, fua, tags, destage, flush, atomic } = config;
  return { cache, fua, tags, destage, flush, atomic };
}

/** An image of the columns, written as the second oracle writes it. */
export const canonicalOf = (image: Int32Array, sectorCount: number): string =>
  canonical([...image.subarray(0, sectorCount)]);

/**
 * Whether a read that is not in the document holds an ORDERED command back: only then may the document allow more images
 * than the disk.
 */
export function readHoldsBack(disk: Disk): boolean {
  const { commands } = disk;
  let readIsOpen = false;
  for (let tag = commands.head; tag !== NIL; tag = commands.next[tag]) {
    const flags = commands.flags[tag];
    if ((flags & (COMMAND.write | COMMAND.flush)) === 0) readIsOpen = true;
    else if (readIsOpen && (flags & COMMAND.ordered) !== 0) return true;
  }
  return false;
}
