/**
 * tapdisk on a VHD (facts.md §13.3), opened with O_DIRECT on a volume. A write
 *  - to sectors whose bits are set is a data write;
 *  - to others of an allocated block joins the block's transaction (bitTransactions.ts): data, then bits;
 *  - to a block that has none begins one, one block at a time: a place is reserved; its bits are written as zeros while the
 *    data is under way; then the table; when data and zeroed bits are there, the bits; when table and bits are, the block
 *    is published in memory and the requests end. With `preallocate` bits and data are first written as zeros, and the
 *    thread waits for that; then table and data go out together, and the bits after both.
 * Each "then" waits for an end of I/O, not for a flush (D15, D16: that is how it is): with a volatile cache below, the
 * table may be on the medium before the bits, or the bits before the data.
 * What finds another block being allocated waits; what failed is tried again, metadata at once (resend.ts).
 */
import { STATUS } from '../../../base/history.ts';
import { PAGE_SECTORS } from '../../../base/units.ts';
import { BIO, BIO_AT, NIL } from '../../block/bios.ts';
import type { Queue } from '../../block/queue.ts';
import type { KeyBytes } from '../../key/bytes.ts';
import { BitTransactions } from './bitTransactions.ts';
import { ImageFile } from './imageFile.ts';
import { blocksOf } from '../../layout.ts';
import { NewBlock, WAITING_WIDTH, WaitingWrites } from './newBlock.ts';
import { resend } from './resend.ts';
import { type Surroundings, Userspace } from './userspace.ts';
import { hasTurn, OWNER_BITS, OWNER_TABLE, OWNER_ZEROS, ownerInTurn, rowOf, turnOf } from './vhdOwners.ts';
import { batSector, bitsCode, bitsFrom, UNUSED, VhdMap, ZEROS } from './vhdMap.ts';

export class Vhd extends Userspace {
  readonly decoder: VhdMap;
  /** The volume: only ever flushed. */
  protected readonly sync: ImageFile;
  private readonly transactions: BitTransactions;
  private readonly fresh: NewBlock = new NewBlock();
  private readonly waiting: WaitingWrites = new WaitingWrites();
  private readonly preallocates: boolean;
  /** B15: the bits of a block that is not in the table yet go to where nothing points to. */
  private readonly misplacesBits: boolean;
  /** B23: bits are written with the data instead of after it. */
  private readonly publishesEarly: boolean;
  /** B37: bits are kept in memory, and no flush writes them. */
  private readonly keepsBits: boolean;

  constructor(surroundings: Surroundings) {
    super(surroundings);
    const { bios, planted, config } = surroundings;
    const { sectors } = config.disk;
    this.decoder = new VhdMap(sectors);
    this.transactions = new BitTransactions(blocksOf(sectors));
    this.sync = new ImageFile(config, bios, false, planted);
    this.preallocates = config.backendOptions?.preallocate === true;
    this.misplacesBits = planted.is('B15');
    this.publishesEarly = planted.is('B23');
    this.keepsBits = planted.is('B37');
  }

  override attach(host: Queue): void {
    super.attach(host);
    this.sync.attach(host);
  }

  override reset(): void {
    super.reset();
    this.decoder.reset();
  }

  protected override forget(): void {
    super.forget();
    this.transactions.reset();
    this.sync.reset();
    this.fresh.reset();
    this.waiting.reset();
  }

  override writeKey(key: KeyBytes, nameOf: (id: number) => number): void {
    super.writeKey(key, nameOf);
    this.sync.writeLiveKey(key);
    this.decoder.writeLiveKey(key);
    this.transactions.writeKey(key, nameOf);
    this.fresh.writeKey(key);
    this.waiting.writeKey(key, nameOf);
  }

  /** Writing zeros is synchronous. */
  override get canTake(): boolean {
    return super.canTake && !this.isZeroing;
  }

  private get isZeroing(): boolean {
    return this.preallocates && this.fresh.block !== NIL && !this.fresh.hasZeros;
  }

  protected serveWrite(row: number): void {
    const { bios, pending } = this;
    // One more than what it waits for, so that nothing is the last before all are out.
    pending.bioCount[row] = 1;
    let bio = pending.bioHead[row];
    for (let left = this.bioCountOf(row); left > 0 && bio !== NIL; left--) {
      const { rows } = bios;
      const [op, version] = [rows[bio + BIO_AT.op], rows[bio + BIO_AT.version]];
      const end = rows[bio + BIO_AT.sector] + rows[bio + BIO_AT.count];
      for (let from = rows[bio + BIO_AT.sector]; from < end;) {
        const to = Math.min(end, (from | (PAGE_SECTORS - 1)) + 1);
        this.place(row, op, from, to - from, version);
        from = to;
      }
      bio = bios.rows[bio + BIO_AT.next];
    }
    this.partEnded(row, STATUS.ok);
  }

  protected placeOf(sector: number): number {
    const { decoder } = this;
    return decoder.isWritten(sector) ? decoder.dataSector(decoder.slotOf[sector >> 3], sector) : NIL;
  }

