/**
 * Between the backend of one of several rings and the host queue: ring ids are a ring's own, so the owner of a bio gets
 * the number of the ring beside it, as that of a guest's has the guest's (group/partition.ts).
 */
import { type Bios, BIO_AT } from '../block/bios.ts';
import { type HostQueue, ownerOf } from '../group/partition.ts';

export class RingPort implements HostQueue {
  private readonly number: number;
  private readonly bios: Bios;
  private readonly host: HostQueue;

  constructor(number: number, bios: Bios, host: HostQueue) {
    this.number = number;
    this.bios = bios;
    this.host = host;
  }

  submit(bio: number): void {
    const { rows } = this.bios;
    rows[bio + BIO_AT.owner] = ownerOf(this.number, rows[bio + BIO_AT.owner]);
    this.host.submit(bio);
  }

  unplug(): void {
    this.host.unplug();
  }
}
