import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Shadow } from '../../../src/stack/ring/shadow.ts';

function fresh(slotCount: number): Shadow {
  const shadow = new Shadow(slotCount);
  shadow.reset();
  return shadow;
}

test('ids are handed out from 0, and the one given back last comes first', () => {
  const shadow = fresh(4);
  expect([10, 11, 12, 13].map((rq) => shadow.take(rq))).toEqual([0, 1, 2, 3]);
  for (const id of [1, 3, 0]) shadow.release(id);
  expect([20, 21, 22].map((rq) => shadow.take(rq))).toEqual([0, 3, 1]);
  expect([...shadow.request]).toEqual([20, 22, 12, 21]);
});

test('an id is in use from its request to its response', () => {
  const shadow = fresh(2);
  expect([-1, 0, 1, 2].map((id) => shadow.isInUse(id))).toEqual([false, false, false, false]);
  shadow.take(5);
  expect([-1, 0, 1, 2].map((id) => shadow.isInUse(id))).toEqual([false, true, false, false]);
  shadow.release(0);
  expect(shadow.isInUse(0)).toBe(false);
});

test('no more ids than slots', () => {
  const shadow = fresh(2);
  shadow.take(0);
  shadow.take(1);
  expect(() => shadow.take(2)).toThrow('an id is free as long as the ring has room');
});

test('the free ids are a stack', () => {
  const steps = fc.array(fc.option(fc.nat(7), { nil: undefined }), { maxLength: 60, size: 'max' });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), steps, (slotCount, list) => {
      const shadow = fresh(slotCount);
      const free = Array.from({ length: slotCount }, (_, index) => slotCount - 1 - index);
      const used: number[] = [];
      for (const step of list) {
        if (step === undefined && free.length > 0) {
          const id = shadow.take(0);
          expect(id).toBe(free.pop());
          used.push(id);
        } else if (used.length > 0) {
          const [id] = used.splice((step ?? 0) % used.length, 1);
          shadow.release(id);
          free.push(id);
        }
      }
    }),
    { seed: 5, numRuns: 300 },
  );
});
