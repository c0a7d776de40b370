/** The controls of the hunt: no alarm without a mutant, and no guarantee that another could stand in for. */
import { expect, test } from 'vitest';
import { CATALOGUE, isPlanted } from '../../../dist/fuzz/mutants/catalogue.js';
import { ALONE, aloneReport, control, trialsOf } from '../../../dist/fuzz/mutants/control.js';
import { runnerOf } from '../../../dist/fuzz/mutants/hunt.js';
import { GUARANTEES, VERDICT } from '../../../dist/contract/guarantees.js';

const ROWS = CATALOGUE.filter(isPlanted);

test('the trials of all mutants are looked at, each once', () => {
  expect(trialsOf(ROWS).flat().sort()).toEqual(ROWS.map(({ id }) => id).sort());
});

test.each(trialsOf(ROWS))('without %s and those that share its stack nothing is violated', (...ids) => {
  const { alarms, crashPoints } = control(ids, 'control', 100);
  expect(alarms).toEqual([]);
  // Three runs in four have a crash at least.
  expect(crashPoints).toBeGreaterThan(50);
});

test('canary: a stack that breaks something gives an alarm', () => {
  const row = ROWS.find(({ id }) => id === 'B12')!;
  const runner = runnerOf(row.trial, '1', { mutant: 'B12' });
  runner.run(0);
  expect([...runner.code]).toContain(VERDICT.violated);
});

test('each guarantee notices a mutant that no other does', () => {
  expect(ALONE.map(({ guarantee }) => guarantee)).toEqual(GUARANTEES);
  for (const alone of ALONE) {
    const { killedAfter, others } = aloneReport(alone, 'alone', 300);
    expect(killedAfter, alone.guarantee).not.toBeNull();
    expect(others, alone.guarantee).toEqual([]);
  }
});
