/** Where on its disk a user-space backend keeps the guest's device. Light to import: case files are checked against it. */
import { PAGE_SECTORS } from '../../../base/units.ts';
import type { Backend, BackendOptions, StackConfig } from '../../config.ts';

export type UserspaceName = 'blktap2' | 'tapdisk' | 'tapdisk-vhd';

export function isUserspace(backend: Backend): backend is UserspaceName {
  return backend === 'blktap2' || backend === 'tapdisk' || backend === 'tapdisk-vhd';
}

/** Whether images of the disk have to be decoded: the guest's sectors are not the disk's. */
export function isMapped({ backend, backendOptions }: StackConfig): boolean {
  return isUserspace(backend) && hasMetadata(backendOptions);
}

/** Sectors of the disk on which the backend keeps the guest's device. */
export function diskSectorsOf(config: StackConfig): number {
  const { sectors } = config.disk;
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
