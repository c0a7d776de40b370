/** The requests of a block layer queue in a key. */
import { BIO, type Bios, NIL, BIO_AT } from '../block/bios.ts';
import { POST, PRE, REQ, type Requests, REQ_AT } from '../block/requests.ts';
import type { KeyBytes } from './bytes.ts';

/** Names the requests of one queue by the order in which they turn up; the first mention tells what one is. */
export class RequestKey {
  private nameOf: Int32Array = new Int32Array(0);
  private nameCount = 0;
  private colour = 0;
  private key!: KeyBytes;
  private requests!: Requests;
  private readonly bios: Bios;
  /** What a bio's owner is called. */
  private readonly ownerName: (owner: number) => number;

  constructor(bios: Bios, ownerName: (owner: number) => number) {
    this.bios = bios;
    this.ownerName = ownerName;
  }

  begin(key: KeyBytes, requests: Requests, colour: number): void {
    this.key = key;
    this.requests = requests;
    this.colour = colour;
    this.nameCount = 0;
    const { length } = requests.rows;
    if (this.nameOf.length < length) this.nameOf = new Int32Array(length);
    this.nameOf.fill(0);
  }

  put(rq: number): void {
    const { key, nameOf } = this;
    if (rq === NIL) {
      key.put(0);
      return;
    }
    if (nameOf[rq] !== 0) {
      key.put(nameOf[rq]);
      return;
    }
    nameOf[rq] = ++this.nameCount;
    key.put(nameOf[rq]);
    this.putContent(rq);
  }

  /** The requests from `rq` on, each followed by what its field `next` says. */
  putList(rq: number, next: number = REQ_AT.next): void {
    for (let at = rq; at !== NIL; at = this.requests.rows[at + next]) this.put(at);
    this.key.put(NIL);
  }

  /** For sorting requests whatever their rows: the singletons, then by first operation and sector. */
  order(rq: number): number {
    if (rq <= POST) return rq - PRE;
    const { rows } = this.requests;
    return POST + 1 + (rows[rq + REQ_AT.op] + 1) * 0x100000 + rows[rq + REQ_AT.sector];
  }

  private putContent(rq: number): void {
    const { key, requests, bios } = this;
    // The colour says something only by comparison with the queue's own.
    const own = requests.rows[rq + REQ_AT.flags] ^ (this.colour & REQ.colour);
    key.put(own & 127);
    key.put(own >> 7);
    key.put(requests.rows[rq + REQ_AT.sector]);
    key.put(requests.rows[rq + REQ_AT.count]);
    key.put(requests.rows[rq + REQ_AT.segments]);
    for (let bio = requests.rows[rq + REQ_AT.bioHead]; bio !== NIL; bio = bios.rows[bio + BIO_AT.next]) {
      key.put(bios.rows[bio + BIO_AT.flags]);
      key.put(bios.rows[bio + BIO_AT.sector]);
      key.put(bios.rows[bio + BIO_AT.count]);
      // Where a read's versions go is its operation's, and that is its owner.
      key.put((bios.rows[bio + BIO_AT.flags] & BIO.write) !== 0 ? bios.rows[bio + BIO_AT.version] : 0);
      key.put(this.ownerName(bios.rows[bio + BIO_AT.owner]));
    }
    key.put(NIL);
  }
}
