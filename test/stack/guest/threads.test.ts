import { expect, test } from 'vitest';
import type { Operation } from '../../../src/guest/operation.ts';
import { MODES } from '../../../src/stack/config.ts';
import { Script } from '../script.ts';

const WRITE: Operation = { op: 'write', sector: 0, count: 1 };

test.each([
  { op: 'write', sector: 8, count: 1 },
  { op: 'fua', sector: 8, count: 1 },
  { op: 'barrier', sector: 8, count: 1 },
  { op: 'barrier', count: 0 },
  { op: 'discard', sector: 8, count: 1 },
  { op: 'read', sector: 8, count: 1 },
  { op: 'bufwrite', file: 1, sector: 8, count: 1 },
] as const)('a thread goes on behind $op without waiting for it', (operation) => {
  const script = new Script({ backend: 'direct', mode: 'drain' }, [[operation, WRITE]]);
  script.do('g0.t0', 'g0.t0');
  expect(script.statuses()).toEqual([operation.op === 'bufwrite' ? 'ok' : 'open', 'open']);
});

test.each([{ op: 'flush' }, { op: 'fsync', file: 1 }, { op: 'fdatasync', file: 1 }] as const)(
  'a thread waits for $op; another goes on meanwhile',
  (operation) => {
    const script = new Script({ backend: 'direct', mode: 'drain-flush' }, [[operation, WRITE], [WRITE]]);
    script.do('g0.t0');
    while (script.status(0) === 'open') {
      expect(script.status(1)).toBe('not submitted');
      if (script.can('g0.t1')) script.do('g0.t1');
      script.do(script.enabled()[0]);
    }
    expect(script.statuses()).toEqual(['ok', 'not submitted', expect.stringMatching('open|ok')]);
    expect(script.can('g0.t0')).toBe(true);
  },
);

test('wait waits for the thread’s own asynchronous operations, and for all of them', () => {
  const script = new Script({ backend: 'direct', mode: 'drain' }, [
    [WRITE, { op: 'write', sector: 8, count: 1 }, { op: 'wait' }, { op: 'write', sector: 16, count: 1 }],
    [{ op: 'write', sector: 24, count: 1 }],
  ]);
  script.do('g0.t1', 'g0.t0', 'g0.t0', 'g0.unplug', 'g0.dispatch', 'g0.dispatch', 'g0.dispatch');
  expect(script.can('g0.t0')).toBe(false);
  script.do('disk.complete 1');
  expect([script.statuses(), script.can('g0.t0')]).toEqual([['ok', 'open', 'not submitted', 'open'], false]);
  script.do('disk.complete 2', 'g0.t0', 'g0.t0');
  expect(script.statuses()).toEqual(['ok', 'ok', 'open', 'open']);
});

test('mode none: barriers and flushes end eopnotsupp in the step of their submission, and nothing is written', () => {
  const script = new Script({ backend: 'direct', mode: 'none' }, [
    [{ op: 'barrier', sector: 0, count: 1 }, { op: 'barrier', count: 0 }, { op: 'flush' }, { op: 'wait' }],
  ]);
  script.do('g0.t0', 'g0.t0', 'g0.t0');
  expect(script.statuses()).toEqual(['eopnotsupp', 'eopnotsupp', 'eopnotsupp']);
  script.settle();
  expect(script.news()).toEqual([]);
});

test('mode none: fsync and fua take the missing flush for success', () => {
  const script = new Script({ backend: 'direct', mode: 'none' }, [
    [
      { op: 'bufwrite', file: 1, sector: 8, count: 1 },
      { op: 'fsync', file: 1 },
      { op: 'fua', sector: 0, count: 1 },
    ],
  ]);
  script.settle();
  expect(script.statuses()).toEqual(['ok', 'ok', 'ok']);
  expect(script.news()).toEqual(['write 8 [0]', 'c write 8 [0]', 'write 0 [2]', 'c write 0 [2]']);
});

test('mode none: every piece of a large barrier is refused, and the barrier ends once', () => {
  const script = new Script({ mode: 'none', disk: { sectors: 512 } }, [[{ op: 'barrier', sector: 0, count: 200 }]]);
  script.do('g0.t0').settle();
  expect([script.statuses(), script.news(), script.stack.history.twiceCount]).toEqual([['eopnotsupp'], [], 0]);
});

test('O_DSYNC is write, wait, flush', () => {
  const script = new Script({ backend: 'direct', mode: 'drain-flush' }, [[{ op: 'fua', sector: 8, count: 1 }]]);
  script.do('g0.t0', 'g0.dispatch');
  expect([script.news(), script.can('g0.dsync 0')]).toEqual([['write 8 [0]'], false]);
  script.do('disk.complete 0');
  expect([script.status(0), script.can('g0.dsync 0')]).toEqual(['open', true]);
  script.do('g0.dsync 0').settle();
  expect([script.status(0), script.news()]).toEqual(['ok', ['c write 8 [0]', 'flush', 'c flush']]);
});

