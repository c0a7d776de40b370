import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fork, RandomStream } from '../../src/base/random.ts';

const drawn = (stream: RandomStream, count: number) => Array.from({ length: count }, () => stream.int32());

test('the streams of a seed never change: old seeds keep their meaning', () => {
  expect({
    workload: drawn(fork('7', 'workload', 0), 4),
    workloadOfRun1: drawn(fork('7', 'workload', 1), 4),
    schedule: drawn(fork('7', 'schedule', 0), 4),
    crash: drawn(fork('7', 'crash', 0), 4),
  }).toEqual({
    workload: [1013194141, -421470786, -1727717902, 732599116],
    workloadOfRun1: [1817173496, -1688741668, 1140682547, 990933641],
    schedule: [-929170932, -1621260996, 656997239, -275656786],
    crash: [-709767770, -1169014199, 963060243, -1026952421],
  });
});

test('the same seed, fork and index give the same stream, whatever was drawn from others', () => {
  const before = drawn(fork('s', 'crash', 3), 100);
  drawn(fork('s', 'workload', 3), 1000);
  expect(drawn(fork('s', 'crash', 3), 100)).toEqual(before);
});

test('another seed, another fork and another index are other streams', () => {
  const streams = [fork('s', 'crash', 3), fork('t', 'crash', 3), fork('s', 'schedule', 3), fork('s', 'crash', 4)];
  expect(new Set(streams.map((stream) => drawn(stream, 3).join())).size).toBe(streams.length);
});

test('the parts of a key do not run into each other', () => {
  expect(drawn(fork('a1', 'crash', 2), 3)).not.toEqual(drawn(fork('a', 'crash', 12), 3));
});

test('below and between stay inside their limits', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      fc.integer({ min: -1000, max: 1000 }),
      (key, limit, min) => {
        const stream = new RandomStream(key);
        const low = stream.below(limit);
        const inside = stream.between(min, min + 5);
        expect(Number.isInteger(low) && low >= 0 && low < limit).toBe(true);
        expect(Number.isInteger(inside) && inside >= min && inside <= min + 5).toBe(true);
      },
    ),
    { seed: 1, numRuns: 500 },
  );
});

test('every value of a small range is drawn', () => {
  const stream = new RandomStream('range');
  expect(new Set(Array.from({ length: 200 }, () => stream.between(3, 6)))).toEqual(new Set([3, 4, 5, 6]));
});

test('a chance of 0 never comes, of all always, and of 1 in 4 about a quarter of the time', () => {
  const stream = new RandomStream('chance');
  const hits = (numerator: number) =>
    Array.from({ length: 4000 }, () => stream.chance(numerator, 4)).filter(Boolean).length;
  expect(hits(0)).toBe(0);
  expect(hits(4)).toBe(4000);
  expect(Math.abs(hits(1) - 1000)).toBeLessThan(100);
});
