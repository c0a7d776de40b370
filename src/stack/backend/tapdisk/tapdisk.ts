/**
 * tapdisk on a raw image (facts.md §13.2, `block-aio`; modes.md): aio on a file of the host (imageFile.ts), opened
 *  - direct: O_DIRECT, straight to bios, nothing is ever synced;
 *  - dsync, sync: O_DIRECT with O_DSYNC or O_SYNC, whose sync runs right after submission, before the data is on disk
 *    (§9.5; 2.6.33 to 3.11); the thread hears of nothing until it is over;
 *  - buffered: a copy into the page cache is all.
 * A write that ends has its blocks written first, as far as memory knows: what 2.6.36 waits for.
 */
import { STATUS } from '../../../base/history.ts';
import { BIO, BIO_AT, NIL } from '../../block/bios.ts';
import type { Queue } from '../../block/queue.ts';
import type { KeyBytes } from '../../key/bytes.ts';
import { ImageFile } from './imageFile.ts';
import { type Surroundings, Userspace } from './userspace.ts';

export class Tapdisk extends Userspace {
  readonly decoder: ImageFile;
  protected readonly sync: ImageFile;
  private readonly syncsAtSubmission: boolean;
  private readonly commitsTimes: boolean;
  /** B39: the buffer of the write that ended last is sent again, with what the guest has put there since. */
  private readonly sendsAgain: boolean;
  private sentLast: number = NIL;

  constructor(surroundings: Surroundings) {
    super(surroundings);
    const { bios, planted, config } = surroundings;
    const open = config.backendOptions?.open ?? 'direct';
    // B17: O_DIRECT is refused, and the image opened without it.
    const isRefused = planted.is('B17') && open !== 'buffered' && planted.reach();
    this.decoder = new ImageFile(config, bios, open === 'buffered' || isRefused, planted);
    this.sync = this.decoder;
    this.syncsAtSubmission = open === 'dsync' || open === 'sync';
    this.commitsTimes = open === 'sync';
    this.sendsAgain = planted.is('B39');
  }

  override attach(host: Queue): void {
    super.attach(host);
    this.decoder.attach(host);
  }

  override reset(): void {
    super.reset();
    this.decoder.reset();
  }

  protected override forget(): void {
    super.forget();
    this.decoder.reopen();
    this.sentLast = NIL;
  }

  /** The host's kernel goes on: what ends is written, whoever asked for it. */
  override bioOutlived(bio: number, status: number): void {
    const { rows } = this.bios;
    if (rows[bio + BIO_AT.owner] < 0) this.decoder.bioEnded(bio, status);
    else if (status === STATUS.ok && (rows[bio + BIO_AT.flags] & BIO.write) !== 0)
      this.wrote(rows[bio + BIO_AT.sector], rows[bio + BIO_AT.count]);
  }

  override writeKey(key: KeyBytes, nameOf: (id: number) => number): void {
    super.writeKey(key, nameOf);
    this.decoder.writeLiveKey(key);
    if (this.sendsAgain) key.put(this.sentLast);
  }

  override bioEnded(bio: number, status: number): void {
    const { rows } = this.bios;
    const isOwn = rows[bio + BIO_AT.owner] < 0;
    this.bioOutlived(bio, status);
    if (!isOwn) super.bioEnded(bio, status);
  }

  protected serveWrite(row: number): void {
    const { cache } = this.decoder;
    if (cache !== null) {
      this.copy(row);
      this.served(row);
      return;
    }
    if (this.sendsAgain && this.sentLast !== NIL && this.planted.reach()) this.sendAgain(row);
    this.submitData(row, BIO.write);
    if (this.syncsAtSubmission) this.sync.beginSync(this.commitsTimes);
  }

  protected placeOf(sector: number): number {
    const { cache } = this.decoder;
    return this.decoder.isWritten(sector) && (cache === null || !cache.has(sector)) ? sector : NIL;
  }

  /** The guest writes out of the same page now. */
  private sendAgain(row: number): void {
    const { rows } = this.bios;
    const bio = this.pending.bioHead[row];
    const [version, op] = [rows[bio + BIO_AT.version], rows[bio + BIO_AT.op]];
    this.host.submit(this.bios.alloc(BIO.write, this.sentLast, 1, version, OWNER_NOBODY, op));
    this.sentLast = NIL;
  }

  private wrote(sector: number, count: number): void {
    if (this.sendsAgain) this.sentLast = sector;
    this.decoder.wrote(sector, count);
  }

  private copy(row: number): void {
    const { bios } = this;
    for (let bio = this.pending.bioHead[row]; bio !== NIL; bio = bios.rows[bio + BIO_AT.next])
      this.decoder.cache!.write(
        bios.rows[bio + BIO_AT.sector],
        bios.rows[bio + BIO_AT.count],
        bios.rows[bio + BIO_AT.version],
      );
  }
}

/** Owner of a bio that nobody waits for. */
const OWNER_NOBODY = -9;
