/** The facts of modes.md ("The matrix") about these backends, scopes and destage orders, by sampling. */
import { expect, test } from 'vitest';
import type { Guarantee } from '../../dist/contract/guarantees.js';
import { type DiskConfig, MODES, STACK_DEFAULT, type StackConfig } from '../../dist/stack/config.js';
import { violatedOf, worstOf } from './table.ts';

const RUNS = 3000;
const FLUSHES: Guarantee[] = [
  'empty-barrier-order',
  'empty-barrier-durability',
  'flush-durability',
  'fsync-durability',
  'fua-durability',
];
const BARRIERS: Guarantee[] = ['barrier-order', 'barrier-durability'];

function violated(
  mode: StackConfig['mode'],
  stack: Partial<StackConfig>,
  disk: Partial<DiskConfig> = {},
  scope: 'power' | 'host' = 'power',
): Guarantee[] {
  return violatedOf(
    worstOf({ ...STACK_DEFAULT, ...stack, mode, disk: { ...STACK_DEFAULT.disk, ...disk } }, RUNS, scope),
  );
}

for (const backend of ['loop', 'reference'] as const) {
  test(`${backend} turns WRITE_BARRIER into flushes: payload barriers hold in drain and tag, what is never sent is lost`, () => {
    expect(violated('drain', { backend })).toEqual(FLUSHES);
    expect(violated('tag', { backend })).toEqual(FLUSHES);
  });
  test(`${backend} passes flushes on: every mode that sends them holds`, () => {
    for (const mode of ['drain-flush', 'drain-fua', 'tag-flush', 'tag-fua', 'flush-fua'] as const)
      expect(violated(mode, { backend }), mode).toEqual([]);
  });
}

test('a host page cache is a volatile cache: over a cacheless disk, drain loses what it never sends on loop', () => {
  expect(violated('drain', { backend: 'loop' }, { cache: 'none' })).toEqual(expect.arrayContaining(FLUSHES.slice(1)));
  expect(violated('drain', { backend: 'reference' }, { cache: 'none' })).toEqual([]);
});

test('the host crash takes the page cache of loop along, and nothing of blkback over a write-back disk', () => {
  expect(violated('drain', { backend: 'loop' }, {}, 'host')).toContain('fsync-durability');
  for (const mode of MODES) expect(violated(mode, {}, {}, 'host'), mode).toEqual([]);
});

test('with destage=fifo, empty-barrier-order holds even in drain and tag', () => {
  for (const mode of ['drain', 'tag'] as const)
    expect(violated(mode, {}, { destage: 'fifo' })).toEqual(FLUSHES.slice(1));
});

test('with destage=epoch and tags on the wire, payload barriers keep their order without a flush', () => {
  const lost = violated('tag', { backend: 'direct' }, { destage: 'epoch' });
  expect(lost).not.toContain('barrier-order');
  expect(lost).toContain('barrier-durability');
});

test('direct: drain and tag order completions, never the cache', () => {
  for (const mode of ['drain', 'tag'] as const)
    expect(violated(mode, { backend: 'direct' })).toEqual([...BARRIERS, ...FLUSHES]);
});

test('direct: drain-fua and tag-fua ask a disk without FUA for something it has not got', () => {
  for (const mode of ['drain-fua', 'tag-fua'] as const) {
    expect(violated(mode, { backend: 'direct' })).toEqual(BARRIERS);
    expect(violated(mode, { backend: 'direct' }, { fua: true })).toEqual([]);
  }
});

test('tags ignored: only the modes that order by tag suffer', () => {
  for (const mode of ['drain-flush', 'flush-fua'] as const)
    expect(violated(mode, { backend: 'direct' }, { tags: 'ignored' }), mode).toEqual([]);
  for (const mode of ['tag-flush', 'tag-fua'] as const)
    expect(violated(mode, { backend: 'direct' }, { tags: 'ignored', fua: true }), mode).toContain('barrier-order');
});

test('a lying drive breaks every mode', () => {
  for (const mode of MODES) expect(violated(mode, {}, { flush: 'ignored' }), mode).toContain('fsync-durability');
});

test('the correct modes hold with other schedulers, rings, depths and atomic units', () => {
  const variants: [Partial<StackConfig>, Partial<DiskConfig>][] = [
    [{ scheduler: 'deadline' }, {}],
    [{ ring: { slots: 4, start: 2 ** 32 - 6 } }, {}],
    [{}, { depth: 1 }],
    [{}, { atomic: 4096 }],
    [{ backend: 'direct' }, { atomic: 4096, fua: true }],
  ];
  for (const [stack, disk] of variants)
    for (const mode of ['drain-flush', 'tag-flush', 'flush-fua'] as const)
      expect(violated(mode, stack, disk), `${mode} ${JSON.stringify([stack, disk])}`).toEqual([]);
});

test('blkback-drain: payloads without FUA lose what drain-fua and tag-fua count on; drain-flush sends what it takes', () => {
  for (const mode of ['drain-fua', 'tag-fua'] as const)
    expect(violated(mode, { backend: 'blkback-drain' }), mode).toEqual(expect.arrayContaining(BARRIERS));
  expect(violated('drain-fua', { backend: 'blkback-drain' }, { fua: true })).toEqual(BARRIERS);
  expect(violated('drain-flush', { backend: 'blkback-drain' })).toEqual([]);
});

test('blkback-drain under 3.6: by WRITE_BARRIER FUA is lost, by FLUSH_DISKCACHE everything holds', () => {
  const stack = { backend: 'blkback-drain', frontend: '3.6' } as const;
  expect(violated('negotiated', stack)).toEqual([]);
  expect(violated('negotiated', { ...stack, features: { flushCache: 'absent' } })).toEqual([
    ...BARRIERS,
    'fua-durability',
  ]);
});

test('qemu-xendisk loses what its flush did not wait for, and holds where the guest waits itself', () => {
  expect(violated('tag-flush', { backend: 'qemu-xendisk' })).toEqual(
    expect.arrayContaining([...BARRIERS, 'empty-barrier-order', 'empty-barrier-durability']),
  );
  expect(violated('drain', { backend: 'qemu-xendisk' })).toEqual([...BARRIERS, ...FLUSHES]);
  expect(violated('drain-flush', { backend: 'qemu-xendisk' })).toEqual([]);
});

test('frontends over blkback: what 2.6.18 and 2.6.36 negotiate loses empty barriers, what 3.6 does holds', () => {
  for (const frontend of ['2.6.18', '2.6.36'] as const)
    expect(violated('negotiated', { frontend }), frontend).toEqual(FLUSHES);
  expect(violated('negotiated', { frontend: '3.6' })).toEqual([]);
  expect(violated('negotiated', { frontend: '3.6', features: { barrier: 0 } })).toEqual([...BARRIERS, ...FLUSHES]);
});
