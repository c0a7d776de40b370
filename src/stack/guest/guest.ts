/**
 * A guest (modes.md "Guests" and rules 2, 6–9; facts.md §9): threads that run their operations in order, direct
 * I/O, the page cache, O_DSYNC, and in flush-fua the barrier that is the guest's own work.
 * What the model leaves out of a kernel: file systems and their metadata, memory pressure, O_DIRECT alignment.
 */
import { assert } from '../../base/assert.ts';
import { type History, KIND, STATUS } from '../../base/history.ts';
import { type Program, STEP_WAIT } from '../../guest/program.ts';
import { BIO, type Bios, BIO_AT } from '../block/bios.ts';
import type { Queue } from '../block/queue.ts';
import type { BioClient } from '../block/state.ts';
import type { Clock } from '../clock.ts';
import { IntList, Journal } from '../journal.ts';
import type { KeyBytes } from '../key/bytes.ts';
import { Fsyncs } from './fsyncs.ts';
import { OWNER_PAGES, PageCache } from './pagecache.ts';
import { type GuestSettings, isBlocking, isDirect, Submission } from './submission.ts';
import { Threads } from './threads.ts';

const NONE = -1;

export class Guest implements BioClient {
  readonly pages: PageCache;
  readonly threads: Threads = new Threads();
  /** fua operations whose data is written and whose flush has not been issued, in no order. */
  readonly dsync: IntList = new IntList();
  /** flush-fua: the barrier that waits or is out; NONE otherwise. */
  barrier: number = NONE;
  private barrierIssued = false;
  /** Direct writes and discards submitted and not completed. */
  private directOpen = 0;
  /** 1: an O_DSYNC write has its data done and is at its flush. */
  private flushing: Uint8Array = new Uint8Array(0);
  private stale = true;
  private readonly fsyncs: Fsyncs;
  private readonly io: Submission;
  private program!: Program;
  private history!: History;
  private readonly bios: Bios;
  private readonly clock: Clock;
  private readonly settings: GuestSettings;
  private readonly journal: Journal;
  private queue!: Queue;

  constructor(bios: Bios, clock: Clock, settings: GuestSettings, journal: Journal = new Journal()) {
    this.bios = bios;
    this.journal = journal;
    this.clock = clock;
    this.settings = settings;
    this.pages = new PageCache(bios, () => this.queue);
    this.fsyncs = new Fsyncs(this.pages, settings.planted);
    this.io = new Submission(bios, settings, () => this.queue);
  }

  attach(queue: Queue): void {
    this.queue = queue;
  }

  reset(program: Program, history: History): void {
    this.program = program;
    this.history = history;
    this.threads.reset(program);
    if (this.flushing.length < program.opCount) this.flushing = new Uint8Array(program.opCount);
    this.flushing.fill(0, 0, program.opCount);
    this.dsync.clear();
    this.barrier = NONE;
    this.barrierIssued = false;
    this.directOpen = 0;
    this.pages.reset(program);
    this.fsyncs.reset(program);
    this.io.reset(program);
    this.stale = true;
  }

  /** Brings `runnable` up to date; false when nothing of the guest's has changed since the last time. */
  refresh(): boolean {
    if (this.stale === false) return false;
    this.stale = false;
    const { threads } = this;
    const congested = this.queue.isCongested();
    threads.runnable.clear();
    for (let t = 0; t < threads.count; t++) if (this.canStep(t, congested) === true) threads.runnable.push(t);
    // A congested queue frees requests without telling: look again next time.
    if (congested === true) this.stale = true;
    return true;
  }

  private canStep(thread: number, congested: boolean): boolean {
    if (this.threads.blocked[thread] !== 0) return this.fsyncs.canStep(thread);
    const { program } = this;
    const at = this.threads.position[thread];
    if (at === program.stepStart[thread + 1]) return false;
    const op = program.steps[at];
    if (op === STEP_WAIT) return this.threads.open[thread] === 0;
    const kind = program.kind[op];
    if (kind === KIND.bufwrite) return true;
    if (this.barrier !== NONE && (kind <= KIND.barrier || kind === KIND.discard)) return false;
    return congested === false;
  }

  writeKey(key: KeyBytes): void {
    const { program, threads } = this;
    threads.writeKey(key, program);
    for (let op = 0; op < program.opCount; op++) if (program.kind[op] === KIND.fua) key.put(this.flushing[op]);
    for (const op of this.dsync.items.slice(0, this.dsync.count).sort()) key.put(op);
    key.put(NONE);
    key.put(this.barrier);
    key.putFlags(this.barrier !== NONE && this.barrierIssued);
    key.put(this.directOpen);
    this.pages.writeKey(key, (file, time) => this.fsyncs.laterThan(file, time));
    this.fsyncs.writeKey(key);
    this.io.writeKey(key);
  }

  /** Steps the thread has begun. */
  positionOf(thread: number): number {
    return this.threads.position[thread] - this.program.stepStart[thread];
  }