  override bioEnded(bio: number, status: number): void {
    const { rows } = this.bios;
    const owner = rows[bio + BIO_AT.owner];
    const sector = rows[bio + BIO_AT.sector];
    if (owner < 0 && status !== STATUS.ok) resend(bio, this.bios, this.host);
    else if (hasTurn(owner)) this.dataEnded(sector, rows[bio + BIO_AT.count], owner, status);
    else if (owner >= 0) this.partEnded(owner, status);
    else if (owner === OWNER_ZEROS) this.zerosEnded();
    else if (owner === OWNER_TABLE) {
      this.fresh.hasEntry = true;
      this.finish(this.fresh.block);
    } else if (owner === OWNER_BITS) {
      // Under B15 they were not written where the block is; only a new one has them there.
      const block = sector === 0 ? this.fresh.block : this.decoder.blockAt(sector);
      this.transactions.isWritten[block] = 1;
      this.finish(block);
    } else this.sync.bioEnded(bio, status);
  }

  /** A part of a write within one block. */
  private place(row: number, op: number, sector: number, count: number, version: number): void {
    const { decoder } = this;
    const block = sector >> 3;
    if (decoder.slotOf[block] === UNUSED) {
      if (this.fresh.block === NIL) this.allocate(block);
      if (this.fresh.block !== block || this.isZeroing) {
        this.pending.bioCount[row]++;
        this.waiting.push(row, op, sector, count, version);
      } else this.write(row, op, sector, count, version, this.fresh.slot, true);
      return;
    }
    const end = sector + count;
    for (let from = sector; from < end;) {
      const isWritten = decoder.isWritten(from);
      let to = from;
      while (to < end && decoder.isWritten(to) === isWritten) to++;
      this.write(row, op, from, to - from, version, decoder.slotOf[block], !isWritten);
      from = to;
    }
  }

  private allocate(block: number): void {
    const slot = this.decoder.take(block);
    this.fresh.begin(block, slot);
    const count = this.preallocates ? 1 + PAGE_SECTORS : 1;
    this.host.submit(this.bios.alloc(BIO.write, this.decoder.bitsSector(slot), count, ZEROS, OWNER_ZEROS, -1));
  }

  private zerosEnded(): void {
    const block = this.fresh.block;
    this.fresh.hasZeros = true;
    const table = this.decoder.enter(block, this.fresh.slot);
    this.host.submit(this.bios.alloc(BIO.write, batSector(block), 1, table, OWNER_TABLE, -1));
    if (this.preallocates) this.retryWaiting();
    this.close(block);
  }

  /** @param joins the bits of these sectors are not set yet. */
  private write(
    row: number,
    op: number,
    x: number,
    count: number,
    version: number,
    slot: number,
    joins: boolean,
  ): void {
    const { bios, pending, decoder, transactions } = this;
    const block = x >> 3;
    let owner = row;
    if (joins) {
      const turn = transactions.join(block, row);
      owner = ownerInTurn(row, turn);
      if (this.publishesEarly && this.planted.reach()) transactions.set(block, turn, bitsFrom(x, count));
    }
    pending.bioCount[row]++;
    this.host.submit(bios.alloc(BIO.write, decoder.dataSector(slot, x), count, version, owner, op));
    if (joins && this.publishesEarly) this.close(block);
  }

  private dataEnded(sector: number, count: number, owner: number, status: number): void {
    const block = this.decoder.blockAt(sector);
    const [turn, row] = [turnOf(owner), rowOf(owner)];
    const isStored = status === STATUS.ok;
    if (isStored) this.transactions.set(block, turn, bitsFrom(sector, count));
    else this.transactions.leave(block, turn, row);
    this.transactions.dataEnded(block, turn);
    this.close(block);
    this.finish(block);
    if (!isStored) this.partEnded(row, status);
  }

  /** Writes the bits of the block's transaction once its data is there, and the zeroed ones are. */
  private close(block: number): void {
    const { transactions, decoder } = this;
    if (!transactions.isOpen(block) || (transactions.hasData(block) && !this.publishesEarly)) return;
    const isNew = block === this.fresh.block;
    if (isNew && !this.fresh.hasZeros) return;
    transactions.close(block);
    if (this.keepsBits && this.planted.reach()) {
      transactions.isWritten[block] = 1;
      this.finish(block);
      return;
    }
    const bits = decoder.bits[block] | transactions.bitsOf(block);
    const astray = isNew && this.misplacesBits && this.planted.reach();
    const sector = astray ? 0 : decoder.bitsSector(isNew ? this.fresh.slot : decoder.slotOf[block]);
    this.host.submit(this.bios.alloc(BIO.write, sector, 1, bitsCode(bits), OWNER_BITS, -1));
  }

  /** Publishes a transaction of which everything is written, and ends its requests' part in it. */
  private finish(block: number): void {
    const { transactions, decoder } = this;
    // What a new block was for may have failed: others wait for it, so it is published without a bit.
    if (!transactions.isComplete(block) && !(block === this.fresh.block && transactions.isEmpty(block))) return;
    if (block === this.fresh.block) {
      if (!this.fresh.hasEntry) return;
      decoder.slotOf[block] = this.fresh.slot;
      this.fresh.reset();
    }
    decoder.bits[block] |= transactions.bitsOf(block);
    const { items, count } = transactions.membersOf(block);
    for (let i = 0; i < count; i++) this.partEnded(items[i], STATUS.ok);
    transactions.next(block);
    this.close(block);
    if (this.fresh.block === NIL) this.retryWaiting();
  }

  private retryWaiting(): void {
    const { items, count } = this.waiting.take();
    for (let i = 0; i < count; i += WAITING_WIDTH) {
      this.place(items[i], items[i + 1], items[i + 2], items[i + 3], items[i + 4]);
      this.partEnded(items[i], STATUS.ok);
    }
  }
}
