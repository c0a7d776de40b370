/**
 * The transactions in which a VHD's bits are set (facts.md §13.3), per block: data writes join the open one; when the
 * last of them has ended it is closed and the sector of bits written; what arrives meanwhile joins the next one, its data
 * written at once. A request is done with a transaction, not with its data. Which of the two a data write belongs to is
 * told by its turn, 0 or 1.
 */
import { IntList } from '../../journal.ts';
import { NIL } from '../../block/bios.ts';
import type { KeyBytes } from '../../key/bytes.ts';

export class BitTransactions {
  /** The turn of the transaction that is open, or closed and being written. */
  readonly turn: Uint8Array;
  readonly isClosed: Uint8Array;
  /** The sector of bits of a closed one has been written. */
  readonly isWritten: Uint8Array;
  /** By block and turn (2 · block + turn): data writes not ended, the bits of those that have, the requests. */
  private readonly dataCount: Int32Array;
  private readonly bits: Int32Array;
  private readonly members: IntList[];

  constructor(blockCount: number) {
    this.turn = new Uint8Array(blockCount);
    this.isClosed = new Uint8Array(blockCount);
    this.isWritten = new Uint8Array(blockCount);
    this.dataCount = new Int32Array(2 * blockCount);
    this.bits = new Int32Array(2 * blockCount);
    this.members = Array.from({ length: 2 * blockCount }, () => new IntList());
  }

  reset(): void {
    for (const column of [this.turn, this.isClosed, this.isWritten, this.dataCount, this.bits]) column.fill(0);
    for (const list of this.members) list.clear();
  }

  /** A data write of a request joins the block's open transaction, or the next one; returns its turn. */
  join(block: number, row: number): number {
    const turn = this.turn[block] ^ this.isClosed[block];
    this.dataCount[2 * block + turn]++;
    this.members[2 * block + turn].push(row);
    return turn;
  }

  /** These bits are to be set with the transaction. */
  set(block: number, turn: number, bits: number): void {
    this.bits[2 * block + turn] |= bits;
  }

  dataEnded(block: number, turn: number): void {
    this.dataCount[2 * block + turn]--;
  }

  /** A data write of the request has failed: the transaction goes on without it. */
  leave(block: number, turn: number, row: number): void {
    const members = this.members[2 * block + turn];
    members.removeAt(members.indexOf(row));
  }

  /** Whether data writes of the current transaction are under way. */
  hasData(block: number): boolean {
    return this.dataCount[2 * block + this.turn[block]] > 0;
  }

  /** Whether there is an open transaction with anything in it. */
  isOpen(block: number): boolean {
    return this.isClosed[block] === 0 && this.membersOf(block).count > 0;
  }

  /** Whether data and bits of the current transaction are written. */
  isComplete(block: number): boolean {
    return this.isClosed[block] === 1 && this.isWritten[block] === 1 && !this.hasData(block);
  }

  /** Whether the open transaction has nothing in it. */
  isEmpty(block: number): boolean {
    return this.isClosed[block] === 0 && this.membersOf(block).count === 0;
  }

  bitsOf(block: number): number {
    return this.bits[2 * block + this.turn[block]];
  }

  /** The requests of the current transaction, each as often as it has data writes in it. */
  membersOf(block: number): IntList {
    return this.members[2 * block + this.turn[block]];
  }

  close(block: number): void {
    this.isClosed[block] = 1;
    this.isWritten[block] = 0;
  }

  /** The current one is over; the next one is open. */
  next(block: number): void {
    const at = 2 * block + this.turn[block];
    this.bits[at] = 0;
    this.members[at].clear();
    this.turn[block] ^= 1;
    this.isClosed[block] = 0;
  }

  writeKey(key: KeyBytes, nameOf: (id: number) => number): void {
    for (let block = 0; block < this.turn.length; block++) {
      key.put(4 * this.turn[block] + 2 * this.isClosed[block] + this.isWritten[block]);
      for (let at = 2 * block; at < 2 * block + 2; at++) {
        key.put(this.dataCount[at]);
        key.put(this.bits[at]);
        const { items, count } = this.members[at];
        for (let i = 0; i < count; i++) key.put(nameOf(items[i]));
        key.put(NIL);
      }
    }
  }
}
