import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fork } from '../../../src/base/random.ts';
import type { WorkloadConstraints } from '../../../src/guest/arbitrary/constraints.ts';
import { generateWorkload } from '../../../src/guest/arbitrary/generate.ts';
import { workloadArbitrary } from '../../../src/guest/arbitrary/workload.ts';
import type { Workload } from '../../../src/guest/operation.ts';
import { DEFAULT, generated, letters, opCount } from './generated.ts';

/** Sectors are direct (owner 0) or of one file (its number). Throws on a sector outside or with two owners. */
function checkOwners(workload: Workload, sectors: number): void {
  const owners = new Map<number, number>();
  for (const operation of workload.threads.flat()) {
    if (!('count' in operation) || operation.count === 0) continue;
    const { sector = -1, count } = operation;
    if (sector < 0 || sector + count > sectors) throw new Error(`outside: ${JSON.stringify(operation)}`);
    const owner = operation.op === 'bufwrite' ? operation.file : 0;
    for (let i = sector; i < sector + count; i++) {
      if ((owners.get(i) ?? owner) !== owner) throw new Error(`sector ${i} has two owners`);
      owners.set(i, owner);
    }
  }
}

const constraintsArbitrary = fc.record({
  ops: fc.integer({ min: 1, max: 80 }),
  threads: fc.integer({ min: 1, max: 5 }),
  sectors: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 20, max: 2000 })),
  atomicSectors: fc.constantFrom(1, 8),
  files: fc.integer({ min: 0, max: 5 }),
});

test('every workload has its operations, its threads, and disjoint owners of sectors inside the device', () => {
  const both = constraintsArbitrary.chain((constraints) =>
    fc.tuple(fc.constant(constraints), workloadArbitrary(constraints)),
  );
  fc.assert(
    fc.property(both, ([constraints, workload]) => {
      expect(opCount(workload)).toBe(constraints.ops);
      expect(workload.threads.length).toBeLessThanOrEqual(constraints.threads);
      for (const thread of workload.threads) expect(opCount({ threads: [thread] })).toBeGreaterThan(0);
      for (const operation of workload.threads.flat())
        if ('file' in operation) {
          expect(operation.file).toBeGreaterThanOrEqual(1);
          expect(operation.file).toBeLessThanOrEqual(constraints.files);
        }
      checkOwners(workload, constraints.sectors);
    }),
    { seed: 1, numRuns: 1000 },
  );
});

test('a request covers a sector at least; an empty barrier covers none and names no sector', () => {
  for (const operation of generated(300).flatMap((workload) => workload.threads.flat())) {
    if (!('count' in operation)) continue;
    if (operation.count === 0) expect(operation).toEqual({ op: 'barrier', count: 0 });
    else expect(operation.count).toBeGreaterThan(0);
  }
});

test('shrinks to the few operations that matter, each as small as it may be', () => {
  const loses = (workload: Workload): boolean =>
    workload.threads.some(
      (thread) => /b.*S.*U/.test(letters(thread)) && thread.some((o) => 'count' in o && o.count > 2),
    );
  const details = fc.check(
    fc.property(workloadArbitrary(DEFAULT), (workload) => !loses(workload)),
    { seed: 5, numRuns: 500 },
  );
  const [counterexample] = details.counterexample ?? [];
  expect(counterexample?.threads.map(letters)).toEqual(['bSU']);
  expect(counterexample?.threads[0].reduce((sum, o) => sum + ('count' in o ? o.count : 0), 0)).toBeLessThanOrEqual(5);
});

test('every simpler workload is valid and smaller', () => {
  fc.assert(
    fc.property(workloadArbitrary({ ops: 12, threads: 3, sectors: 40 }), (workload) => {
      const size = JSON.stringify(workload).length;
      for (const { value } of workloadArbitrary(DEFAULT).shrink(workload, undefined)) {
        checkOwners(value, 40);
        expect(JSON.stringify(value).length).toBeLessThanOrEqual(size);
        expect(value).not.toEqual(workload);
      }
    }),
    { seed: 6, numRuns: 30 },
  );
});

test.each([
  [{ ...DEFAULT, ops: 0 }, 'ops is 0, expected an integer from 1 to 1048576'],
  [{ ...DEFAULT, threads: 1.5 }, 'threads is 1.5, expected an integer from 1 to 1024'],
  [{ ...DEFAULT, sectors: Number.NaN }, 'sectors is NaN, expected an integer from 1 to 16777216'],
  [{ ...DEFAULT, files: -1 }, 'files is -1, expected an integer from 0 to 1024'],
  [{ ...DEFAULT, atomicSectors: 4 }, 'atomicSectors is 4, expected 1 or 8'],
])('constraints that make no sense are refused by name: %o', (constraints, message) => {
  expect(() => workloadArbitrary(constraints)).toThrow(message);
});

test('the stream alone decides: the same fork gives the same workload, another index another', () => {
  const [first, again, other] = [7, 7, 8].map((index) => generateWorkload(fork('x', 'workload', index), DEFAULT));
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});

// A change here changes what every seed stands for: say so in the change log, and bump the minor version.
test('generated workloads never change', () => {
  expect(generateWorkload(fork('noreg', 'workload', 2), { ops: 8, threads: 2, sectors: 64 })).toMatchInlineSnapshot(`
    {
      "threads": [
        [
          {
            "count": 8,
            "op": "write",
            "sector": 0,
          },
          {
            "op": "wait",
          },
          {
            "count": 0,
            "op": "barrier",
          },
          {
            "op": "wait",
          },
          {
            "count": 8,
            "file": 1,
            "op": "bufwrite",
            "sector": 48,
          },
          {
            "op": "wait",
          },
          {
            "count": 8,
            "file": 1,
            "op": "bufwrite",
            "sector": 48,
          },
        ],
        [
          {
            "count": 8,
            "op": "write",
            "sector": 0,
          },
          {
            "op": "wait",
          },
          {
            "op": "flush",
          },
          {
            "op": "wait",
          },
          {
            "count": 8,
            "file": 1,
            "op": "bufwrite",
            "sector": 56,
          },
          {
            "op": "wait",
          },
          {
            "count": 8,
            "op": "write",
            "sector": 0,
          },
        ],
      ],
    }
  `);
  const hash = (constraints: WorkloadConstraints): string => {
    const workloads = Array.from({ length: 200 }, (_, i) =>
      generateWorkload(fork('noreg', 'workload', i), constraints),
    );
    return createHash('sha256').update(JSON.stringify(workloads)).digest('hex').slice(0, 16);
  };
  expect(hash(DEFAULT)).toMatchInlineSnapshot(`"78405711a9a23aef"`);
  expect(hash({ ops: 64, threads: 4, sectors: 1024, atomicSectors: 8 })).toMatchInlineSnapshot(`"b7a66e147c6cb340"`);
  expect(hash({ ops: 5, threads: 1, sectors: 3, files: 1 })).toMatchInlineSnapshot(`"016f1c16e2869a51"`);
});
