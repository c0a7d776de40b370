/** The facts of modes.md ("The matrix") about the user-space backends, every crash point decided. */
import { expect, test } from 'vitest';
import { GUARANTEES, type Guarantee, VERDICT } from '../../dist/contract/guarantees.js';
import { Runner } from '../../dist/fuzz/runner.js';
import type { BackendOptions, DiskConfig, Scope, StackConfig } from '../../dist/stack/config.js';
import { DISK_DEFAULT, STACK_DEFAULT } from '../../dist/stack/config.js';

const RUNS = 40;
/** Where the file system's timer has to come late. */
const MANY_RUNS = 200;
const NO_CACHE = { cache: 'none' } as const;
const LOSSES: Guarantee[] = ['empty-barrier-durability', 'flush-durability', 'fsync-durability', 'fua-durability'];

/** What some run violates. */
function violated(
  backend: StackConfig['backend'],
  backendOptions: BackendOptions,
  mode: StackConfig['mode'],
  disk: Partial<DiskConfig> = {},
  scope: Scope = 'power',
  runs: number = RUNS,
): Guarantee[] {
  const stack = { ...STACK_DEFAULT, backend, backendOptions, mode, disk: { ...DISK_DEFAULT, ...disk } };
  const runner = new Runner({ seed: 'userspace', stack, scope, check: 'exact', ops: 16, threads: 2 });
  const found = new Set<number>();
  for (let run = 0; run < runs; run++) {
    runner.run(run);
    runner.code.forEach((code, row) => code === VERDICT.violated && found.add(row));
  }
  return GUARANTEES.filter((_, row) => found.has(row));
}

test('tapdisk on a sparse image without fdatasync loses what completed and was flushed, on a disk without a cache too', () => {
  for (const image of ['sparse', 'fallocated'] as const)
    expect(violated('tapdisk', { image }, 'flush-fua', NO_CACHE, 'power', MANY_RUNS)).toContain('fsync-durability');
});

test('tapdisk on a full image over a disk without a cache: drain is enough', () => {
  expect(violated('tapdisk', { image: 'full' }, 'drain', NO_CACHE)).toEqual([]);
  expect(violated('tapdisk', { image: 'full' }, 'drain')).toEqual(expect.arrayContaining(LOSSES));
});

test.each(['sparse', 'fallocated', 'full'] as const)(
  'tapdisk with fdatasync holds in drain-flush whatever the image and however it is opened (%s)',
  (image) => {
    for (const open of ['direct', 'buffered', 'dsync', 'sync'] as const)
      expect(violated('tapdisk', { image, open, fdatasync: true }, 'drain-flush'), open).toEqual([]);
  },
);

test('a page cache loses what is flushed into it, and so does a host that goes down', () => {
  const options = { image: 'full', open: 'buffered' } as const;
  const losses = (disk: Partial<DiskConfig>, scope: Scope): Guarantee[] =>
    violated('tapdisk', options, 'drain-flush', disk, scope, MANY_RUNS);
  expect(losses(NO_CACHE, 'power')).toEqual(expect.arrayContaining(LOSSES));
  expect(losses({}, 'host')).toEqual(expect.arrayContaining(LOSSES));
  expect(violated('tapdisk', { image: 'full' }, 'drain', {}, 'host')).toEqual([]);
  expect(violated('tapdisk', { image: 'sparse' }, 'flush-fua', {}, 'host', MANY_RUNS)).not.toEqual([]);
});

test('blktap2 keeps payload barriers by draining where there is no cache, in tag too, and nothing where there is one', () => {
  expect(violated('blktap2', {}, 'tag', NO_CACHE)).toEqual([]);
  expect(violated('tapdisk', {}, 'tag', NO_CACHE)).toEqual(expect.arrayContaining(['barrier-order']));
  expect(violated('blktap2', {}, 'drain-flush')).toEqual(expect.arrayContaining(LOSSES));
  expect(violated('blktap2', { image: 'sparse', fdatasync: true }, 'drain-flush')).toEqual([]);
});

test.each([false, true])(
  'a VHD shows stale sectors over a volatile cache, and none without (preallocate: %s)',
  (preallocate) => {
    const options = { preallocate, fdatasync: true };
    expect(violated('tapdisk-vhd', options, 'drain-flush', NO_CACHE)).toEqual([]);
    expect(violated('tapdisk-vhd', options, 'drain-flush')).toEqual(['integrity']);
    expect(violated('tapdisk-vhd', options, 'drain-flush', {}, 'host')).toEqual([]);
  },
);
