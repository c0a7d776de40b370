/**
 * The columns of a history (contract.md): what a guest did, when each operation was submitted and completed,
 * and which version every sector held after power loss. Written by the stack, read by the oracle; it lives in
 * base so that neither knows the other. Structures of arrays, reused between runs.
 */
import { assert } from './assert.ts';

/** Codes of the operation kinds, the index into KIND_NAMES. */
export const KIND = {
  write: 0,
  fua: 1,
  barrier: 2,
  flush: 3,
  bufwrite: 4,
  fsync: 5,
  fdatasync: 6,
  discard: 7,
  read: 8,
} as const;
export const KIND_NAMES = [
  'write',
  'fua',
  'barrier',
  'flush',
  'bufwrite',
  'fsync',
  'fdatasync',
  'discard',
  'read',
] as const;
export type KindName = (typeof KIND_NAMES)[number];

/** Codes of a status, the index into STATUS_NAMES; `none` is the document's null. */
export const STATUS = { none: 0, ok: 1, eio: 2, eopnotsupp: 3 } as const;
export const STATUS_NAMES = [null, 'ok', 'eio', 'eopnotsupp'] as const;

/** Versions of a sector that no operation wrote. Every version >= 0 is the id of a write. */
export const VERSION = {
  initial: -1,
  torn: -2,
  stale: -3,
  misplaced: -4,
  /** An id that no listed operation has. */
  unknown: -5,
} as const;

export class History {
  /** Operations 0 .. opCount-1; those with submit 0 were never submitted and don't belong to the history. */
  opCount = 0;
  sectorCount = 0;
  kind: Uint8Array = new Uint8Array(0);
  thread: Int32Array = new Int32Array(0);
  /** File of a bufwrite, fsync, fdatasync; -1 otherwise. */
  file: Int32Array = new Int32Array(0);
  /** First sector; -1 where the kind (or an empty barrier) has none. */
  sector: Int32Array = new Int32Array(0);
  /** Sectors covered; 0 where there are none. */
  count: Int32Array = new Int32Array(0);
  /** Time of submission, from 1; 0: not submitted. */
  submit: Int32Array = new Int32Array(0);
  /** Time of completion; 0: not completed (null in the document). */
  complete: Int32Array = new Int32Array(0);
  /** A STATUS code. A refused operation whose guest hasn't heard of it has an error here and complete 0. */
  status: Uint8Array = new Uint8Array(0);
  /** Where in readVersions the versions of a read begin, one per sector; -1 for other kinds. */
  readStart: Int32Array = new Int32Array(0);
  readVersions: Int32Array = new Int32Array(0);
  /** Version of every sector after power loss (or at the end). Holds sectorCount entries or more. */
  image: Int32Array = new Int32Array(0);
  /** Time of the power loss; 0: the run ended without one (null in the document). */
  crashAt = 0;
  /** What a lower layer failed to store: op id, sector, op id, sector … */
  refused: Int32Array = new Int32Array(0);
  /** Pairs in `refused`. */
  refusedCount = 0;
  /** Ids of operations that completed twice. */
  twice: Int32Array = new Int32Array(0);
  twiceCount = 0;

  /** Makes room for `opCount` operations over `sectorCount` sectors and clears what a run fills in. */
  reset(opCount: number, sectorCount: number, readSectorCount: number): void {
    assert(opCount >= 0 && sectorCount >= 0, 'a history has no negative size');
    if (Math.min(this.kind.length, this.submit.length) < opCount) this.growOps(opCount);
    if (this.image.length < sectorCount) this.image = new Int32Array(sectorCount);
    if (this.readVersions.length < readSectorCount) this.readVersions = new Int32Array(readSectorCount);
    this.opCount = opCount;
    this.sectorCount = sectorCount;
    this.submit.fill(0, 0, opCount);
    this.complete.fill(0, 0, opCount);
    this.status.fill(STATUS.none, 0, opCount);
    this.crashAt = 0;
    this.refusedCount = 0;
    this.twiceCount = 0;
  }

  /** Notes that a lower layer failed to store `sector` of operation `op`. */
  addRefused(op: number, sector: number): void {
    if (this.refused.length < 2 * (this.refusedCount + 1)) this.refused = grown(this.refused);
    this.refused[2 * this.refusedCount] = op;
    this.refused[2 * this.refusedCount + 1] = sector;
    this.refusedCount++;
  }

  /** What had been refused has been stored after all. */
  removeRefused(op: number, sector: number): void {
    const { refused } = this;
    for (let i = 0; i < this.refusedCount; i++) {
      if (refused[2 * i] !== op || refused[2 * i + 1] !== sector) continue;
      this.refusedCount--;
      refused.copyWithin(2 * i, 2 * i + 2, 2 * this.refusedCount + 2);
      return;
    }
  }

  /** Notes that operation `op` completed once more. */
  addTwice(op: number): void {
    if (this.twice.length < this.twiceCount + 1) this.twice = grown(this.twice);
    this.twice[this.twiceCount++] = op;
  }

  private growOps(opCount: number): void {
    this.kind = new Uint8Array(opCount);
    this.thread = new Int32Array(opCount);
    this.file = new Int32Array(opCount);
    this.sector = new Int32Array(opCount);
    this.count = new Int32Array(opCount);
    this.submit = new Int32Array(opCount);
    this.complete = new Int32Array(opCount);
    this.status = new Uint8Array(opCount);
    this.readStart = new Int32Array(opCount);
  }
}

function grown(column: Int32Array): Int32Array {
  const larger = new Int32Array(Math.max(8, 2 * column.length));
  larger.set(column);
  return larger;
}
