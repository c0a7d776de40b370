/** Every kind of disk that the images of power loss depend on. */
import type { DiskConfig } from '../../dist/stack/config.js';

export const DISKS: readonly Partial<DiskConfig>[] = [
  {},
  { fua: true },
  { cache: 'none' },
  { cache: 'nonvolatile' },
  { tags: 'ignored' },
  { flush: 'ignored' },
  { destage: 'fifo' },
  { destage: 'epoch' },
  { atomic: 4096 },
  { destage: 'epoch', atomic: 4096, fua: true },
  { destage: 'fifo', fua: true },
  { destage: 'fifo', tags: 'ignored' },
  { destage: 'epoch', fua: true, flush: 'ignored' },
  { depth: 2 },
];
