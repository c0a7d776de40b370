/**
 * The disk that several guests share: a partition each, as vbd_translate of blkback adds a partition's offset. What a
 * guest's backend hands to the host queue is translated on the way: sectors, and versions, which are operation ids and
 * on the disk must be told apart. The end of a bio finds its way back to the backend that submitted it.
 */
import { BIO, type Bios, BIO_AT } from '../block/bios.ts';
import type { BioClient } from '../block/state.ts';

/** Sectors between two partitions, so that requests of different guests never touch. */
const GAP_SECTORS = 8;
/** The guest in a bio's owner; above it the backend's own, a ring id from 0 on or -1. */
const GUEST_BITS = 3;
const GUEST_MASK = 7;

/** What a backend asks of the host's queue. */
export interface HostQueue {
  submit(bio: number): void;
  unplug(): void;
}

/** Sectors of a disk for so many guests. */
export function sectorsOfGroup(guestCount: number, sectorCount: number): number {
  return guestCount * (sectorCount + GAP_SECTORS);
}

/** One guest's part of the disk; it stands between the guest's backend and the host queue. */
export class Partition implements HostQueue {
  readonly guest: number;
  /** First sector on the disk. */
  readonly start: number;
  readonly sectorCount: number;
  /** Where the guest's operation ids begin among those of all, and where its reads' versions do. */
  firstOp = 0;
  firstRead = 0;
  readCount = 0;
  private readonly bios: Bios;
  private readonly host: HostQueue;

  constructor(guest: number, sectorCount: number, bios: Bios, host: HostQueue) {
    this.guest = guest;
    this.sectorCount = sectorCount;
    this.start = guest * (sectorCount + GAP_SECTORS);
    this.bios = bios;
    this.host = host;
  }

  submit(bio: number): void {
    const { rows } = this.bios;
    const flags = rows[bio + BIO_AT.flags];
    rows[bio + BIO_AT.owner] = ownerOf(this.guest, rows[bio + BIO_AT.owner]);
    if (rows[bio + BIO_AT.op] >= 0) rows[bio + BIO_AT.op] += this.firstOp;
    if (rows[bio + BIO_AT.count] > 0) {
      rows[bio + BIO_AT.sector] += this.start;
      if ((flags & BIO.write) !== 0) rows[bio + BIO_AT.version] += this.firstOp;
      else rows[bio + BIO_AT.version] += this.firstRead - this.start;
    }
    this.host.submit(bio);
  }

  unplug(): void {
    this.host.unplug();
  }

  /** Whether a sector of the disk is the guest's. */
  has(sector: number): boolean {
    return sector >= this.start && sector < this.start + this.sectorCount;
  }
}

/** What the host queue calls the owner of a bio. @param owner what the guest's backend calls it. */
export function ownerOf(guest: number, owner: number): number {
  return ((owner + 1) << GUEST_BITS) | guest;
}

/** The guest in the owner of a bio on the host queue. */
export function guestOfOwner(owner: number): number {
  return owner & GUEST_MASK;
}

/** What the guest's backend calls the owner. */
export function backendOwner(owner: number): number {
  return (owner >> GUEST_BITS) - 1;
}

/** Hears of the end of every bio on the host queue, and tells the backend that it belongs to. */
export class PartitionTable implements BioClient {
  private readonly clients: BioClient[] = [];
  private readonly bios: Bios;

  constructor(bios: Bios) {
    this.bios = bios;
  }

  /** The next guest's backend; returns the guest's number. */
  add(client: BioClient): number {
    this.clients.push(client);
    return this.clients.length - 1;
  }

  bioEnded(bio: number, status: number): void {
    const { rows } = this.bios;
    const owner = rows[bio + BIO_AT.owner];
    rows[bio + BIO_AT.owner] = backendOwner(owner);
    this.clients[guestOfOwner(owner)].bioEnded(bio, status);
  }
}
