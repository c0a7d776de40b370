import { expect, test } from 'vitest';
import { BIO, Bios } from '../../../src/stack/block/bios.ts';
import { Clock } from '../../../src/stack/clock.ts';
import { DISK_DEFAULT, type DiskConfig } from '../../../src/stack/config.ts';
import { COMMAND } from '../../../src/stack/disk/commands.ts';
import { Disk } from '../../../src/stack/disk/disk.ts';

class Bench {
  readonly bios: Bios = new Bios();
  readonly disk: Disk;
  readonly readVersions: Int32Array = new Int32Array(8);

  constructor(config: Partial<DiskConfig>, logs = false) {
    this.disk = new Disk({ ...DISK_DEFAULT, ...config }, this.bios, new Clock());
    if (logs) this.disk.log = [];
    this.bios.reset();
    this.disk.reset(this.readVersions);
  }

  accept(flags: number, sector: number, count: number, version: number): number {
    return this.disk.accept(flags, 0, count === 0 ? -1 : this.bios.alloc(BIO.write, sector, count, version, 0, 0));
  }
}

test('a read sees what the cache holds when it completes', () => {
  const bench = new Bench({});
  const write = bench.accept(COMMAND.write, 4, 1, 9);
  const read = bench.accept(0, 4, 2, 2 - 4);
  bench.disk.complete(write);
  bench.disk.complete(read);
  expect([...bench.readVersions.subarray(1, 5)]).toEqual([0, 9, -1, 0]);
});

test('a discard writes the initial content', () => {
  const bench = new Bench({});
  bench.disk.complete(bench.accept(COMMAND.write, 0, 4, 5));
  bench.disk.complete(bench.accept(COMMAND.write | COMMAND.discard, 1, 2, 0));
  expect([...bench.disk.media.current.subarray(0, 5)]).toEqual([5, -1, -1, 5, -1]);
});

test('a disk without FUA takes a FUA write for a plain one', () => {
  for (const fua of [false, true]) {
    const bench = new Bench({ fua });
    bench.disk.complete(bench.accept(COMMAND.write | COMMAND.fua, 0, 1, 5));
    expect(bench.disk.media.floor[0]).toBe(fua ? 5 : -1);
  }
});

test('a lying drive completes a flush at any time and settles nothing', () => {
  const bench = new Bench({ flush: 'ignored' });
  bench.disk.complete(bench.accept(COMMAND.write, 0, 1, 5));
  bench.accept(COMMAND.write, 1, 1, 6);
  bench.disk.complete(bench.accept(COMMAND.flush | COMMAND.ordered, 0, 0, 0));
  expect(bench.disk.media.floor[0]).toBe(-1);
});

test('the log shows what was accepted and completed; reads are not in it', () => {
  const bench = new Bench({ fua: true }, true);
  const write = bench.accept(COMMAND.write | COMMAND.fua, 3, 2, 7);
  bench.disk.complete(bench.accept(0, 3, 1, 0));
  const discard = bench.accept(COMMAND.write | COMMAND.discard, 8, 4, 0);
  const flush = bench.accept(COMMAND.flush | COMMAND.ordered, 0, 0, 0);
  for (const tag of [discard, write, flush]) bench.disk.complete(tag);
  expect(bench.disk.log).toEqual([
    { at: 1, ev: 'write', sector: 3, versions: [7, 7], tag: 'simple', fua: true },
    { at: 4, ev: 'discard', sector: 8, count: 4, tag: 'simple' },
    { at: 5, ev: 'flush', tag: 'ordered' },
    { at: 6, ev: 'complete', of: 4 },
    { at: 7, ev: 'complete', of: 1 },
    { at: 8, ev: 'complete', of: 5 },
  ]);
});
