/** Exploring every litmus case: what it says is violated is, and what it says holds does on every schedule and image. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { GuestCase } from '../../../dist/case/case.js';
import { GUARANTEES, VERDICT_NAMES } from '../../../dist/contract/guarantees.js';
import { readCase } from '../../../dist/corpus/read.js';
import { exploreTask } from '../../../dist/campaign/explorable.js';
import { caseOfExplored, workloadsToExplore } from '../../../dist/fuzz/explore/case.js';
import {
  EXPLORE_BOUNDS,
  type Exploration,
  type ExploreOptions,
  verdictOf,
} from '../../../dist/fuzz/explore/exploration.js';
import { replayCase } from '../../../dist/fuzz/replay.js';

const FOLDER = fileURLToPath(new URL('../../../corpus/litmus/', import.meta.url));
const cases = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.case.json'))
  .map((name) => ({ name, litmus: readCase(FOLDER + name) as GuestCase }))
  // Exploring loses power once.
  .filter(({ litmus }) => litmus.crash?.second === undefined);
const ALL = GUARANTEES.map(() => true);

function exploreCase({ stack, scope, ...c }: GuestCase, options: ExploreOptions): Exploration {
  return exploreTask({ stack, scope, workloads: workloadsToExplore({ ...c, stack, scope }), options });
}

test.each(cases)('$name comes out as it says when every schedule is walked', ({ litmus }) => {
  const expected = Object.values(litmus.expect!);
  const breaks = expected.includes('violated');
  // What holds beside a violation is known when the walk goes on to its end.
  const keepGoing = !breaks || expected.includes('holds') || expected.length > 1;
  const found = exploreCase(litmus, {
    ...EXPLORE_BOUNDS,
    keepGoing,
    reduced: true,
    counted: GUARANTEES.map((name) => litmus.expect![name] !== undefined),
  });
  const verdicts = Object.fromEntries(GUARANTEES.map((name, row) => [name, VERDICT_NAMES[found.code[row]]]));
  // In schedules without its fault more applies.
  const told = Object.entries(litmus.expect!).filter(
    ([, verdict]) => litmus.stack.faults === undefined || verdict !== 'n/a',
  );
  expect(verdicts).toMatchObject(Object.fromEntries(told));
  expect(verdictOf(found, ALL)).toBe(breaks ? 'violated' : 'holds-exhausted');
  expect(found.bound).toBeNull();
  for (const violation of found.violations) {
    const c = caseOfExplored(litmus, violation);
    expect(replayCase(c).verdicts).toMatchObject(c.expect!);
  }
});

test('the first violation ends the walk, unless it does not count', () => {
  const { litmus } = cases.find(({ name }) => name.startsWith('drain-empty-barrier-lost'))!;
  const explore = (...ignored: string[]) =>
    exploreCase(litmus, {
      ...EXPLORE_BOUNDS,
      keepGoing: false,
      reduced: true,
      counted: GUARANTEES.map((name) => !ignored.includes(name)),
    });
  expect(explore().stopped).toBe(true);
  expect(explore('empty-barrier-durability').violations.length).toBeGreaterThan(1);
  const both = explore('empty-barrier-durability', 'empty-barrier-order');
  expect([both.stopped, both.bound, both.violations.length]).toEqual([false, null, 2]);
});