test.each(['drain', 'tag'] as const)('O_DSYNC in %s ends without a flush on the disk', (mode) => {
  const script = new Script({ backend: 'direct', mode }, [[{ op: 'fua', sector: 8, count: 1 }]]);
  script.settle();
  expect([script.status(0), script.news()]).toEqual(['ok', ['write 8 [0]', 'c write 8 [0]']]);
});

test('what is larger than the ring takes goes out in pieces of 88 sectors, every piece of a barrier a barrier', () => {
  const script = new Script({ mode: 'tag', disk: { sectors: 512 } }, [[{ op: 'barrier', sector: 10, count: 200 }]]);
  script.do('g0.t0').settle('g0.t');
  const news = script.news().map((text) => text.replace(/\[0( 0)*\]/, (data) => `${data.split(' ').length}`));
  const barrier = (piece: string) => ['flush', 'c flush', piece, `c ${piece}`, 'flush', 'c flush'];
  expect(news).toEqual([...barrier('write 10 88'), ...barrier('write 98 88'), ...barrier('write 186 24')]);
  expect(script.status(0)).toBe('ok');
});

test('an operation ends with its last piece', () => {
  const script = new Script({ backend: 'direct', disk: { sectors: 4096 } }, [
    [{ op: 'write', sector: 0, count: 2500 }],
  ]);
  script.do('g0.t0', 'g0.unplug', 'g0.dispatch', 'g0.dispatch', 'g0.dispatch', 'g0.dispatch');
  expect(script.news().map((text) => text.split(' ').length - 2)).toEqual([1024, 1024, 452]);
  script.do('disk.complete 2', 'disk.complete 0');
  expect(script.status(0)).toBe('open');
  script.do('disk.complete 1');
  expect(script.status(0)).toBe('ok');
});

test.each(['direct', 'blkback', 'reference'] as const)('a discard is never split (%s)', (backend) => {
  const script = new Script({ backend, mode: 'drain', disk: { sectors: 4096 } }, [
    [{ op: 'discard', sector: 0, count: 3000 }],
  ]);
  script.settle();
  expect([script.status(0), script.news()]).toEqual(['ok', ['discard 0+3000', 'c discard 0+3000']]);
});

test.each([
  ['loop', 'generic'],
  ['blkback', '2.6.36'],
] as const)('where %s or frontend %s knows no discard it ends eopnotsupp in its own step', (backend, frontend) => {
  const script = new Script({ backend, frontend, mode: 'drain' }, [[{ op: 'discard', sector: 0, count: 8 }]]);
  script.do('g0.t0');
  expect([script.status(0), script.enabled()]).toEqual(['eopnotsupp', []]);
});

test('128 requests hold the next operation back, whichever direction; all pieces of one enter in one step', () => {
  const writes = Array.from({ length: 127 }, (_, i): Operation => ({ op: 'write', sector: 20 * i, count: 1 }));
  const large: Operation = { op: 'barrier', sector: 2600, count: 1100 };
  const script = new Script({ backend: 'direct', mode: 'drain', disk: { sectors: 4096 } }, [
    [...writes, large, WRITE],
    [{ op: 'read', sector: 4000, count: 1 }],
    [{ op: 'bufwrite', file: 1, sector: 4010, count: 1 }],
  ]);
  script.do(...writes.map(() => 'g0.t0'), 'g0.t0');
  expect(script.status(127)).toBe('open');
  expect(['g0.t0', 'g0.t1', 'g0.t2'].map((name) => script.can(name))).toEqual([false, false, true]);
  script.do('g0.dispatch', 'disk.complete 0');
  expect(script.can('g0.t0')).toBe(false);
  script.do('g0.dispatch', 'disk.complete 0');
  expect(script.can('g0.t0')).toBe(true);
});

test('the flush of an O_DSYNC write counts as a request, too', () => {
  const writes = Array.from({ length: 127 }, (_, i): Operation => ({ op: 'write', sector: 8 + 20 * i, count: 1 }));
  const script = new Script({ backend: 'direct', mode: 'drain', disk: { sectors: 4096 } }, [
    [{ op: 'fua', sector: 0, count: 1 }, ...writes, WRITE],
  ]);
  script.do('g0.t0', 'g0.dispatch', 'disk.complete 0', ...writes.map(() => 'g0.t0'));
  expect(script.can('g0.t0')).toBe(true);
  script.do('g0.dsync 0');
  expect(script.can('g0.t0')).toBe(false);
});

test.each(MODES)('a read returns the version of each sector in %s', (mode) => {
  const script = new Script({ mode }, [
    [{ op: 'write', sector: 4, count: 2 }, { op: 'wait' }, { op: 'write', sector: 5, count: 1 }, { op: 'wait' }],
    [{ op: 'read', sector: 3, count: 4 }],
  ]);
  script.do('g0.t0').settle('g0.t').do('g0.t0', 'g0.t0').settle('g0.t').do('g0.t1').settle();
  expect(script.read(2)).toEqual([-1, 0, 1, -1]);
});
