/**
 * Commands in the disk (disk.md, "Life of a command"; facts.md §15): accepted, started, completed, in the order
 * that SIMPLE and ORDERED tags allow. A command keeps its tag number, the lowest free one, while it is open.
 * Left out: HEAD OF QUEUE, and the queue algorithm modifier (unrestricted reordering is assumed).
 */
import { assert } from '../../base/assert.ts';
import { Bag } from '../bag.ts';
import { type Bios, NIL, BIO_AT } from '../block/bios.ts';
import type { DiskConfig } from '../config.ts';
import { Journal } from '../journal.ts';
import type { KeyBytes } from '../key/bytes.ts';
import type { RequestKey } from '../key/requests.ts';

/** Flags of a command. */
export const COMMAND = {
  write: 1,
  discard: 2,
  flush: 4,
  /** Starts after everything accepted before it; nothing accepted later starts before it completes. */
  ordered: 8,
  fua: 16,
  started: 32,
  /** A flush that a lying drive takes: it waits for nothing and nothing waits for it. */
  ignored: 64,
} as const;

export class Commands {
  readonly depthMax: number;
  readonly flags: Int32Array;
  /** The queue's request. */
  readonly request: Int32Array;
  readonly bioHead: Int32Array;
  /** The sectors of a write: contiguous over all its bios. */
  readonly sector: Int32Array;
  readonly count: Int32Array;
  readonly epoch: Int32Array;
  /** For a flush: the number of the last completion before it started. */
  readonly startSeq: Int32Array;
  /** Time of acceptance; for the history's disk events. */
  readonly acceptedAt: Int32Array;
  /** Next open command in the order of acceptance. */
  readonly next: Int32Array;
  private readonly prev: Int32Array;
  /** Oldest open command. */
  head: number = NIL;
  private tail: number = NIL;
  openCount = 0;
  /** Tags of the started commands. */
  readonly started: Bag;
  /** Oldest command not started. */
  private waiting: number = NIL;
  /** Started commands that others are ordered against, and whether an ORDERED one is among them. */
  private runningCount = 0;
  private orderedRunning = false;
  private currentEpoch = 0;
  private readonly freeTags: Int32Array = new Int32Array(8);
  private readonly tagsHonoured: boolean;
  private readonly flushIgnored: boolean;
  private readonly journal: Journal;

  constructor(config: DiskConfig, journal: Journal = new Journal()) {
    this.journal = journal;
    const depth = config.depth;
    this.depthMax = depth;
    this.tagsHonoured = config.tags === 'honoured';
    this.flushIgnored = config.flush === 'ignored';
    this.flags = new Int32Array(depth);
    this.request = new Int32Array(depth);
    this.bioHead = new Int32Array(depth);
    this.sector = new Int32Array(depth);
    this.count = new Int32Array(depth);
    this.epoch = new Int32Array(depth);
    this.startSeq = new Int32Array(depth);
    this.acceptedAt = new Int32Array(depth);
    this.next = new Int32Array(depth);
    this.prev = new Int32Array(depth);
    this.started = new Bag(depth);
  }

  reset(): void {
    this.flags.fill(0);
    this.head = NIL;
    this.tail = NIL;
    this.openCount = 0;
    this.started.clear();
    this.waiting = NIL;
    this.runningCount = 0;
    this.orderedRunning = false;
    this.currentEpoch = 0;
    for (let word = 0; word < 8; word++) {
      const left = this.depthMax - 32 * word;
      this.freeTags[word] = left >= 32 ? -1 : left <= 0 ? 0 : (1 << left) - 1;
    }
  }

  get isFull(): boolean {
    return this.openCount === this.depthMax;
  }

  /** Accepts a command and starts it if it may. `seq` is the number of the last completion. */
  accept(flags: number, request: number, bioHead: number, at: number, seq: number): number {
    const tag = this.takeTag();
    let own = this.tagsHonoured ? flags : flags & ~COMMAND.ordered;
    if ((flags & COMMAND.flush) !== 0 && this.flushIgnored) own = COMMAND.flush | COMMAND.ignored;
    if ((own & COMMAND.ordered) !== 0) this.currentEpoch++;
    this.flags[tag] = own;
    this.journal.noteAccepted();
    this.request[tag] = request;
    this.bioHead[tag] = bioHead;
    this.acceptedAt[tag] = at;
    this.epoch[tag] = this.currentEpoch;
    if ((own & COMMAND.ordered) !== 0) this.currentEpoch++;
    this.prev[tag] = this.tail;
    this.next[tag] = NIL;
    if (this.tail === NIL) this.head = tag;
    else this.next[this.tail] = tag;
    this.tail = tag;
    this.openCount++;
    if ((own & COMMAND.ignored) !== 0) this.begin(tag, seq);
    else if (this.waiting === NIL) this.waiting = tag;
    this.startAllowed(seq);
    return tag;
  }

