import { expect, test } from 'vitest';
import { guestEdits, modeEdits, sparePayload } from '../../../src/fuzz/advice/candidates.ts';
import { type Edit, editedStack, editedWorkload, isWithin } from '../../../src/fuzz/advice/edits.ts';
import type { Operation, Workload } from '../../../src/guest/operation.ts';
import { DISK_DEFAULT, MODES, STACK_DEFAULT } from '../../../src/stack/config.ts';

const WRITE: Operation = { op: 'write', sector: 8, count: 1 };
const FLUSH: Operation = { op: 'flush' };
const WAIT: Operation = { op: 'wait' };
const EMPTY: Operation = { op: 'barrier', count: 0 };
const insert = (thread: number, step: number, ...operations: Operation[]): Edit => ({
  kind: 'insert',
  thread,
  step,
  operations,
});

const WORKLOAD: Workload = {
  threads: [
    [WRITE, { op: 'fua', sector: 9, count: 1 }, WAIT, FLUSH],
    [
      { op: 'bufwrite', file: 3, sector: 40, count: 2 },
      EMPTY,
      { op: 'fsync', file: 3 },
      { op: 'read', sector: 8, count: 1 },
    ],
  ],
};

test('insertions stand before their step, several at one place in the order given', () => {
  const edits = [insert(0, 1, FLUSH), insert(0, 1, EMPTY, WAIT), insert(0, 4, EMPTY), insert(1, 0, WAIT)];
  const { threads } = editedWorkload(WORKLOAD, edits);
  expect(threads[0].map(({ op }) => op)).toEqual([
    'write',
    'flush',
    'barrier',
    'wait',
    'fua',
    'wait',
    'flush',
    'barrier',
  ]);
  expect(threads[1].map(({ op }) => op)).toEqual(['wait', 'bufwrite', 'barrier', 'fsync', 'read']);
});

test('no candidate takes an operation away, and what is converted touches the same sectors', () => {
  for (const mode of MODES)
    for (const edit of guestEdits(WORKLOAD, { ...STACK_DEFAULT, mode })) {
      const { threads } = editedWorkload(WORKLOAD, [edit]);
      WORKLOAD.threads.forEach((steps, thread) => {
        if (edit.thread !== thread) return expect(threads[thread]).toEqual(steps);
        if (edit.kind === 'insert')
          return expect(threads[thread].toSpliced(edit.step, edit.operations.length)).toEqual(steps);
        const was = steps[edit.step];
        expect(threads[thread].with(edit.step, was)).toEqual(steps);
        if ('sector' in was) expect(edit.operation).toMatchObject({ sector: was.sector, count: was.count });
        const rank = (operation: Operation): number =>
          ['write', 'fua', 'barrier'].indexOf(operation.op) + ('sector' in operation ? 1 : 0);
        expect(rank(edit.operation)).toBeGreaterThan(rank(was));
      });
    }
});

test('what is refused is never put in, and nothing becomes mode none', () => {
  const inNone = guestEdits(WORKLOAD, { ...STACK_DEFAULT, mode: 'none' });
  const kinds = inNone
    .flatMap((edit) => (edit.kind === 'insert' ? edit.operations : [edit.operation]))
    .map(({ op }) => op);
  expect(new Set(kinds)).toEqual(new Set(['wait', 'fsync', 'fua']));
  for (const mode of MODES)
    expect(modeEdits({ ...STACK_DEFAULT, mode }).map((edit) => (edit.kind === 'mode' ? edit.mode : ''))).toEqual(
      MODES.filter((other) => other !== mode && other !== 'none'),
    );
  expect(modeEdits({ ...STACK_DEFAULT, frontend: '2.6.36', mode: 'negotiated' })).toEqual([
    { kind: 'mode', mode: 'drain' },
  ]);
  expect(editedStack(STACK_DEFAULT, [{ kind: 'mode', mode: 'drain' }])).toEqual({ ...STACK_DEFAULT, mode: 'drain' });
});

test('a flush waits first exactly where something may be open', () => {
  const flushes = guestEdits({ threads: [[WRITE, WAIT, FLUSH], [FLUSH]] }, STACK_DEFAULT).filter(
    (edit) => edit.kind === 'insert' && edit.operations.at(-1)!.op === 'flush',
  );
  expect(flushes).toEqual([
    insert(0, 0, FLUSH),
    insert(0, 2, FLUSH),
    insert(0, 3, FLUSH),
    insert(1, 0, FLUSH),
    insert(1, 1, FLUSH),
  ]);
  expect(guestEdits({ threads: [[WRITE]] }, STACK_DEFAULT)).toContainEqual(insert(0, 1, WAIT, FLUSH));
});

test('a payload of its own lies on an atomic unit that nothing touches', () => {
  expect(sparePayload(WORKLOAD, DISK_DEFAULT)).toEqual({ op: 'barrier', sector: 63, count: 1 });
  const last: Workload = { threads: [[{ op: 'write', sector: 62, count: 2 }]] };
  expect(sparePayload(last, DISK_DEFAULT)).toEqual({ op: 'barrier', sector: 61, count: 1 });
  expect(sparePayload(last, { ...DISK_DEFAULT, atomic: 4096 })).toEqual({ op: 'barrier', sector: 48, count: 8 });
  expect(sparePayload({ threads: [[{ op: 'write', sector: 0, count: 64 }]] }, DISK_DEFAULT)).toBeNull();
});

test('an insertion is within another that does more at the same place', () => {
  expect(isWithin(insert(0, 1, WAIT), insert(0, 1, WAIT, FLUSH))).toBe(true);
  expect(isWithin(insert(0, 1, FLUSH), insert(0, 1, WAIT, FLUSH))).toBe(true);
  expect(isWithin(insert(0, 1, WAIT, FLUSH), insert(0, 1, FLUSH))).toBe(false);
  expect(isWithin(insert(0, 1, WAIT), insert(0, 2, WAIT, FLUSH))).toBe(false);
  expect(isWithin(insert(0, 1, WAIT), { kind: 'mode', mode: 'drain' })).toBe(false);
});
