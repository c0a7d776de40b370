import { expect, test } from 'vitest';
import type { Operation } from '../../../src/guest/operation.ts';
import { Script, type Settings } from '../script.ts';

const write = (sector: number, count = 1): Operation => ({ op: 'write', sector, count });
const read = (sector: number, count: number): Operation => ({ op: 'read', sector, count });
const WAIT: Operation = { op: 'wait' };

function loop(threads: readonly (readonly Operation[])[], settings: Settings = {}): Script {
  return new Script({ backend: 'loop', mode: 'drain-flush', ...settings }, threads);
}

test('a write completes in the host’s page cache; the disk hears of it with the write-back of its page', () => {
  const script = loop([[write(9, 2)]]);
  script.do('g0.t0').settleBelow();
  expect([script.status(0), script.news(), script.enabled()]).toEqual(['ok', [], ['host.writeback 1']]);
  script.settle();
  expect(script.news()).toEqual(['write 9 [0 0]', 'c write 9 [0 0]']);
});

test('a page is written back as it is when its write-back starts', () => {
  const script = loop([[write(8, 8), WAIT, write(10), WAIT, write(20)]]);
  script.do('g0.t0').settleBelow();
  script.do('g0.t0', 'g0.t0').settleBelow().do('g0.t0', 'g0.t0').settleBelow();
  script.do('host.writeback 1').settleBelow();
  expect(script.news().filter((text) => !text.startsWith('c '))).toEqual(['write 8 [0 0 1 0 0 0 0 0]']);
  expect(script.enabled()).toEqual(['host.writeback 2']);
});

test('a page under write-back may be dirtied again, but is not sent again before that ends', () => {
  const script = loop([[write(8), WAIT, write(8)]]);
  script.do('g0.t0').settleBelow().do('host.writeback 1', 'g0.t0', 'g0.t0').settleBelow('host');
  expect([script.statuses(), script.can('host.writeback 1')]).toEqual([['ok', 'ok'], false]);
  script.settle('host.writeback');
  expect(script.can('host.writeback 1')).toBe(true);
  script.settle();
  expect(script.stack.disk.media.current[8]).toBe(1);
});

test('a barrier is vfs_fsync, write, vfs_fsync', () => {
  const script = loop([[write(0), { op: 'barrier', sector: 8, count: 1 }]], { mode: 'drain' });
  script.settle('host.writeback');
  expect(script.news().filter((text) => !text.startsWith('c '))).toEqual([
    'write 0 [0]',
    'flush',
    'write 8 [1]',
    'flush',
  ]);
  expect(script.status(1)).toBe('ok');
});

test('an empty barrier is two vfs_fsync; every dirty page goes, whoever wrote it', () => {
  const script = loop([[write(0), write(24), { op: 'flush' }]]);
  script.settle('host.writeback');
  const news = script.news();
  expect(news.filter((text) => text === 'flush').length).toBe(2);
  const first = news.indexOf('flush');
  expect(news.slice(0, first).toSorted()).toEqual(['c write 0 [0]', 'c write 24 [1]', 'write 0 [0]', 'write 24 [1]']);
});

test('on a host without a volatile cache vfs_fsync still writes the pages and waits', () => {
  const script = loop([[write(0), { op: 'flush' }]], { disk: { cache: 'none' } });
  script.do('g0.t0', 'g0.t0').settleBelow('disk');
  expect([script.status(1), script.news()]).toEqual(['open', ['write 0 [0]']]);
  script.settle();
  expect([script.status(1), script.news()]).toEqual(['ok', ['c write 0 [0]']]);
});

test('one thread, in order: what is behind a barrier waits for it', () => {
  const script = loop([[{ op: 'barrier', sector: 8, count: 1 }, write(16)]], { mode: 'tag' });
  script.do('g0.t0', 'g0.t0').settleBelow('disk');
  expect([script.can('backend.take'), script.statuses()]).toEqual([false, ['open', 'open']]);
  script.settle('host.writeback');
  expect(script.statuses()).toEqual(['ok', 'ok']);
});

test('reads are answered from the cache, and from the disk where it has nothing', () => {
  const script = loop([[write(9), WAIT, read(8, 3)]]);
  script.settle('host.writeback');
  expect([script.status(1), script.read(1)]).toEqual(['ok', [-1, 0, -1]]);
});

test('in mode drain the guest’s empty barriers never reach loop', () => {
  const script = loop([[write(0), WAIT, { op: 'flush' }]], { mode: 'drain' });
  script.settle('host.writeback');
  expect([script.statuses(), script.news()]).toEqual([['ok', 'ok'], []]);
});
