import { expect, test } from 'vitest';
import { barrier, EMPTY_BARRIER, explained, flat, FLUSH, lateCrash, WAIT, write } from '../cases.ts';

const LOST = lateCrash();

test('the mail’s stack is told in its own terms: plain tagged barriers over a write-back cache', () => {
  const text = flat(
    explained({
      name: 'mail',
      stack: { mode: 'negotiated', frontend: '2.6.36' },
      threads: [[write(8), WAIT, FLUSH]],
      crash: LOST,
    }),
  );
  expect(text).toContain('found feature-barrier = 1 and chose plain tagged barriers (QUEUE_ORDERED_TAG).');
  expect(text).toContain('But the disk behind blkback has a write-back cache.');
  expect(text).toContain('the empty barrier never leaves the guest.');
});

test('2.6.18 without feature-barrier runs without ordering, and says why', () => {
  const text = flat(
    explained({
      name: 'unordered',
      stack: { mode: 'negotiated', frontend: '2.6.18', features: { barrier: 'absent' } },
      threads: [[{ op: 'fua', sector: 8, count: 1 }]],
      crash: LOST,
    }),
  );
  expect(text).toContain('found no feature-barrier and chose no ordering at all (QUEUE_ORDERED_NONE).');
});

test('a refused payload is told as refused, and what the frontend of 3.6 made of it', () => {
  const stack = { mode: 'flush-fua', frontend: '3.6', features: { barrier: 0 } } as const;
  const text = flat(explained({ name: 'refused', stack, threads: [[barrier(8)]], crash: LOST }));
  expect(text).toContain('which refuses it.');
  expect(text).toContain('sector 8 of op 0 was nowhere: the backend had refused it.');
  expect(text).toContain('blkback answered WRITE_BARRIER with EOPNOTSUPP: it wrote nothing and flushed nothing;');
  const later = flat(explained({ name: 'later', stack, threads: [[FLUSH, barrier(8)]], crash: LOST }));
  expect(later).toContain('has switched flushing off since blkback refused one');
});

test('a frontend that found neither feature sends no flush, and says so', () => {
  const stack = { mode: 'negotiated', frontend: '3.6', features: { barrier: 'absent' } } as const;
  const text = flat(explained({ name: 'neither', stack, threads: [[write(8), EMPTY_BARRIER]], crash: LOST }));
  expect(text).toContain('The frontend of 3.6 found neither feature-flush-cache nor feature-barrier:');
});

test('what is known of blkback-drain and qemu-xendisk is said where it matters', () => {
  const drain = { mode: 'drain-fua', backend: 'blkback-drain' } as const;
  expect(flat(explained({ name: 'drain', stack: drain, threads: [[barrier(8)]], crash: LOST }))).toContain(
    'without FUA, and no flush follows.',
  );
  const qemu = { mode: 'tag-flush', backend: 'qemu-xendisk' } as const;
  expect(flat(explained({ name: 'qemu', stack: qemu, threads: [[write(8), EMPTY_BARRIER]], crash: LOST }))).toContain(
    'qemu-xendisk flushes without waiting for I/O in flight.',
  );
});
