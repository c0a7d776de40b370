import { expect, test } from 'vitest';
import type { Operation } from '../../../src/guest/operation.ts';
import { Script, type Settings } from '../script.ts';

const write = (sector: number): Operation => ({ op: 'write', sector, count: 1 });
const BARRIER: Operation = { op: 'barrier', sector: 40, count: 1 };

function xendisk(operations: readonly Operation[], settings: Settings = {}): Script {
  return new Script({ backend: 'qemu-xendisk', mode: 'tag', ...settings }, [operations]);
}

test('a barrier flushes with earlier writes in flight, and again right after submitting its payload', () => {
  const script = xendisk([write(0), BARRIER]);
  script.do('g0.t0').settleBelow('disk').do('g0.t0').settleBelow('disk');
  expect(script.news()).toEqual(['write 0 [0]', 'flush']);
  script.do('disk.complete 1').settleBelow('disk');
  // The host's queue lets the flush pass the payload.
  expect(script.news()).toEqual(['c flush', 'flush', 'write 40 [1]']);
  script.do('disk.complete 1').settleBelow('disk');
  expect([script.news(), script.status(1)]).toEqual([['c flush'], 'open']);
  script.do('disk.complete 2').settleBelow('disk');
  expect(script.statuses()).toEqual(['open', 'ok']);
});

test('the main loop takes nothing while a flush lasts, and goes on while a payload does', () => {
  const script = xendisk([BARRIER, write(8)]);
  script.do('g0.t0', 'g0.t0').settleBelow('disk');
  for (const command of ['flush', 'write 40 [0]']) {
    expect([script.news().at(-1), script.can('backend.take')]).toEqual([command, false]);
    script.do('disk.complete 0').settleBelow('disk');
  }
  expect(script.news()).toEqual(['c flush', 'write 8 [1]']);
  expect(script.settle().statuses()).toEqual(['ok', 'ok']);
});

test('the answer waits for the second flush when the payload is done first', () => {
  const script = xendisk([BARRIER]);
  script.do('g0.t0').settleBelow('disk').do('disk.complete 0').settleBelow('disk');
  script.do('disk.complete 1').settleBelow('disk');
  expect([script.news().at(-1), script.can('backend.step'), script.status(0)]).toEqual([
    'c write 40 [0]',
    false,
    'open',
  ]);
  expect(script.settle().status(0)).toBe('ok');
});

test('an empty barrier is one flush, and none without a volatile cache', () => {
  const settings = { mode: 'drain-flush' } as const;
  expect(
    xendisk([{ op: 'flush' }], settings)
      .settle()
      .news(),
  ).toEqual(['flush', 'c flush']);
  const cacheless = xendisk([{ op: 'flush' }], { ...settings, disk: { cache: 'none' } }).settle();
  expect([cacheless.news(), cacheless.statuses()]).toEqual([[], ['ok']]);
});
