/**
 * Composes the threads of a workload out of phrases, the shapes that real guests are made of: a burst and the
 * barrier that commits it, a burst and a flush, buffered writes and the fsync of their file, rewrites of the
 * same sectors, and single operations in between.
 */
import type * as fc from 'fast-check';
import { PAGE_SECTORS, RING_REQUEST_SECTORS_MAX } from '../../base/units.ts';
import type { Operation } from '../operation.ts';
import { below, between, chance, weighted } from './draws.ts';
import type { Region } from './layout.ts';
import { CHOICE, PHRASE, type Swarm } from './swarm.ts';

/** Sectors of a request that shares none with others. */
const APART_COUNT_MAX = 4;
const WAIT: Operation = { op: 'wait' };
const FLUSH: Operation = { op: 'flush' };
const EMPTY_BARRIER: Operation = { op: 'barrier', count: 0 };

export class ThreadComposer {
  private readonly random: fc.Random;
  private readonly swarm: Swarm;
  private operations: Operation[] = [];
  private thread = 0;
  /** Operations that the thread may still take. */
  private left = 0;
  /** The range drawn last; the threads share it, so that they meet there. */
  private sector = 0;
  private count = 0;
  /** The file written last, from 1; 0: none since the last sync. */
  private dirtyFile = 0;
  /** Sectors of the direct region that requests apart from each other have taken. */
  private taken = 0;

  constructor(random: fc.Random, swarm: Swarm) {
    this.random = random;
    this.swarm = swarm;
  }

  /** The next thread, with `opCount` operations. */
  next(opCount: number): Operation[] {
    this.operations = [];
    this.left = opCount;
    while (this.left > 0) {
      this.phrase();
      if (this.left > 0) this.wait(this.swarm.waitEighths);
    }
    this.thread++;
    return this.operations;
  }

  private phrase(): void {
    const { phrases, phraseTotal } = this.swarm;
    const phrase = weighted(this.random, phrases, phraseTotal);
    if (phrase === PHRASE.single || this.left < 3) return this.single();
    if (phrase === PHRASE.fileSync) return this.fileSync();
    if (phrase === PHRASE.rewrite) return this.rewrite();
    this.burst();
    if (phrase === PHRASE.flushed) {
      this.wait(7);
      return this.emit(FLUSH);
    }
    this.wait(4);
    if (phrase === PHRASE.commit) this.directRequest(CHOICE.barrier);
    else this.emit(EMPTY_BARRIER);
    this.wait(this.swarm.waitEighths);
    // What comes behind the barrier and must not overtake it.
    if (chance(this.random, 7)) this.burstRequest();
  }

  /** Direct requests, with room left for a barrier and what follows it. */
  private burst(): void {
    const length = between(this.random, 1, Math.min(this.swarm.gapMax, this.left - 2));
    for (let i = 0; i < length; i++) this.burstRequest();
  }

  private burstRequest(): void {
    const { weights, burstTotal } = this.swarm;
    // That total ends before the choices that are no burst requests.
    this.directRequest(weighted(this.random, weights, burstTotal));
  }

  /** The same sectors again and again, waiting in between or not. */
  private rewrite(): void {
    const length = between(this.random, 2, Math.min(4, this.left));
    const hasFua = this.swarm.weights[CHOICE.fua] > 0;
    this.directRequest(CHOICE.write);
    for (let i = 1; i < length; i++) {
      this.wait(this.swarm.waitEighths);
      this.overlapDrawn();
      const op = hasFua && chance(this.random, 1) ? 'fua' : 'write';
      this.emit({ op, sector: this.sector, count: this.count });
    }
  }

  private fileSync(): void {
    const file = this.drawFile();
    const length = between(this.random, 1, Math.min(this.swarm.gapMax, this.left - 1));
    for (let i = 0; i < length; i++) this.bufwrite(file);
    this.sync(file);
  }

