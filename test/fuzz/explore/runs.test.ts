/** Random runs, each decided at every step, find nothing that exploring calls held: on every backend, and every scope. */
import { expect, test } from 'vitest';
import { GUARANTEES, VERDICT } from '../../../dist/contract/guarantees.js';
import { EXPLORE_BOUNDS } from '../../../dist/fuzz/explore/exploration.js';
import { Explorer } from '../../../dist/fuzz/explore/explore.js';
import { Runner } from '../../../dist/fuzz/runner.js';
import { SCOPES } from '../../../dist/stack/config.js';
import { scopeNonsense } from '../../../dist/stack/nonsense.js';
import { programOf, stacks } from './small.ts';

const RUNS = 20;

test('what some random run violates, exploring the same workload violates', () => {
  let [exhausted, violating] = [0, 0];
  for (const [i, stack] of stacks().entries())
    for (let round = 0; round < 5; round++) {
      const scope = SCOPES[round];
      if (scopeNonsense(stack, scope) !== null) continue;
      const program = programOf(stack, `against runs ${round}`, i, 2 + (round % 2));
      const bounds = { ...EXPLORE_BOUNDS, statesMax: 2_000 };
      const found = new Explorer(stack, scope, { ...bounds, keepGoing: true, reduced: true }).explore(program);
      if (found.bound !== null) continue;
      exhausted++;
      const runner = new Runner({ seed: `${i}`, stack, scope, ops: 1, threads: 1, check: 'exact', program });
      const codes = Array.from({ length: RUNS }, (_, index) => {
        runner.run(index);
        return [...runner.code];
      });
      const worst = GUARANTEES.map((_, row) => Math.max(...codes.map((code) => code[row])));
      worst.forEach((code, row) => expect(found.code[row]).toBeGreaterThanOrEqual(code));
      if (worst.includes(VERDICT.violated)) violating++;
    }
  expect(exhausted).toBeGreaterThan(60);
  expect(violating).toBeGreaterThan(8);
});
