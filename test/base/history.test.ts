import { expect, test } from 'vitest';
import { AssertionFailure } from '../../src/base/assert.ts';
import { History, KIND, KIND_NAMES, STATUS, STATUS_NAMES } from '../../src/base/history.ts';

test('every kind and every status is the index of its name', () => {
  for (const [name, code] of Object.entries(KIND)) expect(KIND_NAMES[code]).toBe(name);
  expect(Object.keys(KIND)).toHaveLength(KIND_NAMES.length);
  for (const [name, code] of Object.entries(STATUS)) expect(STATUS_NAMES[code]).toBe(name === 'none' ? null : name);
  expect(Object.keys(STATUS)).toHaveLength(STATUS_NAMES.length);
});

test('reset makes room in every column', () => {
  const history = new History();
  history.reset(5, 64, 7);
  const rows = ['kind', 'thread', 'file', 'sector', 'count', 'submit', 'complete', 'status', 'readStart'] as const;
  for (const row of rows) expect(history[row].length, row).toBeGreaterThanOrEqual(5);
  expect(history.image.length).toBeGreaterThanOrEqual(64);
  expect(history.readVersions.length).toBeGreaterThanOrEqual(7);
  expect([history.opCount, history.sectorCount]).toEqual([5, 64]);
});

test('reset clears what a run fills in', () => {
  const history = new History();
  history.reset(2, 8, 0);
  history.submit.set([1, 2]);
  history.complete.set([3, 4]);
  history.status.set([STATUS.ok, STATUS.eio]);
  history.crashAt = 5;
  history.addRefused(1, 6);
  history.addTwice(0);
  history.reset(2, 8, 0);
  expect([...history.submit, ...history.complete, ...history.status]).toEqual([0, 0, 0, 0, 0, 0]);
  expect([history.crashAt, history.refusedCount, history.twiceCount]).toEqual([0, 0, 0]);
});

test('a smaller run reuses the columns of a larger one', () => {
  const history = new History();
  history.reset(100, 64, 10);
  const { submit, image, readVersions } = history;
  history.reset(10, 8, 1);
  expect([history.submit, history.image, history.readVersions]).toEqual([submit, image, readVersions]);
  expect(history.submit === submit && history.image === image && history.readVersions === readVersions).toBe(true);
});

test('refused sectors and double completions are kept in order, however many there are', () => {
  const history = new History();
  history.reset(50, 64, 0);
  for (let i = 0; i < 50; i++) {
    history.addRefused(i, 63 - i);
    history.addTwice(49 - i);
  }
  expect([history.refusedCount, history.twiceCount]).toEqual([50, 50]);
  expect([...history.refused.subarray(0, 4), ...history.refused.subarray(98, 100)]).toEqual([0, 63, 1, 62, 49, 14]);
  expect([...history.twice.subarray(0, 50)]).toEqual(Array.from({ length: 50 }, (_, i) => 49 - i));
});

test('a negative size is a defect', () => {
  expect(() => new History().reset(-1, 0, 0)).toThrow(AssertionFailure);
});
