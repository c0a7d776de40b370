import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bag } from '../../src/stack/bag.ts';

const listed = (bag: Bag): number[] => [...bag.items.subarray(0, bag.count)];

/** The same by searching. */
class Naive {
  items: number[] = [];

  put(item: number, isInside: boolean): void {
    const place = this.items.indexOf(item);
    if (place < 0 && isInside) this.items.push(item);
    if (place < 0 || isInside) return;
    const last = this.items.pop()!;
    if (last !== item) this.items[place] = last;
  }
}

test('a bag holds what was put in and not taken out, in the order that searching gives', () => {
  const steps = fc.array(fc.tuple(fc.nat(9), fc.boolean(), fc.nat(30)), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (puts) => {
      const bag = new Bag(4);
      bag.grow(10);
      const naive = new Naive();
      for (const [item, isInside, chance] of puts) {
        if (chance === 0) {
          bag.clear();
          naive.items = [];
        }
        bag.put(item, isInside);
        naive.put(item, isInside);
        expect(listed(bag)).toEqual(naive.items);
        for (let i = -1; i < 11; i++) expect(bag.has(i)).toBe(naive.items.includes(i));
        if (bag.count > 0) expect(bag.lowest).toBe(Math.min(...naive.items));
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('a bag that grows keeps what is inside', () => {
  const bag = new Bag(2);
  bag.add(1);
  bag.add(0);
  bag.grow(5);
  bag.add(4);
  bag.remove(1);
  expect(listed(bag)).toEqual([4, 0]);
  expect([0, 1, 2, 3, 4].filter((item) => bag.has(item))).toEqual([0, 4]);
});
