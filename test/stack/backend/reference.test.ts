import { expect, test } from 'vitest';
import type { Operation } from '../../../src/guest/operation.ts';
import type { DiskConfig } from '../../../src/stack/config.ts';
import { Script } from '../script.ts';

const write = (sector: number): Operation => ({ op: 'write', sector, count: 1 });
const BARRIER: Operation = { op: 'barrier', sector: 40, count: 1 };

function reference(threads: readonly (readonly Operation[])[], disk: Partial<DiskConfig> = {}): Script {
  return new Script({ backend: 'reference', mode: 'tag', disk }, threads);
}

test('a barrier waits for everything in flight, then fsync, payload, wait, fsync, response', () => {
  const script = reference([[write(0), write(8), BARRIER]]);
  script.do('g0.t0', 'g0.t0', 'g0.t0').settleBelow('disk', 'backend.step');
  expect([script.news(), script.can('backend.step')]).toEqual([['write 0 [0]', 'write 8 [1]'], false]);
  script.do('disk.complete 1').settleBelow('disk', 'backend.step');
  expect([script.news(), script.can('backend.step')]).toEqual([['c write 8 [1]'], false]);
  script.do('disk.complete 0');
  expect(script.can('backend.step')).toBe(true);
  script.settle();
  expect(script.news()).toEqual([
    'c write 0 [0]',
    'flush',
    'c flush',
    'write 40 [2]',
    'c write 40 [2]',
    'flush',
    'c flush',
  ]);
  expect(script.statuses()).toEqual(['ok', 'ok', 'ok']);
});

test('each step waits for the one before, and the response for the last', () => {
  const script = reference([[BARRIER]]);
  script.do('g0.t0').settleBelow('disk');
  for (const command of ['flush', 'write 40 [0]', 'flush']) {
    expect([script.news().at(-1), script.status(0), script.can('backend.step')]).toEqual([command, 'open', false]);
    script.do(script.enabled().find((name) => name.startsWith('disk'))!).settleBelow('disk');
  }
  expect(script.status(0)).toBe('ok');
});

test('later requests are held back until the barrier has been answered for', () => {
  const script = reference([[BARRIER, write(8)]]);
  script.do('g0.t0', 'g0.t0').settleBelow('disk');
  expect(script.can('backend.take')).toBe(false);
  script.settle();
  const news = script.news();
  expect(news.indexOf('write 8 [1]')).toBeGreaterThan(news.lastIndexOf('c flush'));
});

test('an empty barrier is a wait and one fsync', () => {
  const script = new Script({ backend: 'reference', mode: 'drain-flush' }, [[write(0), { op: 'flush' }]]);
  script.settle();
  expect(script.news()).toEqual(['write 0 [0]', 'c write 0 [0]', 'flush', 'c flush']);
});

test.each([
  [{ cache: 'writeback', fua: true }, ['flush', 'write 40 [0]', 'flush']],
  [{ cache: 'none' }, ['write 40 [0]']],
  [{ cache: 'nonvolatile' }, ['write 40 [0]']],
] as const)('fsync is the host’s cache flush, where the disk needs one (%j)', (disk, news) => {
  const script = reference([[BARRIER]], disk).settle();
  expect(script.news().filter((text) => !text.startsWith('c '))).toEqual(news);
});

test('writes that are in flight together complete and are answered in any order', () => {
  const script = reference([[write(0), write(8)]]);
  script.do('g0.t0', 'g0.t0').settleBelow('disk').do('disk.complete 1').settleBelow('disk');
  expect(script.statuses()).toEqual(['open', 'ok']);
});
