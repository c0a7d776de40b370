/**
 * The fsync path (facts.md §9.1, modes.md rule 8): write back and wait without the i_mutex, then under it the
 * cache flush, always; an error of the first part has precedence. fsyncs of one file serialise in the second part.
 * Left out: what a file system does besides (journal commits, metadata).
 */
import { STATUS } from '../../base/history.ts';
import type { Program } from '../../guest/program.ts';
import type { KeyBytes } from '../key/bytes.ts';
import type { Planted } from '../mutants.ts';
import type { PageCache, WritebackError } from './pagecache.ts';

const NONE = -1;

export class Fsyncs {
  /** Per thread: the fsync it is in, the file, when it was submitted, and the error of its write-back. */
  private op: Int32Array = new Int32Array(0);
  private file: Int32Array = new Int32Array(0);
  private since: Int32Array = new Int32Array(0);
  private error: Uint8Array = new Uint8Array(0);
  /** Submit of the latest fsync of a file that has told of an error; per thread, as it was when its own began. */
  private toldOf: Int32Array = new Int32Array(0);
  private toldBefore: Int32Array = new Int32Array(0);
  /** 1 while the thread writes back or waits for the i_mutex; 0 once its flush is out. */
  private before: Uint8Array = new Uint8Array(0);
  /** The thread that holds a file's i_mutex. */
  private mutex: Int32Array = new Int32Array(0);
  private program!: Program;
  private readonly pages: PageCache;
  private readonly planted: Planted;
  /** B29: no flush where nothing was dirty. */
  private readonly skipsIdleFlush: boolean;
  /** B29: a bit per thread: its fsync goes without a flush. */
  private idle = 0;
  /** B44: what is under write-back isn't waited for. */
  private readonly skipsLocked: boolean;

  constructor(pages: PageCache, planted: Planted) {
    this.pages = pages;
    this.planted = planted;
    this.skipsIdleFlush = planted.is('B29');
    this.skipsLocked = planted.is('B44');
  }

  reset(program: Program): void {
    this.program = program;
    this.idle = 0;
    if (this.op.length < program.threadCount) {
      this.op = new Int32Array(program.threadCount);
      this.file = new Int32Array(program.threadCount);
      this.since = new Int32Array(program.threadCount);
      this.error = new Uint8Array(program.threadCount);
      this.before = new Uint8Array(program.threadCount);
      this.toldBefore = new Int32Array(program.threadCount);
    }
    if (this.mutex.length < program.fileCount) {
      this.mutex = new Int32Array(program.fileCount);
      this.toldOf = new Int32Array(program.fileCount);
    }
    this.toldOf.fill(0);
    this.before.fill(0);
    this.error.fill(STATUS.ok);
    this.mutex.fill(NONE);
  }

  /** Which fsync a thread is in is told by its place. */
  writeKey(key: KeyBytes): void {
    for (let thread = 0; thread < this.program.threadCount; thread++) {
      key.put(this.before[thread]);
      key.put(this.before[thread] !== 0 ? 0 : this.error[thread]);
    }
    for (let file = 0; file < this.program.fileCount; file++) key.put(this.mutex[file]);
    for (const error of this.pages.errors) this.writeError(key, error);
    if (this.skipsIdleFlush) key.put(this.idle);
  }

  /** The error of a write-back that the thread's fsync covers, and that none had told of when it began. */
  private untold(thread: number): number {
    const told = this.pages.errors.find((error) => error.file === this.file[thread] && this.concerns(thread, error));
    return told === undefined ? STATUS.ok : told.status;
  }

  private concerns(thread: number, { since, until }: WritebackError): boolean {
    return since < this.since[thread] && until > this.toldBefore[thread];
  }

  /** Whom an error still concerns. */
  private writeError(key: KeyBytes, error: WritebackError): void {
    key.put(error.file);
    key.put(error.status);
    key.putFlags(error.until > this.toldOf[error.file]);
    for (let thread = 0; thread < this.program.threadCount; thread++) {
      const isOpen = this.before[thread] !== 0 && this.file[thread] === error.file;
      key.putFlags(isOpen && this.concerns(thread, error), isOpen && error.until > this.since[thread]);
    }
  }

  /** The fsyncs at their write-back of this file that were submitted after `time`: a bit per thread. */
  laterThan(file: number, time: number): number {
    let bits = 0;
    for (let thread = 0; thread < this.program.threadCount; thread++)
      if (this.before[thread] !== 0 && this.file[thread] === file && this.since[thread] > time) bits |= 1 << thread;
    return bits;
  }

  /** The fsync is submitted: everything dirty that can be goes out at once. */
  begin(op: number, thread: number, time: number): void {
    this.op[thread] = op;
    this.file[thread] = this.program.file[op];
    this.since[thread] = time;
    this.before[thread] = 1;
    this.toldBefore[thread] = this.toldOf[this.file[thread]];
    if (this.skipsIdleFlush && !this.pages.owes(this.file[thread], time)) this.idle |= 1 << thread;
    this.pages.startOwed(this.file[thread], time, false);
  }

  /** Whether the blocked thread is in an fsync that can go on by itself. */
  canStep(thread: number): boolean {
    if (this.before[thread] === 0) return false;
    const file = this.file[thread];
    const since = this.since[thread];
    if (this.pages.owes(file, since)) {
      const canStart = this.pages.startOwed(file, since, true);
      if (canStart || !this.skipsLocked) return canStart;
    }
    return this.mutex[file] === NONE;
  }

  /** Goes on; returns the operation whose flush is to be issued now, or -1. */
  step(thread: number): number {
    const file = this.file[thread];
    if (this.pages.startOwed(file, this.since[thread], false)) return NONE;
    if (this.skipsLocked && this.pages.owes(file, this.since[thread])) this.planted.reach();
    this.mutex[file] = thread;
    this.before[thread] = 0;
    this.error[thread] = this.untold(thread);
    return this.op[thread];
  }

  /** B29: whether the fsync whose flush is due goes without one. */
  skipsFlush(thread: number): boolean {
    const skips = ((this.idle >>> thread) & 1) === 1 && this.planted.reach();
    this.idle &= ~(1 << thread);
    return skips;
  }

  /** The flush has ended: releases the i_mutex and says how the fsync ends. */
  end(op: number, flushStatus: number): number {
    const thread = this.program.thread[op];
    const file = this.file[thread];
    this.mutex[file] = NONE;
    if (this.error[thread] !== STATUS.ok) this.toldOf[file] = Math.max(this.toldOf[file], this.since[thread]);
    return this.error[thread] === STATUS.ok ? flushStatus : this.error[thread];
  }
}
