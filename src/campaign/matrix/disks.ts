/** The disks of the matrix by name (disk.md), and what the usual matrix ranges over; anything else can be asked for as well. */
import type { Backend, DiskConfig } from '../../stack/config.ts';

export interface NamedDisk {
  readonly name: string;
  readonly settings: Partial<DiskConfig>;
}

export const NAMED_DISKS: readonly NamedDisk[] = [
  { name: 'write-through', settings: { cache: 'none' } },
  { name: 'write-back', settings: {} },
  { name: 'fua', settings: { fua: true } },
  { name: 'tags-ignored', settings: { tags: 'ignored' } },
  { name: 'fifo', settings: { destage: 'fifo' } },
  { name: 'epoch', settings: { destage: 'epoch' } },
  { name: 'nonvolatile', settings: { cache: 'nonvolatile' } },
  { name: 'lying', settings: { flush: 'ignored' } },
];

/** Those of the usual matrix. */
export const MATRIX_DISKS: readonly NamedDisk[] = NAMED_DISKS.slice(0, 6);
export const MATRIX_BACKENDS: readonly Backend[] = ['direct', 'blkback', 'loop', 'reference'];
