/** Where on its disk a user-space backend keeps the guest's device. Light to import: case files are checked against it. */
import { PAGE_SECTORS } from '../base/units.ts';
import { type Backend, type BackendOptions, OPTIONS_OF, type StackConfig } from './config.ts';

/** Codes of metadata, in place of versions, are this or less: below every VERSION. */
export const METADATA_FIRST = -16;

export type UserspaceName = 'blktap2' | 'tapdisk' | 'tapdisk-vhd';

export function isUserspace(backend: Backend): backend is UserspaceName {
  return backend === 'blktap2' || backend === 'tapdisk' || backend === 'tapdisk-vhd';
}

/** Those of some options that this backend takes; null: none. */
export function optionsFor(backend: Backend, options: BackendOptions | undefined): BackendOptions | null {
  const known: readonly string[] = OPTIONS_OF[backend] ?? [];
  const own = Object.entries(options ?? {}).filter(([name]) => known.includes(name));
  return own.length === 0 ? null : Object.fromEntries(own);
}

/** Whether images of the disk have to be decoded: the guest's sectors are not the disk's. */
export function isMapped({ backend, backendOptions }: StackConfig): boolean {
  return backend === 'tapdisk-vhd' || (isUserspace(backend) && hasMetadata(backendOptions));
}

/** Sectors of the disk on which the backend keeps the guest's device. */
export function diskSectorsOf(config: StackConfig): number {
  const { sectors } = config.disk;
  if (config.backend === 'tapdisk-vhd') return vhdSectors(sectors);
  return isMapped(config) ? journalSectorOf(sectors) + PAGE_SECTORS : sectors;
}

/** Whether the host's file system has something to say of the image file's blocks. */
export function hasMetadata(options: BackendOptions | undefined): boolean {
  return (options?.image ?? 'full') !== 'full';
}

/** The journal's sector lies behind the guest's, in an atomic unit of its own. */
export function journalSectorOf(sectorCount: number): number {
  return Math.ceil(sectorCount / PAGE_SECTORS) * PAGE_SECTORS;
}

/** Entries of a sector of a VHD's allocation table. */
export const BAT_ENTRIES = 128;
/** Sectors of a block's place: a page that ends with its bits, and one of data. */
export const SLOT_SECTORS: number = 2 * PAGE_SECTORS;

export function blocksOf(sectorCount: number): number {
  return Math.ceil(sectorCount / PAGE_SECTORS);
}

/** Sectors of the allocation table. */
export function batSectors(sectorCount: number): number {
  return Math.ceil(blocksOf(sectorCount) / BAT_ENTRIES);
}

function vhdSectors(sectorCount: number): number {
  const table = Math.ceil(batSectors(sectorCount) / PAGE_SECTORS) * PAGE_SECTORS;
  return table + blocksOf(sectorCount) * SLOT_SECTORS;
}
