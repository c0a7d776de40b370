import { expect, test } from 'vitest';
import type { Operation } from '../../../src/guest/operation.ts';
import { Script, type Settings } from '../script.ts';

const write = (sector: number): Operation => ({ op: 'write', sector, count: 1 });
const BARRIER: Operation = { op: 'barrier', sector: 40, count: 1 };

function draining(operations: readonly Operation[], settings: Settings = {}): Script {
  return new Script({ backend: 'blkback-drain', mode: 'tag', ...settings }, [operations]);
}

/** What the disk was sent. */
function sent(script: Script): string[] {
  return script.news().filter((text) => !text.startsWith('c '));
}

test('a barrier waits for what was taken before it, then flush and a plain write; nothing follows', () => {
  const script = draining([write(0), BARRIER], { disk: { fua: true } });
  script.do('g0.t0', 'g0.t0').settleBelow('disk', 'backend.step');
  expect([script.news(), script.can('backend.step'), script.can('backend.take')]).toEqual([
    ['write 0 [0]'],
    false,
    false,
  ]);
  script.settleBelow();
  expect(script.news()).toEqual(['c write 0 [0]', 'flush', 'c flush', 'write 40 [1]', 'c write 40 [1]']);
  expect(script.statuses()).toEqual(['ok', 'ok']);
});

test('later requests are taken as soon as the barrier is with the host, and overtake its payload', () => {
  const script = draining([BARRIER, write(8)]);
  script.do('g0.t0', 'g0.t0').settleBelow('disk');
  expect(sent(script)).toEqual(['flush', 'write 8 [1]']);
  script.settle();
  expect(sent(script)).toEqual(['write 40 [0]']);
});

test('without a volatile cache there is no flush to send', () => {
  expect(sent(draining([BARRIER], { disk: { cache: 'none' } }).settle())).toEqual(['write 40 [0]']);
  const empty = draining([{ op: 'flush' }], { mode: 'drain-flush', disk: { cache: 'none' } }).settle();
  expect([sent(empty), empty.statuses()]).toEqual([[], ['ok']]);
});

test('FLUSH_DISKCACHE is a flush that waits for nothing, and 3.6 sends it where the backend offers it', () => {
  const script = draining([write(0), BARRIER], { frontend: '3.6', mode: 'negotiated' }).settle();
  expect(sent(script)).toEqual(['write 0 [0]', 'flush', 'write 40 [1]', 'flush']);
});
