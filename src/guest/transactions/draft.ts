/** The thread that a guest with transactions writes: operations with their roles, drawn within a budget. */
import type * as fc from 'fast-check';
import type { Planted } from '../../stack/mutants.ts';
import type { Operation, Part, Role } from '../operation.ts';

const WAIT: Operation = { op: 'wait' };

/** What a workload of such a guest may take. */
export interface Shape {
  /** Operations over all threads, roughly: transactions are written whole. */
  readonly ops: number;
  readonly threads: number;
  readonly sectors: number;
}

export class Draft {
  readonly random: fc.Random;
  readonly planted: Planted;
  readonly operations: Operation[] = [];
  /** Operations that may still be written. */
  left: number;

  constructor(random: fc.Random, planted: Planted, left: number) {
    this.random = random;
    this.planted = planted;
    this.left = left;
  }

  write(sector: number, role: Role): void {
    this.add({ op: 'write', sector, count: 1, role });
  }

  fua(sector: number, role: Role): void {
    this.add({ op: 'fua', sector, count: 1, role });
  }

  barrier(sector: number, role: Role): void {
    this.add({ op: 'barrier', sector, count: 1, role });
  }

  bufwrite(file: number, sector: number, role: Role): void {
    this.add({ op: 'bufwrite', file, sector, count: 1, role });
  }

  fsync(file: number, part: Part, tx: number): void {
    this.add({ op: 'fsync', file, role: { part, tx } });
  }

  flush(part: Part, tx: number): void {
    this.add({ op: 'flush', role: { part, tx } });
  }

  wait(part: Part, tx: number): void {
    if (this.operations.at(-1)?.op !== 'wait') this.operations.push({ ...WAIT, role: { part, tx } });
  }

  private add(operation: Operation): void {
    this.operations.push(operation);
    this.left--;
  }
}

/** Different numbers from 0 to `limit` - 1, ascending. */
export function someOf(limit: number, count: number, below: (limit: number) => number): number[] {
  const all = Array.from({ length: limit }, (_, i) => i);
  while (all.length > count) all.splice(below(all.length), 1);
  return all;
}