  /** A thread takes its next step. */
  stepThread(thread: number): void {
    this.stale = true;
    if (this.threads.blocked[thread] !== 0) {
      const op = this.fsyncs.step(thread);
      if (op === NONE) return;
      if (this.fsyncs.skipsFlush(thread)) this.ioEnded(op);
      else this.io.submitFlush(op);
      return;
    }
    const op = this.program.steps[this.threads.position[thread]++];
    if (op !== STEP_WAIT) this.submit(op, thread);
  }

  /** O_DSYNC: the data is written, now comes the flush. */
  stepDsync(op: number): void {
    this.stale = true;
    const place = this.dsync.indexOf(op);
    assert(place >= 0, 'the operation waits for its flush');
    this.dsync.removeAt(place);
    this.io.submitFlush(op);
  }

  /** flush-fua: whether the barrier has nothing left to wait for. */
  get barrierReady(): boolean {
    // The barrier with a payload counts itself.
    return this.barrier !== NONE && !this.barrierIssued && this.directOpen === (this.barrierHasPayload ? 1 : 0);
  }

  stepBarrier(): void {
    this.stale = true;
    const op = this.barrier;
    this.barrierIssued = true;
    if (this.barrierHasPayload) this.io.submitData(op, BIO.write | BIO.flush | BIO.fua);
    else this.io.submitFlush(op);
  }

  writeback(sector: number): void {
    this.stale = true;
    this.pages.startWriteback(sector);
  }

  bioEnded(bio: number, status: number): void {
    const { bios } = this;
    this.stale = true;
    const op = bios.rows[bio + BIO_AT.owner];
    if (op === OWNER_PAGES) {
      const submit = this.history.submit[bios.rows[bio + BIO_AT.version]];
      this.pages.ended(bios.rows[bio + BIO_AT.sector], bios.rows[bio + BIO_AT.count], status, submit);
    } else if (this.io.bioEnded(op, status)) this.ioEnded(op);
  }

  private get barrierHasPayload(): boolean {
    return this.program.count[this.barrier] > 0;
  }

  private submit(op: number, thread: number): void {
    const { program, history } = this;
    const kind = program.kind[op];
    history.submit[op] = this.clock.tick();
    this.journal.noteSubmitted(op);
    if (kind === KIND.bufwrite) {
      this.pages.write(program.sector[op], program.count[op], op, history.submit[op]);
      history.complete[op] = this.clock.tick();
      history.status[op] = STATUS.ok;
      this.journal.noteCompleted(op);
      return;
    }
    if (isBlocking(kind)) this.threads.blocked[thread] = 1;
    else this.threads.open[thread]++;
    if (isDirect(program, op)) this.directOpen++;
    if (kind === KIND.flush) this.io.submitFlush(op);
    else if (kind === KIND.fsync || kind === KIND.fdatasync) this.fsyncs.begin(op, thread, history.submit[op]);
    else if (kind === KIND.barrier) this.submitBarrier(op);
    else if (kind === KIND.discard) {
      if (!this.io.submitDiscard(op)) this.ioEnded(op);
    } else if (kind === KIND.read) this.io.submitData(op, 0);
    else if (kind === KIND.write) this.io.submitData(op, BIO.write);
    else this.io.submitFua(op);
  }

  private submitBarrier(op: number): void {
    if (this.settings.flushFua) {
      this.barrier = op;
      this.barrierIssued = false;
      this.pages.hold();
    } else if (this.program.count[op] > 0) this.io.submitData(op, BIO.write | BIO.barrier);
    else this.io.submitFlush(op);
  }

  /** The last bio of an operation has ended. */
  private ioEnded(op: number): void {
    const kind = this.program.kind[op];
    const status = this.io.status(op);
    const dataOfDsync = kind === KIND.fua && !this.io.fuaIsWhole && this.flushing[op] === 0;
    if (dataOfDsync && status === STATUS.ok) {
      this.flushing[op] = 1;
      this.dsync.push(op);
      return;
    }
    if (kind === KIND.fsync || kind === KIND.fdatasync)
      this.complete(op, this.fsyncs.end(op, ignoreUnsupported(status)));
    else this.complete(op, kind === KIND.fua && !this.settings.flushFua ? ignoreUnsupported(status) : status);
  }

  private complete(op: number, status: number): void {
    const { program, history } = this;
    if (history.complete[op] !== 0) {
      history.addTwice(op);
      return;
    }
    history.complete[op] = this.clock.tick();
    history.status[op] = status;
    this.journal.noteCompleted(op);
    const thread = program.thread[op];
    if (isBlocking(program.kind[op])) this.threads.blocked[thread] = 0;
    else this.threads.open[thread]--;
    if (isDirect(program, op)) this.directOpen--;
    if (op !== this.barrier) return;
    this.barrier = NONE;
    this.pages.release();
  }
}

/** fsync and O_DSYNC take a flush that isn't supported for success (facts.md §6 Q4, §9.2). */
function ignoreUnsupported(status: number): number {
  return status === STATUS.eopnotsupp ? STATUS.ok : status;
}
