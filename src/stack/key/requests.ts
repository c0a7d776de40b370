/** The requests of a block layer queue in a key. */
import { BIO, type Bios, NIL } from '../block/bios.ts';
import { POST, PRE, REQ, type Requests } from '../block/requests.ts';
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
    const rows = requests.flags.length;
    if (this.nameOf.length < rows) this.nameOf = new Int32Array(rows);
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

  /** The requests from `rq` on, each followed by what `next` says. */
  putList(rq: number, next: Int32Array): void {
    for (let at = rq; at !== NIL; at = next[at]) this.put(at);
    this.key.put(NIL);
  }

  /** For sorting requests whatever their rows: the singletons, then by first operation and sector. */
  order(rq: number): number {
    if (rq <= POST) return rq - PRE;
    const { op, sector } = this.requests;
    return POST + 1 + (op[rq] + 1) * 0x100000 + sector[rq];
  }

  private putContent(rq: number): void {
    const { key, requests, bios } = this;
    const { flags } = requests;
    // The colour says something only by comparison with the queue's own.
    const own = flags[rq] ^ (this.colour & REQ.colour);
    key.put(own & 127);
    key.put(own >> 7);
    key.put(requests.sector[rq]);
    key.put(requests.count[rq]);
    key.put(requests.segments[rq]);
    for (let bio = requests.bioHead[rq]; bio !== NIL; bio = bios.next[bio]) {
      key.put(bios.flags[bio]);
      key.put(bios.sector[bio]);
      key.put(bios.count[bio]);
      // Where a read's versions go is its operation's, and that is its owner.
      key.put((bios.flags[bio] & BIO.write) !== 0 ? bios.version[bio] : 0);
      key.put(this.ownerName(bios.owner[bio]));
    }
    key.put(NIL);
  }
}
