/**
 * What an image's keeper does when its own I/O fails (metadata, a record, the flush of a sync): the same goes out again
 * at once. Left out: giving up, as a journal that aborts does.
 */
import { BIO_AT, type Bios } from '../../block/bios.ts';
import type { HostQueue } from '../../group/partition.ts';

/** Sends what this bio, which has ended, was to do. */
export function resend(bio: number, bios: Bios, host: HostQueue): void {
  const { rows } = bios;
  host.submit(
    bios.alloc(
      rows[bio + BIO_AT.flags],
      rows[bio + BIO_AT.sector],
      rows[bio + BIO_AT.count],
      rows[bio + BIO_AT.version],
      rows[bio + BIO_AT.owner],
      rows[bio + BIO_AT.op],
    ),
  );
}
