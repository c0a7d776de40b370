/** A VHD allocates one block at a time (facts.md §13.3): the block in question, and the writes that wait for it. */
import { NIL } from '../../block/bios.ts';
import { IntList } from '../../journal.ts';
import type { KeyBytes } from '../../key/bytes.ts';

/** The block that is being allocated. */
export class NewBlock {
  /** NIL: none is. */
  block: number = NIL;
  slot: number = NIL;
  /** Its bits are zeros on the disk. */
  hasZeros = false;
  /** The table has its entry. */
  hasEntry = false;

  reset(): void {
    this.begin(NIL, NIL);
  }

  begin(block: number, slot: number): void {
    this.block = block;
    this.slot = slot;
    this.hasZeros = false;
    this.hasEntry = false;
  }

  writeKey(key: KeyBytes): void {
    key.put(this.block);
    key.put(this.slot);
    key.putFlags(this.hasZeros, this.hasEntry);
  }
}

/** Fields of a write that waits: request, operation, sector, sectors, version. */
export const WAITING_WIDTH = 5;

/** Parts of writes that wait, in order. */
export class WaitingWrites {
  private now: IntList = new IntList();
  private taken: IntList = new IntList();

  reset(): void {
    this.now.clear();
  }

  push(row: number, op: number, sector: number, count: number, version: number): void {
    this.now.pushTwo(row, op);
    this.now.pushTwo(sector, count);
    this.now.push(version);
  }

  /** All of them, good until the next call; none waits any more. */
  take(): IntList {
    const all = this.now;
    this.now = this.taken;
    this.taken = all;
    this.now.clear();
    return all;
  }

  writeKey(key: KeyBytes, nameOf: (id: number) => number): void {
    const { items, count } = this.now;
    for (let i = 0; i < count; i++) key.put(i % WAITING_WIDTH === 0 ? nameOf(items[i]) : items[i]);
    key.put(NIL);
  }
}
