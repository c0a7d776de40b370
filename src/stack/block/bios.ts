/**
 * The bio pool: what is handed to a block layer queue (facts.md §7, §8). One pool serves the guest's queue and
 * the host's. A bio covers contiguous sectors with data of one version, so it needs no buffer: the version is the data.
 * Rows of one array; a bio is told by where its row begins.
 * Left out: pages and bio_vecs; a bio of n sectors counts as ⌈n / 8⌉ segments, its own pages.
 */
import { PAGE_SECTORS } from '../../base/units.ts';

/** Flags of a bio; several may be set. */
export const BIO = {
  write: 1,
  discard: 2,
  /** A hard barrier of 2.6.36 and before; with count 0 an empty one. */
  barrier: 4,
  /** A cache flush by the rules of 2.6.37 on; with count 0 nothing else. */
  flush: 8,
  fua: 16,
  /** Somebody waits for it: it unplugs the queue. */
  sync: 32,
} as const;

/** No bio, request or slot. */
export const NIL = -1;

/** Where in a row each field is. */
export const BIO_AT = {
  flags: 0,
  sector: 1,
  count: 2,
  /** Version of the data written. For a read: where versions[sector + this] is stored among all read versions. */
  version: 3,
  /** Whom the end of the bio concerns; its meaning is the submitter's own. */
  owner: 4,
  /** The guest operation it is there for; for pictures and traces only. */
  op: 5,
  /** Next bio of the same request, or of the free list. */
  next: 6,
} as const;
const WIDTH = 8;

export class Bios {
  rows: Int32Array = new Int32Array(64 * WIDTH);
  /** Rows given back, the last one first. */
  private free: number = NIL;
  /** From here on no row has been used since the reset. */
  private unused = 0;

  reset(): void {
    this.free = NIL;
    this.unused = 0;
  }

  alloc(flags: number, sector: number, count: number, version: number, owner: number, op: number): number {
    let bio = this.free;
    if (bio !== NIL) this.free = this.rows[bio + BIO_AT.next];
    else {
      bio = this.unused;
      this.unused = bio + WIDTH;
      if (bio === this.rows.length) this.rows = resized(this.rows, 2 * bio);
    }
    const { rows } = this;
    rows[bio + BIO_AT.flags] = flags;
    rows[bio + BIO_AT.sector] = sector;
    rows[bio + BIO_AT.count] = count;
    rows[bio + BIO_AT.version] = version;
    rows[bio + BIO_AT.owner] = owner;
    rows[bio + BIO_AT.op] = op;
    rows[bio + BIO_AT.next] = NIL;
    return bio;
  }

  release(bio: number): void {
    this.rows[bio + BIO_AT.next] = this.free;
    this.free = bio;
  }

  /** Segments of 4 KiB the bio's data takes. */
  segments(bio: number): number {
    return (this.rows[bio + BIO_AT.count] + PAGE_SECTORS - 1) >> 3;
  }
}

/** A copy of `column` with room for `length` entries. */
export function resized(column: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length);
  larger.set(column);
  return larger;
}
