/**
 * What a backend makes of the disk that it keeps the guest's device on (contract.md, "image": a format's own recovery
 * runs first). The disk then has more sectors than the guest, and some hold metadata: their versions are codes below
 * every VERSION of base/history.ts, which only the backend understands.
 */
import type { KeyBytes } from '../key/bytes.ts';

/** What a sector of the disk holds: a version, a code of metadata, or VERSION.initial where nothing was ever written. */
export type ReadSector = (sector: number) => number;

export interface Decoder {
  /**
   * The version that the guest finds at its sector once everything has recovered from what the disk holds. Depends on
   * nothing but what it reads, and reads the same sectors in the same order as long as they hold the same.
   */
  sectorAt(sector: number, read: ReadSector): number;
  /** The version that a reader gets while the backend lives, which may know more than the disk. */
  sectorNow(sector: number, read: ReadSector): number;
  /** The version that a reader gets once the backend has died and its host has not, and another opens the image. */
  sectorReopened(sector: number, read: ReadSector): number;
  /** Another backend opens the image: of what the last one knew there is what it finds. */
  reopen(read: ReadSector): void;
  /** The guest's sector whose data a sector of the disk holds. */
  guestSectorOf(sector: number): number;
  /** What the codes of this run stand for. */
  writeKey(key: KeyBytes): void;
}

/** Makes the guest's image out of one of the disk. */
export function decodeImage(decoder: Decoder, sectorCount: number, disk: Int32Array, guest: Int32Array): void {
  const read = (sector: number): number => disk[sector];
  for (let x = 0; x < sectorCount; x++) guest[x] = decoder.sectorAt(x, read);
}
