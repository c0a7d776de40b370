import { expect, test } from 'vitest';
import { CATALOGUE, isPlanted } from '../../../src/fuzz/mutants/catalogue.ts';
import { nonsense } from '../../../src/stack/nonsense.ts';
import { MUTANTS, Planted } from '../../../src/stack/mutants.ts';

const numbered = (letter: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${letter}${String(i + 1).padStart(2, '0')}`);
const IDS = [...numbered('B', 45), ...numbered('D', 23), ...numbered('G', 18)];

test('the catalogue has every row of the list once, in the order of ids', () => {
  expect(IDS).toHaveLength(86);
  expect(CATALOGUE.map(({ id }) => id)).toEqual(IDS);
});

test('what the engine has a place for is planted, and everything else says why it is not', () => {
  expect(CATALOGUE.filter(isPlanted).map(({ id }) => id)).toEqual([...MUTANTS]);
  for (const row of CATALOGUE) expect(row.trial === null, row.id).toBe(row.reason !== null);
});

test('only what is on record is called historical', () => {
  for (const { id, grade } of CATALOGUE) {
    if (id.startsWith('D')) expect(grade, id).toBe('derived');
    else if (id.startsWith('G')) expect(grade, id).toBe('protocol');
    else expect(grade, id).toBe(id === 'B10' ? 'derived' : 'historical');
  }
});

test('every trial is a stack that makes sense, without the mutant', () => {
  for (const { id, trial } of CATALOGUE.filter(isPlanted)) {
    expect(nonsense(trial.stack), id).toBeNull();
    expect(trial.stack.mutant, id).toBeUndefined();
  }
});

test('a mutant counts how often it is reached, and is no other', () => {
  const planted = new Planted('G01');
  expect([planted.is('G01'), planted.is('G02'), planted.reachedCount]).toEqual([true, false, 0]);
  expect(planted.reach()).toBe(true);
  expect(planted.reachedCount).toBe(1);
});
