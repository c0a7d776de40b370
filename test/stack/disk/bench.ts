/** The disk and its naive twin side by side. */
import * as fc from 'fast-check';
import { BIO, Bios, NIL, BIO_AT } from '../../../src/stack/block/bios.ts';
import { Clock } from '../../../src/stack/clock.ts';
import type { DiskConfig } from '../../../src/stack/config.ts';
import { COMMAND } from '../../../src/stack/disk/commands.ts';
import { Disk } from '../../../src/stack/disk/disk.ts';
import { type NaiveCommand, NaiveDisk } from './naive.ts';

const SECTORS = 16;

export const configs: fc.Arbitrary<DiskConfig> = fc.record({
  sectors: fc.constant(SECTORS),
  cache: fc.constantFrom('writeback', 'writeback', 'writeback', 'none', 'nonvolatile'),
  fua: fc.boolean(),
  tags: fc.constantFrom('honoured', 'honoured', 'ignored'),
  destage: fc.constantFrom('any', 'fifo', 'epoch', 'epoch'),
  flush: fc.constantFrom('honest', 'honest', 'ignored'),
  atomic: fc.constantFrom(512, 4096),
  depth: fc.constantFrom(1, 2, 5, 32, 40),
});

/** What the disk may be asked to do: accept a command, or complete the n-th of the started ones. */
export type Step = Omit<NaiveCommand, 'started' | 'completed'> | number;

/** Pieces of one merged request: neighbours, each of a version of its own. */
const pieces = fc
  .tuple(fc.nat(SECTORS - 1), fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }), fc.nat(1000))
  .map(([sector, counts, version]) => {
    let first = sector;
    return counts
      .map((count, index) => {
        first += count;
        return [first - count, count, version + index] as const;
      })
      .filter(([start, count]) => start + count <= SECTORS);
  });

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constantFrom('write', 'write', 'write', 'write', 'flush', 'discard', 'read'),
        ordered: fc.constantFrom(false, false, true),
        fua: fc.constantFrom(false, false, true),
        pieces,
      }),
    },
    { weight: 5, arbitrary: fc.nat(1000) },
  ),
  { maxLength: 50, size: 'max' },
);

export class Twins {
  readonly disk: Disk;
  readonly naive: NaiveDisk;
  /** Tag of each open command of the naive disk. */
  readonly tags: Map<NaiveCommand, number> = new Map();
  private readonly bios: Bios = new Bios();

  constructor(config: DiskConfig) {
    this.disk = new Disk(config, this.bios, new Clock());
    this.naive = new NaiveDisk(config);
    this.bios.reset();
    this.disk.reset(new Int32Array(4096));
  }

  take(step: Step): void {
    if (typeof step !== 'number') this.accept(step);
    else if (this.naive.started.length > 0) this.complete(this.naive.started[step % this.naive.started.length]);
  }

  private accept(step: Exclude<Step, number>): void {
    if (this.disk.commands.isFull || step.pieces.length === 0) return;
    const command: NaiveCommand = { ...step, fua: step.fua && step.kind === 'write' };
    const kind = { write: COMMAND.write, flush: COMMAND.flush, discard: COMMAND.write | COMMAND.discard, read: 0 };
    const flags = kind[step.kind] | (step.ordered ? COMMAND.ordered : 0) | (command.fua ? COMMAND.fua : 0);
    const data = step.kind === 'flush' ? [] : [...step.pieces].toReversed();
    let head = NIL;
    for (const [sector, count, version] of data) {
      const bio = this.bios.alloc(BIO.write, sector, count, step.kind === 'read' ? 0 : version, 0, 0);
      this.bios.rows[bio + BIO_AT.next] = head;
      head = bio;
    }
    this.naive.accept(command);
    this.tags.set(command, this.disk.accept(flags, this.naive.commands.length, head));
  }

  private complete(command: NaiveCommand): void {
    this.disk.complete(this.tags.get(command)!);
    this.tags.delete(command);
    this.naive.complete(command);
  }
}
