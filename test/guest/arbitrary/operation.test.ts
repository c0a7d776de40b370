import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { operationArbitrary } from '../../../src/guest/arbitrary/operation.ts';

const FILES = [
  { sector: 32, count: 8 },
  { sector: 40, count: 1 },
];

test('an operation keeps to its range', () => {
  fc.assert(
    fc.property(operationArbitrary({ direct: { sector: 5, count: 20 }, files: FILES }), (operation) => {
      if (!('count' in operation) || operation.count === 0) return;
      const range = operation.op === 'bufwrite' ? FILES[operation.file - 1] : { sector: 5, count: 20 };
      expect(operation.count).toBeGreaterThan(0);
      expect(operation.sector).toBeGreaterThanOrEqual(range.sector);
      expect(operation.sector! + operation.count).toBeLessThanOrEqual(range.sector + range.count);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('every kind is drawn, files only where there are files', () => {
  const kinds = (files: typeof FILES): string[] => {
    const operations = fc.sample(operationArbitrary({ direct: { sector: 0, count: 9 }, files }), {
      seed: 2,
      numRuns: 500,
    });
    return [...new Set(operations.map((operation) => operation.op))].toSorted();
  };
  const direct = ['barrier', 'discard', 'flush', 'fua', 'read', 'wait', 'write'];
  expect(kinds([])).toEqual(direct);
  expect(kinds(FILES)).toEqual(['bufwrite', 'fdatasync', 'fsync', ...direct].toSorted());
});

test('shrinks to a write of one sector at the start', () => {
  const details = fc.check(
    fc.property(operationArbitrary({ direct: { sector: 3, count: 9 } }), (operation) => !('sector' in operation)),
    { seed: 3, numRuns: 100 },
  );
  expect(details.counterexample).toEqual([{ op: 'write', sector: 3, count: 1 }]);
});

test('a range without sectors is refused by name', () => {
  expect(() => operationArbitrary({ direct: { sector: 0, count: 0 } })).toThrow('direct is 0 sectors from sector 0');
  expect(() => operationArbitrary({ direct: { sector: 0, count: 1 }, files: [{ sector: -1, count: 1 }] })).toThrow(
    'files[0] is 1 sectors from sector -1',
  );
});
