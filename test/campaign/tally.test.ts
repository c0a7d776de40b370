import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyTally, joinTallies, RangeCounter, type Tally } from '../../src/campaign/tally.ts';
import { GUARANTEES, VERDICT } from '../../src/contract/guarantees.ts';
import type { RunPrice } from '../../src/stack/price.ts';

interface Run {
  readonly code: readonly number[];
  readonly crashPoints: number;
  readonly imagesDecided: bigint;
  readonly imagesPossible: bigint;
  readonly isLowerBound: boolean;
  readonly price: RunPrice | null;
  /** It can't be decided. */
  readonly bounded: boolean;
}

const run: fc.Arbitrary<Run> = fc.record({
  code: fc.array(fc.constantFrom(0, 0, 1, 1, 1, 1, 1, 1, 2), {
    minLength: GUARANTEES.length,
    maxLength: GUARANTEES.length,
  }),
  crashPoints: fc.nat(1000),
  imagesDecided: fc.bigInt({ min: 0n, max: 1n << 100n }),
  imagesPossible: fc.bigInt({ min: 0n, max: 1n << 100n }),
  isLowerBound: fc.boolean(),
  price: fc.option(fc.constant({ barriers: 2, flushes: 3, drains: 1, guestDrains: 0, stepsWaited: 9 })),
  bounded: fc.integer({ min: 0, max: 30 }).map((n) => n === 30),
});
const counted = fc.array(fc.boolean(), { minLength: GUARANTEES.length, maxLength: GUARANTEES.length });

function count(
  runs: readonly Run[],
  start: number,
  end: number,
  looked: readonly boolean[],
  keepGoing: boolean,
): Tally {
  const counter = new RangeCounter(start, looked, keepGoing);
  for (let i = start; i < end; i++) {
    if (runs[i].bounded) counter.bound(7);
    if (runs[i].bounded || !counter.add(runs[i])) break;
  }
  return counter.tally();
}

test('however the runs are cut into ranges, the ranges come to the same', () => {
  fc.assert(
    fc.property(
      fc.array(run, { maxLength: 30 }),
      fc.array(fc.nat(30), { maxLength: 6 }),
      counted,
      fc.boolean(),
      (runs, cuts, looked, keepGoing) => {
        const places = [0, ...cuts.filter((cut) => cut <= runs.length), runs.length].sort((a, b) => a - b);
        const ranges = places.slice(1).map((end, i) => count(runs, places[i], end, looked, keepGoing));
        expect(ranges.reduce(joinTallies, emptyTally(0))).toEqual(count(runs, 0, runs.length, looked, keepGoing));
      },
    ),
    { seed: 1, numRuns: 500 },
  );
});

test('a tally says what the runs say, one by one', () => {
  fc.assert(
    fc.property(fc.array(run, { maxLength: 30 }), counted, fc.boolean(), (runs, looked, keepGoing) => {
      const violates = ({ code }: Run) => code.some((verdict, row) => looked[row] && verdict === VERDICT.violated);
      const boundedAt = runs.findIndex(({ bounded }) => bounded);
      const decided = boundedAt < 0 ? runs : runs.slice(0, boundedAt);
      const first = keepGoing ? -1 : decided.findIndex(violates);
      const made = first < 0 ? decided : decided.slice(0, first + 1);
      const isBounded = boundedAt >= 0 && first < 0;
      const tally = count(runs, 0, runs.length, looked, keepGoing);
      expect(tally.end).toBe(made.length);
      expect(tally.stopped).toBe(first >= 0 || isBounded);
      expect(tally.bounded).toEqual(isBounded ? { run: made.length, step: 7 } : null);
      expect(tally.crashPoints).toBe(made.reduce((sum, { crashPoints }) => sum + crashPoints, 0));
      expect(tally.imagesDecided).toBe(made.reduce((sum, { imagesDecided }) => sum + imagesDecided, 0n));
      expect(tally.imagesPossible).toBe(made.reduce((sum, { imagesPossible }) => sum + imagesPossible, 0n));
      expect(tally.isLowerBound).toBe(made.some(({ isLowerBound }) => isLowerBound));
      GUARANTEES.forEach((_, row) => {
        const codes = made.map(({ code }) => (looked[row] ? code[row] : VERDICT.na));
        expect(tally.worst[row]).toBe(Math.max(VERDICT.na, ...codes));
        expect(tally.violatedFirst[row]).toBe(codes.indexOf(VERDICT.violated));
        expect(tally.violatedCount[row]).toBe(codes.filter((code) => code === VERDICT.violated).length);
      });
    }),
    { seed: 2, numRuns: 300 },
  );
});

test('ranges with a gap between them are not joined', () => {
  expect(() => joinTallies(emptyTally(0), emptyTally(3))).toThrow(/without gaps/);
});
