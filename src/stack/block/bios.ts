/**
 * The bio pool: what is handed to a block layer queue (facts.md §7, §8). One pool serves the guest's queue and
 * the host's. A bio covers contiguous sectors with data of one version, so it needs no buffer: the version is the data.
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

export class Bios {
  flags: Int32Array = new Int32Array(0);
  sector: Int32Array = new Int32Array(0);
  count: Int32Array = new Int32Array(0);
  /** Version of the data written. For a read: where versions[sector + this] is stored among all read versions. */
  version: Int32Array = new Int32Array(0);
  /** Whom the end of the bio concerns; its meaning is the submitter's own. */
  owner: Int32Array = new Int32Array(0);
  /** The guest operation it is there for; for pictures and traces only. */
  op: Int32Array = new Int32Array(0);
  /** Next bio of the same request, or of the free list. */
  next: Int32Array = new Int32Array(0);
  private free = NIL;

  reset(): void {
    this.free = NIL;
    for (let bio = this.flags.length - 1; bio >= 0; bio--) this.release(bio);
  }

  alloc(flags: number, sector: number, count: number, version: number, owner: number, op: number): number {
    if (this.free === NIL) this.grow();
    const bio = this.free;
    this.free = this.next[bio];
    this.flags[bio] = flags;
    this.sector[bio] = sector;
    this.count[bio] = count;
    this.version[bio] = version;
    this.owner[bio] = owner;
    this.op[bio] = op;
    this.next[bio] = NIL;
    return bio;
  }

  release(bio: number): void {
    this.next[bio] = this.free;
    this.free = bio;
  }

  /** Segments of 4 KiB the bio's data takes. */
  segments(bio: number): number {
    return (this.count[bio] + PAGE_SECTORS - 1) >> 3;
  }

  private grow(): void {
    const from = this.flags.length;
    const to = Math.max(64, 2 * from);
    this.flags = resized(this.flags, to);
    this.sector = resized(this.sector, to);
    this.count = resized(this.count, to);
    this.version = resized(this.version, to);
    this.owner = resized(this.owner, to);
    this.op = resized(this.op, to);
    this.next = resized(this.next, to);
    for (let bio = to - 1; bio >= from; bio--) this.release(bio);
  }
}

/** A copy of `column` with room for `length` entries. */
export function resized(column: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length);
  larger.set(column);
  return larger;
}
