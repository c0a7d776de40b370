import { expect, test } from 'vitest';
import { chromeTrace } from '../../src/report/chrome.ts';
import { TAG_FSYNC, caseOf, lateCrash, replayed, write } from './cases.ts';

interface Event {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur: number;
  args: Record<string, unknown>;
}

function traceOf(draft: Parameters<typeof caseOf>[0]): Event[] {
  const c = caseOf(draft);
  const json = JSON.stringify(chromeTrace(c, replayed(c)));
  return (JSON.parse(json) as { traceEvents: Event[] }).traceEvents;
}

test('every layer is a process, and operations and requests lie in it from their beginning to their end', () => {
  const events = traceOf(TAG_FSYNC);
  const shown = events.flatMap(({ ph, pid, tid, name, ts, dur }) => (ph === 'X' ? [[pid, tid, name, ts, dur]] : []));
  expect(shown).toEqual([
    [0, 0, 'bufwrite 8 (op 0)', 1, 1],
    [0, 0, 'fsync of file 1 (op 1)', 3, 3],
    [1, 0, 'write 8', 3, 2.667],
    [2, 0, 'write 8', 3.5, 1.833],
    [3, 0, 'write 8', 4, 1],
  ]);
  const named = events.filter(({ name }) => name === 'process_name').map(({ args }) => args['name']);
  expect(named).toEqual(['guest', 'ring', 'backend blkback', 'disk']);
});

test('power loss is an instant of its own', () => {
  const instants = traceOf(TAG_FSYNC).filter(({ ph }) => ph === 'i');
  expect(instants).toMatchObject([{ name: 'power loss', ts: 7, s: 'g' }]);
});

test('the slices of a track never overlap, so that viewers can draw them', () => {
  const threads = [Array.from({ length: 40 }, (_, i) => write(i)), Array.from({ length: 40 }, (_, i) => write(i))];
  const slices = traceOf({ name: 'many', threads, crash: lateCrash() }).filter(({ ph }) => ph === 'X');
  const endOf = new Map<string, number>();
  for (const { pid, tid, ts, dur } of slices) {
    const track = `${pid} ${tid}`;
    expect(ts).toBeGreaterThanOrEqual(endOf.get(track) ?? 0);
    endOf.set(track, Math.round(1000 * (ts + dur)) / 1000);
  }
  expect(endOf.size).toBeGreaterThan(20);
});

test('what power loss cut short says so and lasts to the end', () => {
  const events = traceOf({ name: 'cut', threads: [[write(4)]], crash: { step: 1, image: [] } });
  const [operation] = events.filter(({ ph }) => ph === 'X');
  expect(operation).toMatchObject({ name: 'write 4 (op 0)', ts: 1, dur: 2, args: { completed: false, status: null } });
});

test('without a ring there is no ring to show', () => {
  const events = traceOf({ name: 'direct', stack: { backend: 'direct' }, threads: [[write(4)]], crash: lateCrash() });
  const named = events.filter(({ name }) => name === 'process_name').map(({ args }) => args['name']);
  expect(named).toEqual(['guest', 'disk']);
});
