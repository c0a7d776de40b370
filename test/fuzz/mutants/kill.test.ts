/** Every planted bug is found because a guarantee breaks, and nothing breaks without it. */
import { expect, test } from 'vitest';
import { GUARANTEES, VERDICT } from '../../../dist/contract/guarantees.js';
import { CATALOGUE, isPlanted, type PlantedRow } from '../../../dist/fuzz/mutants/catalogue.js';
import { hunt, runnerOf } from '../../../dist/fuzz/mutants/hunt.js';
import { replayCase } from '../../../dist/fuzz/replay.js';

const SEED = '1';
const RUNS_MAX = 20_000;
const SOUND_RUNS = 64;

/** Runs until the row's guarantee breaks. */
function runsToBreak(row: PlantedRow): number {
  const runner = runnerOf(row.trial, SEED, { mutant: row.id });
  const guarantee = GUARANTEES.indexOf(row.guarantee);
  for (let run = 0; run < RUNS_MAX; run++) {
    runner.run(run);
    if (runner.code[guarantee] === VERDICT.violated) return run + 1;
  }
  return Infinity;
}

const ROWS = CATALOGUE.filter(isPlanted).map((row) => [row.id, row] as const);

test.each(ROWS)('%s breaks the guarantee of its row; without it the same runs hold', (_, row) => {
  const runs = runsToBreak(row);
  expect(runs).toBeLessThanOrEqual(RUNS_MAX);
  const sound = runnerOf(row.trial, SEED, { mutant: null });
  for (let run = 0; run < Math.max(runs, SOUND_RUNS); run++) {
    sound.run(run);
    expect([...sound.code]).not.toContain(VERDICT.violated);
  }
});

test.each(ROWS)('%s leaves a small case that breaks, and a twin without it that holds', (id, row) => {
  const { kills, isReached, twins } = hunt(row, { seed: SEED, seedCount: 1, runsMax: RUNS_MAX, version: '0' });
  expect(kills).toHaveLength(1);
  expect(isReached).toBe(true);
  const { broken, sound } = twins!;
  expect(broken.stack.mutant).toBe(id);
  expect(sound.stack.mutant).toBeUndefined();
  expect(replayCase(broken).verdicts[kills[0].guarantee]).toBe('violated');
  expect(Object.values(replayCase(sound).verdicts)).not.toContain('violated');
  const operations = broken.guests![0].threads.flat().filter(({ op }) => op !== 'wait');
  expect(operations.length).toBeLessThanOrEqual(12);
});
