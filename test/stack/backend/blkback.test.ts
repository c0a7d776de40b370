import { expect, test } from 'vitest';
import type { Operation } from '../../../src/guest/operation.ts';
import type { DiskConfig } from '../../../src/stack/config.ts';
import { Script } from '../script.ts';

const write = (sector: number): Operation => ({ op: 'write', sector, count: 1 });
const BARRIER: Operation = { op: 'barrier', sector: 40, count: 1 };

/** What the disk hears of a guest's lone operation. */
function heard(operation: Operation, disk: Partial<DiskConfig>, mode: 'tag' | 'drain-flush' = 'tag'): string[] {
  const script = new Script({ mode, disk }, [[operation]]).settle();
  expect(script.status(0)).toBe('ok');
  return script.news().filter((text) => !text.startsWith('c '));
}

const HOSTS = [
  [{ cache: 'writeback', fua: false }, ['flush', 'write 40 [0]', 'flush']],
  [{ cache: 'writeback', fua: true }, ['flush', 'write 40 [0] fua']],
  [{ cache: 'none', fua: true }, ['write 40 [0]']],
  [{ cache: 'nonvolatile', fua: false }, ['write 40 [0]']],
] as const satisfies readonly (readonly [Partial<DiskConfig>, readonly string[]])[];

test.each(HOSTS)('the host picks its mode from the disk (%j) and makes a barrier of WRITE_BARRIER', (disk, news) => {
  expect(heard(BARRIER, disk)).toEqual(news);
});

test.each(HOSTS)('WRITE_BARRIER without data becomes an empty barrier on the host (%j)', (disk) => {
  expect(heard({ op: 'flush' }, disk, 'drain-flush')).toEqual(disk.cache === 'writeback' ? ['flush'] : []);
});

test.each(['tag', 'drain'] as const)('in %s the guest’s empty barriers never reach the backend', (mode) => {
  for (const operation of [{ op: 'flush' }, { op: 'barrier', count: 0 }] as const) {
    const script = new Script({ mode }, [[operation]]);
    script.do('g0.t0', 'g0.dispatch');
    expect([script.status(0), script.news()]).toEqual(['ok', []]);
    expect(script.can('g0.push')).toBe(false);
  }
});

test('the host drains for a barrier whatever the guest’s mode, and every command is SIMPLE', () => {
  const script = new Script({ mode: 'tag' }, [[write(0), BARRIER, write(8)]]);
  script.do('g0.t0', 'g0.t0', 'g0.t0').settleBelow('disk');
  expect(script.news()).toEqual(['write 0 [0]']);
  script.settle();
  const news = script.news();
  expect(news.filter((text) => text.endsWith('ordered'))).toEqual([]);
  expect(news.indexOf('write 8 [2]')).toBeGreaterThan(news.lastIndexOf('c flush'));
});

test('a discard is a discard on the host', () => {
  expect(heard({ op: 'discard', sector: 8, count: 4 }, {})).toEqual(['discard 8+4']);
});

test('responses go out in any order', () => {
  for (const last of [0, 1]) {
    const script = new Script({ mode: 'drain' }, [[write(0), write(8)]]);
    script.do('g0.t0', 'g0.t0').settleBelow('backend.respond');
    script.do(`backend.respond ${1 - last}`).settleBelow('backend.respond');
    expect([script.status(1 - last), script.status(last)]).toEqual(['ok', 'open']);
    script.settle();
    expect(script.statuses()).toEqual(['ok', 'ok']);
  }
});

test('a request merged from several bios is answered once, when all of them have ended', () => {
  const script = new Script({ mode: 'drain' }, [[write(0), write(1), write(2)]]);
  script.do('g0.t0', 'g0.t0', 'g0.t0').settle();
  expect(script.news()).toEqual(['write 0 [0 1 2]', 'c write 0 [0 1 2]']);
  expect([script.statuses(), script.stack.breachCount]).toEqual([['ok', 'ok', 'ok'], 0]);
});

test('the backend sleeps when it has looked once more and found nothing, and a push wakes it', () => {
  const script = new Script({ mode: 'drain' }, [[write(0), write(8)]]);
  script.do('g0.t0', 'g0.unplug', 'g0.dispatch', 'g0.push', 'backend.take', 'backend.take');
  expect(script.can('backend.take')).toBe(false);
  script.do('g0.t0', 'g0.unplug', 'g0.dispatch', 'g0.dispatch');
  expect(script.can('backend.take')).toBe(false);
  script.do('g0.push');
  expect(script.can('backend.take')).toBe(true);
});
