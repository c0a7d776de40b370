/**
 * What codes of metadata stand for in one run: tables of numbers, all of one width, numbered in the order in which they
 * were first written, so that the same schedule gives the same codes.
 */
import { resized } from '../block/bios.ts';
import type { KeyBytes } from '../key/bytes.ts';

export class Snapshots {
  private readonly width: number;
  private readonly codeFirst: number;
  private rows: Int32Array;
  private count = 0;

  /** @param codeFirst the code of the first table; each later one has one less. */
  constructor(width: number, codeFirst: number) {
    this.width = width;
    this.codeFirst = codeFirst;
    this.rows = new Int32Array(8 * width);
  }

  reset(): void {
    this.count = 0;
  }

  /** The code of a table with the first `width` numbers of `content`; one written before keeps its code. */
  codeOf(content: Int32Array): number {
    for (let i = this.count - 1; i >= 0; i--) if (this.isSame(i, content)) return this.codeFirst - i;
    const at = this.count * this.width;
    if (at === this.rows.length) this.rows = resized(this.rows, 2 * at);
    for (let i = 0; i < this.width; i++) this.rows[at + i] = content[i];
    return this.codeFirst - this.count++;
  }

  /** Whether the version is a code of this run. */
  has(code: number): boolean {
    return code <= this.codeFirst && code > this.codeFirst - this.count;
  }

  /** Number `index` of the table with this code. */
  at(code: number, index: number): number {
    return this.rows[(this.codeFirst - code) * this.width + index];
  }

  writeKey(key: KeyBytes): void {
    key.put(this.count);
    for (let i = 0; i < this.count * this.width; i++) key.put(this.rows[i]);
  }

  private isSame(row: number, content: Int32Array): boolean {
    for (let i = 0; i < this.width; i++) if (this.rows[row * this.width + i] !== content[i]) return false;
    return true;
  }
}
