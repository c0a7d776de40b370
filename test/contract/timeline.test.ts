import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Timeline } from '../../src/contract/timeline.ts';

test('events come out in order of time, each with what happened, however many and however late they are', () => {
  const timeline = new Timeline();
  const times = fc.uniqueArray(fc.oneof(fc.nat(500), fc.nat(0x7ffffffe)), { maxLength: 600, size: 'max' });
  fc.assert(
    fc.property(times, (drawn) => {
      timeline.clear();
      drawn.forEach((time, i) => timeline.push(time, i));
      timeline.sort();
      const sorted = drawn.toSorted((a, b) => a - b);
      expect([...timeline.time.subarray(0, timeline.length)]).toEqual(sorted);
      expect(Array.from(timeline.item.subarray(0, timeline.length), (i) => drawn[i])).toEqual(sorted);
    }),
    { seed: 11, numRuns: 200 },
  );
});
