/** What the frontends make of the features of a backend, and of a backend that refuses (facts.md §10.4, §11). */
import { expect, test } from 'vitest';
import type { Operation } from '../../src/guest/operation.ts';
import {
  BACKENDS,
  type Features,
  flushCarrier,
  FRONTENDS,
  resolveMode,
  type StackConfig,
} from '../../src/stack/config.ts';
import { nonsense } from '../../src/stack/nonsense.ts';
import { configOf, Script, type Settings } from './script.ts';

const write = (sector: number): Operation => ({ op: 'write', sector, count: 1 });
const BARRIER: Operation = { op: 'barrier', sector: 40, count: 1 };
const FLUSH: Operation = { op: 'flush' };

function negotiated(frontend: StackConfig['frontend'], features?: Partial<Features>): StackConfig {
  return configOf({ frontend, mode: 'negotiated', ...(features && { features }) });
}

test.each([
  ['2.6.18', 'absent', 'none'],
  ['2.6.18', 0, 'none'],
  ['2.6.18', 1, 'drain'],
  ['2.6.36', 'absent', 'drain'],
  ['2.6.36', 0, 'none'],
  ['2.6.36', 1, 'tag'],
  ['3.6', 'absent', 'flush-fua'],
  ['3.6', 0, 'flush-fua'],
  ['3.6', 1, 'flush-fua'],
] as const)('%s with feature-barrier %s runs in mode %s', (frontend, barrier, mode) => {
  expect(resolveMode(negotiated(frontend, { barrier }))).toBe(mode);
});

test('3.6 prefers FLUSH_DISKCACHE, then WRITE_BARRIER, and has no flush without either', () => {
  expect(flushCarrier(negotiated('3.6', { barrier: 1, flushCache: 1 }))).toBe('flushDiskcache');
  expect(flushCarrier(negotiated('3.6', { barrier: 'absent', flushCache: 1 }))).toBe('flushDiskcache');
  for (const flushCache of ['absent', 0] as const) {
    expect(flushCarrier(negotiated('3.6', { barrier: 1, flushCache }))).toBe('writeBarrier');
    for (const barrier of ['absent', 0] as const)
      expect(flushCarrier(negotiated('3.6', { barrier, flushCache }))).toBe(null);
  }
  expect(flushCarrier(configOf({ frontend: '3.6', mode: 'flush-fua', features: { barrier: 0 } }))).toBe('writeBarrier');
});

test('every real frontend negotiates with every backend that has a ring', () => {
  for (const backend of BACKENDS)
    for (const frontend of FRONTENDS) {
      const isSensible = nonsense(configOf({ backend, frontend, mode: 'negotiated' })) === null;
      expect(isSensible, `${backend} ${frontend}`).toBe(backend !== 'direct' && frontend !== 'generic');
    }
  expect(nonsense(configOf({ backend: 'direct', features: { barrier: 1 } }))).toContain('features and backend direct');
});

/** Statuses, and what reached the disk. */
function run(settings: Settings, operations: readonly Operation[]): [string[], string[]] {
  const script = new Script(settings, [operations]);
  // One after the other: each sees what the answer to the one before has led to.
  for (let i = 0; i < operations.length; i++) if (script.can('g0.t0')) script.do('g0.t0').settle('g0.t');
  script.settle();
  return [script.statuses(), script.news().filter((text) => !text.startsWith('c '))];
}

test.each(['2.6.18', '2.6.36'] as const)(
  '%s gives up ordering after EOPNOTSUPP: later barriers end at once',
  (frontend) => {
    const [statuses, sent] = run({ frontend, mode: 'drain', features: { barrier: 0 } }, [
      BARRIER,
      write(0),
      BARRIER,
      FLUSH,
    ]);
    expect(statuses).toEqual(['eopnotsupp', 'ok', 'eopnotsupp', 'eopnotsupp']);
    expect(sent).toEqual(['write 0 [1]']);
  },
);

test('2.6.36 without feature-barrier drains, and a backend that does not know the operation answers with an error', () => {
  const settings = { frontend: '2.6.36', mode: 'negotiated', features: { barrier: 'absent' } } as const;
  expect(run(settings, [BARRIER, FLUSH, BARRIER])).toEqual([['eio', 'ok', 'eio'], []]);
});

test('3.6 takes a barrier that is not supported for written, and sends no flush from then on', () => {
  const settings = { frontend: '3.6', mode: 'flush-fua', features: { barrier: 0 } } as const;
  // The first FLUSH is refused; the payload behind it still goes out with FUA, and is never written.
  expect(run(settings, [BARRIER, FLUSH, BARRIER])).toEqual([['ok', 'ok', 'ok'], ['write 40 [2]']]);
});

test('3.6 takes an error without segments for "not supported", and reports one with data', () => {
  const settings = { frontend: '3.6', mode: 'flush-fua', features: { barrier: 'absent' } } as const;
  expect(run(settings, [FLUSH, BARRIER])).toEqual([['ok', 'ok'], ['write 40 [1]']]);
  expect(
    run(settings, [
      { op: 'fua', sector: 8, count: 1 },
      { op: 'fua', sector: 9, count: 1 },
    ]),
  ).toEqual([['eio', 'ok'], ['write 9 [1]']]);
});

test('3.6 loses its flush to a backend that offers FLUSH_DISKCACHE and does not know it', () => {
  const settings = { frontend: '3.6', mode: 'negotiated', features: { flushCache: 1 } } as const;
  expect(run(settings, [FLUSH, BARRIER])).toEqual([['ok', 'ok'], ['write 40 [1]']]);
});

test('3.6 over a backend without either feature: flushes end at once, and nothing but the data is sent', () => {
  const settings = { frontend: '3.6', mode: 'negotiated', features: { barrier: 'absent' } } as const;
  expect(run(settings, [write(0), FLUSH, BARRIER])).toEqual([
    ['ok', 'ok', 'ok'],
    ['write 0 [0]', 'write 40 [2]'],
  ]);
});

test('3.6 over the reference takes FLUSH_DISKCACHE as a wait and an fsync', () => {
  const settings = { backend: 'reference', frontend: '3.6', mode: 'negotiated', features: { flushCache: 1 } } as const;
  expect(run(settings, [write(0), BARRIER])).toEqual([
    ['ok', 'ok'],
    ['write 0 [0]', 'flush', 'write 40 [1]', 'flush'],
  ]);
});
