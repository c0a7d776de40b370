/**
 * How an operation becomes bios (modes.md rules 3, 7 and 9): pieces no larger than the device takes, all in one step; a
 * flush as an empty barrier or, by the later rules, an empty FLUSH; a discard as one bio. The operation's I/O ends
 * with its last piece, and the first error wins.
 * Left out: a device that changes its limits under way.
 */
import { KIND, STATUS } from '../../base/history.ts';
import type { Program } from '../../guest/program.ts';
import { BIO, type Bios } from '../block/bios.ts';
import type { Queue } from '../block/queue.ts';
import type { KeyBytes } from '../key/bytes.ts';
import type { Planted } from '../mutants.ts';

export interface GuestSettings {
  readonly flushFua: boolean;
  /** Sectors of the largest bio; larger operations are split (discards are not). */
  readonly bioSectorsMax: number;
  /** The device below takes discards. */
  readonly hasDiscard: boolean;
  readonly planted: Planted;
}

export class Submission {
  /** Bios of an operation that have not ended. */
  private pieces: Int32Array = new Int32Array(0);
  private error: Uint8Array = new Uint8Array(0);
  private program!: Program;
  private readonly bios: Bios;
  private readonly settings: GuestSettings;
  private readonly queue: () => Queue;
  /** B31: the flush of an O_DSYNC write is issued with its data, and in front of it. */
  private readonly flushesFirst: boolean;
  /** B42: a barrier that is refused is taken for done. */
  private readonly forgives: boolean;
  /** G17: of a barrier in pieces only the first is one. */
  private readonly splitsOrder: boolean;

  constructor(bios: Bios, settings: GuestSettings, queue: () => Queue) {
    this.bios = bios;
    this.settings = settings;
    this.flushesFirst = settings.planted.is('B31');
    this.forgives = settings.planted.is('B42');
    this.splitsOrder = settings.planted.is('G17');
    this.queue = queue;
  }

  reset(program: Program): void {
    this.program = program;
    if (this.pieces.length < program.opCount) {
      this.pieces = new Int32Array(program.opCount);
      this.error = new Uint8Array(program.opCount);
    }
    this.error.fill(STATUS.ok, 0, program.opCount);
    this.pieces.fill(0, 0, program.opCount);
  }

  writeKey(key: KeyBytes): void {
    for (let op = 0; op < this.program.opCount; op++) {
      key.put(this.pieces[op]);
      if (this.pieces[op] > 0) key.put(this.error[op]);
    }
  }

  /** The first error of the operation's bios so far, or ok. */
  status(op: number): number {
    return this.error[op];
  }

  /** The sectors of an operation. */
  submitData(op: number, flags: number): void {
    const { program, bios } = this;
    const { bioSectorsMax } = this.settings;
    const first = program.sector[op];
    const end = first + program.count[op];
    const version = program.kind[op] === KIND.read ? program.readStart[op] - first : op;
    this.pieces[op] += Math.ceil(program.count[op] / bioSectorsMax);
    for (let sector = first; sector < end; sector += bioSectorsMax) {
      const count = Math.min(bioSectorsMax, end - sector);
      this.queue().submit(bios.alloc(sector === first ? flags : this.later(flags), sector, count, version, op, op));
    }
  }

  /** The flags of the second piece on. */
  private later(flags: number): number {
    const splits = this.splitsOrder && (flags & BIO.barrier) !== 0 && this.settings.planted.reach();
    return splits ? flags & ~BIO.barrier : flags;
  }

  /** Whether all of an O_DSYNC write is under way once its data is. */
  get fuaIsWhole(): boolean {
    return this.settings.flushFua || this.flushesFirst;
  }

  /** A FUA write, or the data of an O_DSYNC one. */
  submitFua(op: number): void {
    const { flushFua, planted } = this.settings;
    if (this.flushesFirst && !flushFua && planted.reach()) this.submitFlush(op);
    this.submitData(op, BIO.write | BIO.sync | (flushFua ? BIO.fua : 0));
  }

  /** blkdev_issue_flush. */
  submitFlush(op: number): void {
    this.pieces[op]++;
    const flags = this.settings.flushFua ? BIO.flush | BIO.sync : BIO.barrier;
    this.queue().submit(this.bios.alloc(flags, 0, 0, 0, op, op));
  }

  /** False when the device takes none: the operation has ended. */
  submitDiscard(op: number): boolean {
    const { program } = this;
    if (!this.settings.hasDiscard) {
      this.error[op] = STATUS.eopnotsupp;
      return false;
    }
    this.pieces[op] = 1;
    this.queue().submit(this.bios.alloc(BIO.discard, program.sector[op], program.count[op], 0, op, op));
    return true;
  }

  /** A bio of the operation has ended; true when it was the last. */
  bioEnded(op: number, status: number): boolean {
    const forgiven = this.forgives && status === STATUS.eopnotsupp && this.program.kind[op] === KIND.barrier;
    if (forgiven) this.settings.planted.reach();
    else if (status !== STATUS.ok && this.error[op] === STATUS.ok) this.error[op] = status;
    return --this.pieces[op] === 0;
  }
}

/** Whether the thread that submits such an operation waits for its end (modes.md rule 2). */
export function isBlocking(kind: number): boolean {
  return kind === KIND.flush || kind === KIND.fsync || kind === KIND.fdatasync;
}

/** A direct write (with data) or a discard: what a flush-fua barrier waits for. */
export function isDirect(program: Program, op: number): boolean {
  const kind = program.kind[op];
  return kind === KIND.discard || (kind <= KIND.barrier && program.count[op] > 0);
}
