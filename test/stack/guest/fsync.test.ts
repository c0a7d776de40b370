import { expect, test } from 'vitest';
import type { Operation } from '../../../src/guest/operation.ts';
import { MODES } from '../../../src/stack/config.ts';
import { Script } from '../script.ts';

const dirty = (sector: number, file = 1, count = 1): Operation => ({ op: 'bufwrite', file, sector, count });
const FSYNC: Operation = { op: 'fsync', file: 1 };

function drainFlush(threads: readonly (readonly Operation[])[]): Script {
  return new Script({ backend: 'direct', mode: 'drain-flush' }, threads);
}

test('a bufwrite is complete in its own step and reaches the disk with a write-back at any later time', () => {
  const script = drainFlush([[dirty(8, 1, 2)]]);
  script.do('g0.t0');
  expect([script.status(0), script.enabled()]).toEqual(['ok', ['g0.writeback 8', 'g0.writeback 9']]);
  script.settle();
  expect(script.news()).toEqual(['write 8 [0 0]', 'c write 8 [0 0]']);
});

test('a write-back starts at any dirty sector and goes on to the end of the run, a bio per version', () => {
  const script = drainFlush([[dirty(8, 1, 3), dirty(9, 1, 3), dirty(12, 2)]]);
  script.do('g0.t0', 'g0.t0', 'g0.t0', 'g0.writeback 10').settleBelow();
  expect(script.news()).toEqual(['write 10 [1 1]', 'c write 10 [1 1]']);
  script.do('g0.writeback 8').settleBelow();
  expect(script.news()).toEqual(['write 8 [0 1]', 'c write 8 [0 1]']);
  expect(script.enabled()).toEqual(['g0.writeback 12']);
});

test('a sector under write-back may be dirtied again, but is not written again before that ends', () => {
  const script = drainFlush([[dirty(8), dirty(8)]]);
  script.do('g0.t0', 'g0.writeback 8', 'g0.t0', 'g0.unplug', 'g0.dispatch');
  expect([script.status(1), script.can('g0.writeback 8')]).toEqual(['ok', false]);
  script.do('disk.complete 0');
  expect(script.can('g0.writeback 8')).toBe(true);
  script.settle();
  expect(script.news()).toEqual(['write 8 [0]', 'c write 8 [0]', 'write 8 [1]', 'c write 8 [1]']);
});

test('fsync writes what is dirty, waits, then flushes', () => {
  const script = drainFlush([[dirty(8), dirty(16), FSYNC]]);
  script.settle('g0.writeback');
  const [first, second] = ['write 8 [0]', 'write 16 [1]'];
  expect(script.news()).toEqual([first, second, `c ${first}`, `c ${second}`, 'flush', 'c flush']);
  expect(script.status(2)).toBe('ok');
});

test.each(['fsync', 'fdatasync'] as const)('%s flushes even when nothing is dirty', (op) => {
  const script = drainFlush([[{ op, file: 1 }]]);
  script.settle();
  expect([script.news(), script.status(0)]).toEqual([['flush', 'c flush'], 'ok']);
});

test('fsync waits for what is under write-back already', () => {
  const script = drainFlush([[dirty(8), FSYNC]]);
  script.do('g0.t0', 'g0.writeback 8', 'g0.t0');
  expect(script.can('g0.t0')).toBe(false);
  script.do('g0.unplug', 'g0.dispatch', 'disk.complete 0', 'g0.t0');
  expect(script.news()).toEqual(['write 8 [0]', 'c write 8 [0]']);
  script.settle();
  expect(script.news()).toEqual(['flush', 'c flush']);
});

test('fsync writes a sector once more that was dirtied while it was under write-back', () => {
  const script = drainFlush([[dirty(8), dirty(8), FSYNC]]);
  script.do('g0.t0', 'g0.writeback 8', 'g0.t0', 'g0.t0', 'g0.unplug', 'g0.dispatch', 'disk.complete 0');
  expect(script.status(2)).toBe('open');
  script.do('g0.t0').settle();
  expect(script.news().filter((text) => !text.startsWith('c '))).toEqual(['write 8 [0]', 'write 8 [1]', 'flush']);
});

test('fsync does not wait for what gets dirty after its submission', () => {
  const script = drainFlush([
    [dirty(8), FSYNC],
    [dirty(8), dirty(16)],
  ]);
  script.do('g0.t0', 'g0.t0', 'g0.t1', 'g0.t1', 'g0.unplug', 'g0.dispatch', 'disk.complete 0', 'g0.t0').settleBelow();
  expect(script.status(1)).toBe('ok');
  expect(script.news()).toEqual(['write 8 [0]', 'c write 8 [0]', 'flush', 'c flush']);
});

test('fsync may write a newer version than that of its submission, never an older one', () => {
  const threads = [
    [dirty(8), FSYNC],
    [dirty(8), dirty(8)],
  ];
  const script = new Script({ backend: 'direct', mode: 'flush-fua' }, [...threads, [{ op: 'barrier', count: 0 }]]);
  // The barrier holds sector 8 back until the second version is there.
  script.do('g0.t2', 'g0.t0', 'g0.t0', 'g0.t1').settle('g0.t1');
  expect(script.status(1)).toBe('ok');
  expect(script.news()).toContain('write 8 [2]');
});

test('an fsync is about its own file', () => {
  const script = drainFlush([[dirty(8, 1), dirty(16, 2), FSYNC]]);
  script.settle('g0.writeback');
  expect(script.news().filter((text) => text.includes('16'))).toEqual([]);
  expect(script.enabled()).toEqual(['g0.writeback 16']);
});

test('two fsyncs of one file serialise at the i_mutex, those of different files don’t', () => {
  const script = drainFlush([[FSYNC], [FSYNC], [{ op: 'fsync', file: 2 }]]);
  script.do('g0.t0', 'g0.t1', 'g0.t2', 'g0.t0');
  expect(['g0.t0', 'g0.t1', 'g0.t2'].map((name) => script.can(name))).toEqual([false, false, true]);
  script.do('g0.t2').settleBelow();
  expect(script.statuses()).toEqual(['ok', 'open', 'ok']);
  script.do('g0.t1').settleBelow();
  expect(script.statuses()).toEqual(['ok', 'ok', 'ok']);
});

test('the write-back of an fsync happens outside the i_mutex', () => {
  const script = drainFlush([[FSYNC], [dirty(8), FSYNC]]);
  script.do('g0.t0', 'g0.t0', 'g0.t1', 'g0.t1').settleBelow('disk');
  expect(script.status(0)).toBe('open');
  expect(script.news()).toContain('flush');
  script.settle('g0.writeback');
  expect(script.statuses()).toEqual(['ok', 'ok', 'ok']);
});

test.each(MODES)('in %s an fsync reaches the disk as a flush only where the mode has one', (mode) => {
  const script = new Script({ backend: 'direct', mode }, [[dirty(8), FSYNC]]);
  script.settle();
  expect(script.status(1)).toBe('ok');
  const flushes = script.news().filter((text) => text.startsWith('flush'));
  const tagged = mode === 'tag-flush' || mode === 'tag-fua';
  const has = tagged || mode === 'drain-flush' || mode === 'drain-fua' || mode === 'flush-fua';
  expect(flushes).toEqual(has ? [tagged ? 'flush ordered' : 'flush'] : []);
});
