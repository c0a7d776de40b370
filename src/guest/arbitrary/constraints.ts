/** What a user may ask of generated workloads. */
import { BlkfuzzError } from '../../base/errors.ts';
import { PAGE_SECTORS } from '../../base/units.ts';

/** What a workload may be made of: the kinds of operations, with a barrier that has no payload apart. */
export const WORKLOAD_KINDS = [
  'write',
  'fua',
  'discard',
  'barrier',
  'empty-barrier',
  'flush',
  'bufwrite',
  'fsync',
  'fdatasync',
  'read',
] as const;
export type WorkloadKind = (typeof WORKLOAD_KINDS)[number];

export interface WorkloadConstraints {
  /** Operations over all threads, exactly; `wait` is not counted. */
  readonly ops: number;
  /** Threads, at most. */
  readonly threads: number;
  /** Sectors of the device. */
  readonly sectors: number;
  /** Sectors of the disk's atomic unit, 1 (the default) or 8: with 8 most requests are aligned to it. */
  readonly atomicSectors?: number;
  /** Files, at most (3 by default); 0: direct operations only. */
  readonly files?: number;
  /** These kinds and no others, each in every workload; left out: any, drawn for each workload. */
  readonly kinds?: readonly WorkloadKind[];
  /** No two direct requests share a sector, as far as the device has room. */
  readonly apart?: boolean;
}

/** Bounds of the numbers above: what the columns of a history and a shell's patience take. */
const OPS_MAX = 1 << 20;
const THREADS_MAX = 1 << 10;
const SECTORS_MAX = 1 << 24;
const FILES_MAX = 1 << 10;

/** @throws BlkfuzzError `usage` naming the constraint that makes no sense and what was expected. */
export function checkConstraints(constraints: WorkloadConstraints): void {
  checkInteger('ops', constraints.ops, 1, OPS_MAX);
  checkInteger('threads', constraints.threads, 1, THREADS_MAX);
  checkInteger('sectors', constraints.sectors, 1, SECTORS_MAX);
  checkInteger('files', constraints.files ?? 0, 0, FILES_MAX);
  const atomicSectors = constraints.atomicSectors ?? 1;
  if (atomicSectors !== 1 && atomicSectors !== PAGE_SECTORS)
    throw new BlkfuzzError('usage', `atomicSectors is ${atomicSectors}, expected 1 or ${PAGE_SECTORS}`);
}

function checkInteger(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new BlkfuzzError('usage', `${name} is ${value}, expected an integer from ${min} to ${max}`);
}