  /** A started command completes and gives its tag back; what it held back starts just after, `seq` included. */
  complete(tag: number, seq: number): void {
    assert((this.flags[tag] & COMMAND.started) !== 0, 'only a started command completes');
    if ((this.flags[tag] & COMMAND.write) !== 0) this.journal.noteFinished(this.sector[tag], this.count[tag]);
    this.started.remove(tag);
    if ((this.flags[tag] & COMMAND.ignored) === 0) this.runningCount--;
    if ((this.flags[tag] & COMMAND.ordered) !== 0) this.orderedRunning = false;
    const before = this.prev[tag];
    const behind = this.next[tag];
    if (before === NIL) this.head = behind;
    else this.next[before] = behind;
    if (behind === NIL) this.tail = before;
    else this.prev[behind] = before;
    this.openCount--;
    this.flags[tag] = 0;
    this.freeTags[tag >> 5] |= 1 << (tag & 31);
    this.startAllowed(seq);
  }

  /** The started command that was accepted first, or NIL. */
  oldestStarted(): number {
    let tag = this.head;
    while (tag !== NIL && (this.flags[tag] & COMMAND.started) === 0) tag = this.next[tag];
    return tag;
  }

  /** Whose the commands are, in the order of acceptance. */
  writeKey(key: KeyBytes, names: RequestKey): void {
    for (let tag = this.head; tag !== NIL; tag = this.next[tag]) names.put(this.request[tag]);
    key.put(NIL);
  }

  /** What the open commands may leave behind, in the order of acceptance. @param epochBase null: epochs mean nothing. */
  writeImages(key: KeyBytes, bios: Bios, epochBase: number | null): void {
    if (epochBase !== null) key.put(this.currentEpoch - epochBase);
    for (let tag = this.head; tag !== NIL; tag = this.next[tag]) {
      key.put(this.flags[tag]);
      if (epochBase !== null) key.put(this.epoch[tag] - epochBase);
      for (let bio = this.bioHead[tag]; bio !== NIL; bio = bios.rows[bio + BIO_AT.next]) {
        key.put(bios.rows[bio + BIO_AT.sector]);
        key.put(bios.rows[bio + BIO_AT.count]);
        key.put((this.flags[tag] & COMMAND.write) !== 0 ? bios.rows[bio + BIO_AT.version] : 0);
      }
      key.put(NIL);
    }
    key.put(NIL);
  }

  /** The flushes under way that cover completion number `seq`: a bit each, in the order of acceptance. */
  flushesOver(seq: number): number {
    let bits = 0;
    for (let tag = this.head; tag !== NIL; tag = this.next[tag]) {
      const flags = this.flags[tag];
      if ((flags & COMMAND.flush) === 0 || (flags & COMMAND.ignored) !== 0) continue;
      bits = 2 * bits + ((flags & COMMAND.started) !== 0 && this.startSeq[tag] >= seq ? 1 : 0);
    }
    return bits;
  }

  private startAllowed(seq: number): void {
    while (this.waiting !== NIL && !this.orderedRunning) {
      const tag = this.waiting;
      const ordered = (this.flags[tag] & COMMAND.ordered) !== 0;
      if (ordered && this.runningCount > 0) return;
      this.orderedRunning = ordered;
      this.runningCount++;
      this.begin(tag, seq);
      this.waiting = this.next[tag];
      while (this.waiting !== NIL && (this.flags[this.waiting] & COMMAND.started) !== 0)
        this.waiting = this.next[this.waiting];
    }
  }

  private begin(tag: number, seq: number): void {
    this.flags[tag] |= COMMAND.started;
    this.startSeq[tag] = seq;
    this.started.add(tag);
    if ((this.flags[tag] & COMMAND.write) !== 0) this.journal.noteStarted(tag);
  }

  private takeTag(): number {
    for (let word = 0; word < 8; word++) {
      const bits = this.freeTags[word];
      if (bits === 0) continue;
      this.freeTags[word] = bits & (bits - 1);
      return 32 * word + 31 - Math.clz32(bits & -bits);
    }
    assert(false, 'a full disk accepts nothing');
    return NIL;
  }
}
