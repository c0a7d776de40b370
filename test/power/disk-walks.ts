/**
 * Disks driven without a stack: commands of every kind, tag and overlap that a disk may be given, far denser than a guest
 * sends them.
 */
import { RandomStream } from '../../src/base/random.ts';
import { BIO, Bios, NIL, BIO_AT } from '../../src/stack/block/bios.ts';
import { Clock } from '../../src/stack/clock.ts';
import { DISK_DEFAULT, type DiskConfig, type Scope } from '../../src/stack/config.ts';
import { COMMAND } from '../../src/stack/disk/commands.ts';
import { Disk } from '../../src/stack/disk/disk.ts';
import { type Cut, diskModelOf } from './cut.ts';

const STEPS_MAX = 12;

/**
 * Walk number `index`: the same one every time.
 * @param versionCount with so many versions, each comes again, as that of a write issued twice does.
 */
export function walkDisk(index: number, versionCount: number = Infinity): Cut {
  const random = new RandomStream(`disk walk ${index}`);
  const config = drawConfig(random);
  const scope: Scope = random.chance(1, 4) ? 'host' : 'power';
  const walk = new DiskWalk(config, random, random.chance(1, 4), versionCount);
  for (let left = random.between(3, versionCount < Infinity ? 2 * STEPS_MAX : STEPS_MAX); left > 0; left--) walk.step();
  return walk.cut(`walk ${index}`, scope);
}

/** A disk on which `steps` has been done by hand. */
export function handMade(config: Partial<DiskConfig>, steps: (walk: DiskWalk) => void, scope: Scope = 'power'): Cut {
  const walk = new DiskWalk({ ...DISK_DEFAULT, ...config }, new RandomStream('by hand'), false);
  steps(walk);
  return walk.cut('by hand', scope);
}

function drawConfig(random: RandomStream): DiskConfig {
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)];
  const atomic: DiskConfig['atomic'] = pick([512, 4096]);
  return {
    sectors: atomic === 4096 ? 16 : 4,
    cache: pick(['writeback', 'writeback', 'writeback', 'writeback', 'writeback', 'none', 'nonvolatile']),
    fua: random.chance(2, 3),
    tags: random.chance(2, 3) ? 'honoured' : 'ignored',
    destage: pick(['any', 'fifo', 'epoch', 'epoch']),
    flush: random.chance(3, 4) ? 'honest' : 'ignored',
    atomic,
    depth: pick([3, 8]),
  };
}

export class DiskWalk {
  private readonly bios: Bios = new Bios();
  private readonly clock: Clock = new Clock();
  private readonly disk: Disk;
  private readonly random: RandomStream;
  private nextVersion = 0;
  private readonly reads: boolean;
  private readonly versionCount: number;

  /** @param reads whether reads are accepted too, which the document doesn't show. */
  constructor(config: DiskConfig, random: RandomStream, reads: boolean, versionCount: number = Infinity) {
    this.versionCount = versionCount;
    this.random = random;
    this.disk = new Disk(config, this.bios, this.clock);
    this.disk.log = [];
    this.bios.reset();
    this.disk.reset(new Int32Array(config.sectors));
    this.reads = reads;
  }

  /** Accepts a write; versions count from 0. Returns its tag. */
  write(sector: number, count: number, flags = 0): number {
    return this.disk.accept(COMMAND.write | flags, 0, this.bio(sector, count));
  }

  read(sector: number): number {
    return this.disk.accept(0, 0, this.bios.alloc(0, sector, 1, -sector, 0, 0));
  }

  flush(flags = 0): number {
    return this.disk.accept(COMMAND.flush | flags, 0, NIL);
  }

  complete(tag: number): void {
    this.disk.complete(tag);
  }

  /** One step at random: a started command completes, or another is accepted. */
  step(): void {
    const { commands } = this.disk;
    if (commands.isFull || (commands.started.count > 0 && this.random.chance(4, 9))) {
      this.disk.complete(commands.started.items[this.random.below(commands.started.count)]);
    } else this.accept();
  }

  cut(name: string, scope: Scope): Cut {
    const { disk, clock } = this;
    const document = {
      sectors: disk.config.sectors,
      scope,
      ops: [],
      crash: { at: clock.tick() },
      image: [],
      disk: [...disk.log!],
      diskModel: diskModelOf(disk.config),
    };
    return { name, disk, scope, document };
  }

  private accept(): void {
    const { random, disk } = this;
    const ordered = random.chance(1, 4) ? COMMAND.ordered : 0;
    const draw = random.below(this.reads ? 10 : 9);
    if (draw < 2) return void this.flush(ordered);
    if (draw === 9) return void this.read(0);
    const fua = random.chance(1, 4) ? COMMAND.fua : 0;
    if (draw === 2) return void disk.accept(COMMAND.write | COMMAND.discard | ordered, 0, this.data(1));
    disk.accept(COMMAND.write | ordered | fua, 0, this.data(random.chance(1, 4) ? 2 : 1));
  }

  /** A chain of bios with contiguous data, at most `bioCount` of them. */
  private data(bioCount: number): number {
    const { random, disk, bios } = this;
    const { sectors } = disk.config;
    let from = random.below(sectors);
    const head = this.bio(from, random.between(1, sectors - from));
    from += bios.rows[head + BIO_AT.count];
    if (bioCount > 1 && from < sectors)
      bios.rows[head + BIO_AT.next] = this.bio(from, random.between(1, sectors - from));
    return head;
  }

  private bio(sector: number, count: number): number {
    return this.bios.alloc(BIO.write, sector, count, this.nextVersion++ % this.versionCount, 0, 0);
  }
}