  private single(): void {
    const { weights, weightTotal } = this.swarm;
    const choice = weighted(this.random, weights, weightTotal);
    switch (choice) {
      case CHOICE.emptyBarrier:
        return this.emit(EMPTY_BARRIER);
      case CHOICE.flush:
        return this.emit(FLUSH);
      case CHOICE.bufwrite:
        return this.bufwrite(this.drawFile());
      case CHOICE.fsync:
      case CHOICE.fdatasync:
        return this.sync(this.dirtyFile > 0 ? this.dirtyFile : this.drawFile());
      default:
        return this.directRequest(choice);
    }
  }

  private directRequest(choice: number): void {
    this.drawRange(this.swarm.direct);
    const { sector, count } = this;
    switch (choice) {
      case CHOICE.fua:
        return this.emit({ op: 'fua', sector, count });
      case CHOICE.discard:
        return this.emit({ op: 'discard', sector, count });
      case CHOICE.barrier:
        return this.emit({ op: 'barrier', sector, count });
      case CHOICE.read:
        return this.emit({ op: 'read', sector, count });
      default:
        return this.emit({ op: 'write', sector, count });
    }
  }

  private bufwrite(file: number): void {
    this.drawRange(this.swarm.files[file - 1]);
    this.dirtyFile = file;
    this.emit({ op: 'bufwrite', file, sector: this.sector, count: this.count });
  }

  private sync(file: number): void {
    const { weights } = this.swarm;
    const fsync = below(this.random, weights[CHOICE.fsync] + weights[CHOICE.fdatasync]) < weights[CHOICE.fsync];
    if (file === this.dirtyFile) this.dirtyFile = 0;
    this.emit({ op: fsync ? 'fsync' : 'fdatasync', file });
  }

  private drawFile(): number {
    const { files, fileOfThread } = this.swarm;
    return 1 + (fileOfThread ? this.thread % files.length : below(this.random, files.length));
  }

  private drawRange(region: Region): void {
    const { random, swarm } = this;
    const hot = chance(random, swarm.hotEighths);
    const start = hot ? region.hotSector + below(random, region.hotCount) : region.sector + below(random, region.count);
    const { align } = swarm;
    this.place(region, start - (start % align), align * this.drawUnits(align));
  }

  /** Draws a range that shares a sector with the one drawn last. */
  private overlapDrawn(): void {
    const shared = this.sector + below(this.random, this.count);
    const count = between(this.random, 1, Math.max(this.swarm.countMax, this.count));
    this.place(this.swarm.direct, shared - below(this.random, count), count);
  }

  /** Length of a request in units of `align` sectors. */
  private drawUnits(align: number): number {
    const { random, swarm } = this;
    if (swarm.huge && chance(random, 1))
      return Math.ceil(between(random, RING_REQUEST_SECTORS_MAX + 1, 3 * RING_REQUEST_SECTORS_MAX) / align);
    return 1 + below(random, align === PAGE_SECTORS ? (swarm.countMax + PAGE_SECTORS - 1) >> 3 : swarm.countMax);
  }

  /** Cuts a range to the region. */
  private place(region: Region, start: number, count: number): void {
    if (this.swarm.apart && region === this.swarm.direct)
      return this.placeApart(region, Math.min(count, APART_COUNT_MAX));
    this.sector = Math.max(start, region.sector);
    this.count = Math.min(start + count, region.sector + region.count) - this.sector;
  }

  private placeApart(region: Region, count: number): void {
    if (this.taken + count > region.count) this.taken = 0;
    this.sector = region.sector + this.taken;
    this.count = Math.min(count, region.count);
    this.taken += this.count;
  }

  private wait(eighths: number): void {
    if (this.operations.at(-1)?.op !== 'wait' && chance(this.random, eighths)) this.operations.push(WAIT);
  }

  private emit(operation: Operation): void {
    this.operations.push(operation);
    this.left--;
  }
}
