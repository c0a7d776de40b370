import { expect, test } from 'vitest';
import { DEFAULT, generated, letters, opCount } from './generated.ts';

test('every kind is used by many workloads of the default, and by many it is not', () => {
  const codes = generated(1000).map((workload) => workload.threads.map(letters).join(''));
  for (const letter of 'WUFBEbSDXR.') {
    const users = codes.filter((code) => code.includes(letter)).length;
    expect(users, letter).toBeGreaterThan(100);
    expect(users, letter).toBeLessThan(985);
  }
});

test.each([
  ['a write, a wait, a flush', /W\.F/],
  ['a write, its commit record, another write', /W\.?B\.?W/],
  ['a write, a wait, an empty barrier, a write', /W\.E\.?W/],
  ['buffered writes and their fsync', /bS/],
  ['a fua', /U/],
])('the default has %s in one workload of eight or more', (_what, pattern) => {
  const hits = generated(1000).filter(({ threads }) => threads.some((thread) => pattern.test(letters(thread))));
  expect(hits.length).toBeGreaterThan(125);
});

test('most fsyncs follow a bufwrite to the same file in the same thread', () => {
  let [syncs, dirty] = [0, 0];
  for (const thread of generated(500).flatMap((workload) => workload.threads)) {
    const written = new Set<number>();
    for (const operation of thread) {
      if (operation.op === 'bufwrite') written.add(operation.file);
      if (operation.op !== 'fsync' && operation.op !== 'fdatasync') continue;
      syncs++;
      if (written.has(operation.file)) dirty++;
    }
  }
  expect(syncs).toBeGreaterThan(500);
  expect(dirty / syncs).toBeGreaterThan(0.75);
});

test('writes in a row often overlap, across threads too', () => {
  const overlapping = generated(300).filter(({ threads }) => {
    const ranges = threads.map((thread) =>
      thread.flatMap((operation) => (operation.op === 'write' ? [operation] : [])),
    );
    if (ranges.length < 2) return false;
    return ranges[0].some((a) => ranges[1].some((b) => a.sector < b.sector + b.count && b.sector < a.sector + a.count));
  });
  expect(overlapping.length).toBeGreaterThan(100);
});

test('swarms differ in size and alignment; requests larger than a ring request occur on devices that have room', () => {
  const large = generated(300, { ops: 40, threads: 2, sectors: 1024, atomicSectors: 8 });
  const counts = large.map(({ threads }) =>
    threads.flat().flatMap((operation) => ('count' in operation && operation.count > 0 ? [operation.count] : [])),
  );
  expect(counts.filter((ofOne) => ofOne.length > 0 && ofOne.every((count) => count === 1)).length).toBeGreaterThan(5);
  expect(counts.filter((ofOne) => ofOne.some((count) => count > 88)).length).toBeGreaterThan(30);
  expect(counts.filter((ofOne) => ofOne.every((count) => count % 8 === 0)).length).toBeGreaterThan(50);
});

test('threads share the operations evenly in some workloads, unevenly in others, and are fewer now and then', () => {
  const workloads = generated(300, { ...DEFAULT, threads: 3 });
  const shares = workloads.map(({ threads }) => threads.map((thread) => opCount({ threads: [thread] })));
  expect(shares.filter((ofOne) => ofOne.length < 3).length).toBeGreaterThan(20);
  const full = shares.filter((ofOne) => ofOne.length === 3);
  expect(full.filter((ofOne) => Math.max(...ofOne) - Math.min(...ofOne) <= 1).length).toBeGreaterThan(50);
  expect(full.filter((ofOne) => Math.max(...ofOne) > 2 * Math.min(...ofOne)).length).toBeGreaterThan(50);
});
