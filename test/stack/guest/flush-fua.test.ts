import { expect, test } from 'vitest';
import type { Operation } from '../../../src/guest/operation.ts';
import { Script } from '../script.ts';

const BARRIER: Operation = { op: 'barrier', sector: 40, count: 1 };
const EMPTY: Operation = { op: 'barrier', count: 0 };
const write = (sector: number): Operation => ({ op: 'write', sector, count: 1 });

function flushFua(fua: boolean, threads: readonly (readonly Operation[])[]): Script {
  return new Script({ backend: 'direct', mode: 'flush-fua', disk: { fua } }, threads);
}

test.each([
  [true, ['flush', 'c flush', 'write 40 [1] fua', 'c write 40 [1] fua']],
  [false, ['flush', 'c flush', 'write 40 [1] fua', 'c write 40 [1] fua', 'flush', 'c flush']],
])('a barrier goes out as FLUSH+FUA once every direct write of any thread has completed (FUA: %s)', (fua, news) => {
  const script = flushFua(fua, [[write(0), BARRIER], [write(8)]]);
  script.do('g0.t0', 'g0.t1', 'g0.t0', 'g0.unplug', 'g0.dispatch', 'g0.dispatch');
  expect([script.status(1), script.can('g0.barrier')]).toEqual(['open', false]);
  script.do('disk.complete 1');
  expect(script.can('g0.barrier')).toBe(false);
  script.do('disk.complete 0');
  script.news();
  script.do('g0.barrier').settleBelow();
  expect([script.news(), script.status(1)]).toEqual([news, 'ok']);
});

test('an empty barrier goes out as one flush', () => {
  const script = flushFua(true, [[EMPTY]]);
  script.settle();
  expect([script.news(), script.status(0)]).toEqual([['flush', 'c flush'], 'ok']);
});

test.each([
  { op: 'write', sector: 8, count: 1 },
  { op: 'fua', sector: 8, count: 1 },
  { op: 'discard', sector: 8, count: 1 },
  { op: 'barrier', sector: 8, count: 1 },
  { op: 'barrier', count: 0 },
] as const)('until it completes no thread submits a $op', (operation) => {
  const script = flushFua(true, [[write(0), BARRIER, operation], [operation]]);
  script.do('g0.t0', 'g0.t0');
  while (script.status(1) === 'open') {
    expect([script.can('g0.t0'), script.can('g0.t1')]).toEqual([false, false]);
    script.do(script.enabled()[0]);
  }
  expect([script.can('g0.t0'), script.can('g0.t1')]).toEqual([true, true]);
});

test.each([
  { op: 'read', sector: 8, count: 1 },
  { op: 'flush' },
  { op: 'fsync', file: 1 },
  { op: 'bufwrite', file: 1, sector: 56, count: 1 },
] as const)('a $op is submitted while a barrier is under way', (operation) => {
  const script = flushFua(true, [[write(0), BARRIER], [operation]]);
  script.do('g0.t0', 'g0.t0', 'g0.t1');
  expect(script.status(2)).not.toBe('not submitted');
});

test('a discard is waited for, a read is not', () => {
  const script = flushFua(true, [[{ op: 'discard', sector: 8, count: 1 }, { op: 'read', sector: 0, count: 1 }, EMPTY]]);
  script.do('g0.t0', 'g0.t0', 'g0.t0', 'g0.unplug', 'g0.dispatch', 'g0.dispatch');
  expect(script.can('g0.barrier')).toBe(false);
  script.do('disk.complete 0');
  expect([script.status(1), script.can('g0.barrier')]).toEqual(['open', true]);
});

test('no write-back carries a bufwrite submitted after the barrier, one before it may go', () => {
  const script = flushFua(true, [
    [
      { op: 'bufwrite', file: 1, sector: 56, count: 2 },
      write(0),
      BARRIER,
      { op: 'bufwrite', file: 1, sector: 57, count: 2 },
    ],
  ]);
  script.do('g0.t0', 'g0.t0', 'g0.t0', 'g0.t0');
  expect(script.enabled().filter((name) => name.startsWith('g0.writeback'))).toEqual(['g0.writeback 56']);
  script.do('g0.writeback 56').settleBelow();
  expect(script.news()).toContain('write 56 [0]');
  script.do('g0.barrier').settleBelow();
  expect(script.status(2)).toBe('ok');
  expect(script.enabled()).toEqual(['g0.writeback 57', 'g0.writeback 58'].toSorted());
  script.settle();
  expect(script.news()).toContain('write 57 [3 3]');
});

test('an fsync submitted during a barrier waits for the sectors that the barrier holds', () => {
  const script = flushFua(true, [
    [write(0), BARRIER],
    [
      { op: 'bufwrite', file: 1, sector: 56, count: 1 },
      { op: 'fsync', file: 1 },
    ],
  ]);
  script.do('g0.t0', 'g0.t0', 'g0.t1', 'g0.t1');
  expect(script.can('g0.t1')).toBe(false);
  script.settle('g0.writeback');
  expect(script.statuses()).toEqual(['ok', 'ok', 'ok', 'ok']);
  expect(script.news().indexOf('write 56 [2]')).toBeGreaterThan(0);
});

test.each([
  [true, ['write 8 [0] fua', 'c write 8 [0] fua']],
  [false, ['write 8 [0] fua', 'c write 8 [0] fua', 'flush', 'c flush']],
])('fua is one FUA write (FUA: %s)', (fua, news) => {
  const script = flushFua(fua, [[{ op: 'fua', sector: 8, count: 1 }]]);
  script.settle();
  expect([script.news(), script.status(0)]).toEqual([news, 'ok']);
});

test('every piece of a large barrier is flushed and written with FUA', () => {
  const script = new Script({ mode: 'flush-fua', disk: { sectors: 128 } }, [
    [{ op: 'barrier', sector: 0, count: 100 }],
  ]);
  script.settle();
  const kinds = script
    .news()
    .filter((text) => !text.startsWith('c '))
    .map((text) => text.replace(/ \[.*\]/, ''));
  // Below the ring each FLUSH is an empty barrier and each FUA write a barrier with data.
  const piece = (sector: number) => ['flush', 'flush', `write ${sector}`, 'flush'];
  expect(kinds).toEqual([...piece(0), ...piece(88)]);
});
