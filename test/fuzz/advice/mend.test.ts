/**
 * What makes known cases hold, and that it is the smallest: every piece of advice is explored again by itself, and a
 * stupid loop over all changes finds none where none is given.
 */
import { expect, test } from 'vitest';
import type { GuestCase } from '../../../dist/case/case.js';
import { adviseCase } from '../../../dist/fuzz/advice/advice.js';
import { type Edit, editedStack, editedWorkload } from '../../../dist/fuzz/advice/edits.js';
import type { Mend } from '../../../dist/fuzz/advice/mend.js';
import type { Operation } from '../../../dist/guest/operation.js';
import { caseWith, holds, litmus, MENDING_MODES, oneChange } from './known.ts';

function mendOf(c: GuestCase, statesMax = 100_000): Mend {
  const advice = adviseCase(c, { statesMax });
  if (advice.outcome !== 'violated') throw new Error(`${c.name}: ${advice.outcome}`);
  return advice.mend;
}

/** `write 8, wait, flush`: the guest's first thread after the edits. */
function threadAfter(c: GuestCase, edits: readonly Edit[]): string {
  const [steps] = editedWorkload(c.guests[0], edits).threads;
  return steps.map((step) => ('sector' in step ? `${step.op} ${step.sector}` : step.op)).join(', ');
}

const modesOf = ({ stack }: Mend): string[] => stack.sets.map(([edit]) => (edit.kind === 'mode' ? edit.mode : ''));

const FLUSHING = ['drain-flush', 'drain-fua', 'tag-flush', 'tag-fua', 'flush-fua'];

/** Case, modes that make it hold, the guest's first thread with what makes it hold. */
const KNOWN: readonly [name: string, modes: readonly string[], guest: readonly string[]][] = [
  ['tag-fsync-lost', FLUSHING, []],
  ['none-fsync-lost', FLUSHING, []],
  ['fsync-durability-lost-in-drain', FLUSHING, []],
  // On a disk without FUA, only a mode that flushes after the payload.
  ['barrier-durability-lost-in-cache', ['drain-flush', 'tag-flush', 'flush-fua'], []],
  ['barrier-order-lost-in-cache', ['drain-flush', 'tag-flush', 'flush-fua'], []],
  ['drain-fua-barrier-lost-without-fua', ['drain-flush', 'tag-flush', 'flush-fua'], []],
  // The backend makes a flush of a barrier with a payload, and never sees an empty one.
  [
    'flush-durability-lost-in-drain',
    FLUSHING,
    ['write 8, barrier 63, wait, flush', 'write 8, wait, barrier 63, flush', 'barrier 8, wait, flush'],
  ],
  ['fua-durability-lost-in-tag', FLUSHING, ['barrier 8']],
  [
    'empty-barrier-order-lost-in-tag',
    FLUSHING,
    ['write 8, barrier 63, barrier, write 24', 'barrier 8, barrier, write 24', 'write 8, barrier 63, write 24'],
  ],
  [
    'drain-empty-barrier-lost',
    FLUSHING,
    ['write 8, barrier 63, barrier, write 24', 'barrier 8, barrier, write 24', 'write 8, barrier 63, write 24'],
  ],
  [
    'loop-flush-lost-with-the-host',
    FLUSHING,
    ['write 8, barrier 63, wait, flush', 'write 8, wait, barrier 63, flush', 'barrier 8, wait, flush'],
  ],
  ['tag-flush-wedges-2.6.36', ['drain', 'drain-flush', 'drain-fua', 'tag', 'tag-fua', 'flush-fua'], []],
  ['drain-flush-fsync-lost-by-lying-drive', [], []],
];

test.each(KNOWN)('%s: the modes and changes that make it hold are known', (name, modes, guest) => {
  const c = litmus(name);
  const mend = mendOf(c);
  expect(modesOf(mend)).toEqual(modes);
  expect(mend.guest.sets.map((edits) => threadAfter(c, edits))).toEqual(guest);
  for (const { undecidedCount, untriedCount } of [mend.stack, mend.guest])
    expect(undecidedCount + untriedCount).toBe(0);
});

test('what is advised holds, and a stupid loop finds nothing where nothing is advised', () => {
  for (const [name] of KNOWN.filter(([name]) => name !== 'tag-flush-wedges-2.6.36')) {
    const c = litmus(name);
    const { threads } = c.guests[0];
    const mend = mendOf(c);
    for (const edits of [...mend.guest.sets, ...mend.stack.sets])
      expect(holds({ ...c, guests: [editedWorkload(c.guests[0], edits)], stack: editedStack(c.stack, edits) })).toBe(
        true,
      );
    const modes = MENDING_MODES.filter((mode) => mode !== c.stack.mode && holds(caseWith(c, threads, mode)));
    expect(modesOf(mend)).toEqual(modes);
    // In mode none what is refused promises nothing: that is no mending.
    if (c.stack.mode === 'none') continue;
    const isMended = oneChange(threads).some((changed) => holds(caseWith(c, changed)));
    expect([name, isMended]).toEqual([name, mend.guest.sets.length > 0]);
  }
});

test('a lost fsync in mode tag is mended by no two changes of the guest', () => {
  const c = litmus('tag-fsync-lost');
  const pairs = oneChange(c.guests[0].threads).flatMap((once) => oneChange(once, false));
  expect(pairs.length).toBeGreaterThan(1_000);
  const distinct = new Map(pairs.map((threads) => [JSON.stringify(threads), threads]));
  expect([...distinct.values()].some((threads) => holds(caseWith(c, threads)))).toBe(false);
});

test('where a single change is too little, the pairs that hold are found', () => {
  const c = litmus('tag-fua-order-lost-with-tags-ignored');
  const { guest, disk } = mendOf(c);
  expect(disk).toEqual([{ tags: 'honoured' }]);
  expect(guest.size).toBe(2);
  expect(oneChange(c.guests[0].threads).some((threads) => holds(caseWith(c, threads)))).toBe(false);
  expect(guest.sets.map((edits) => threadAfter(c, edits))).toContain(
    'write 8, wait, flush, barrier 16, wait, write 24',
  );
  for (const edits of guest.sets) {
    expect(edits.length).toBe(2);
    expect(holds({ ...c, guests: [editedWorkload(c.guests[0], edits)] })).toBe(true);
  }
});

test('the disk is named where another would have kept the promises', () => {
  expect(mendOf(litmus('drain-flush-fsync-lost-by-lying-drive')).disk).toEqual([{ flush: 'honest' }]);
  expect(mendOf(litmus('drain-fua-barrier-lost-without-fua')).disk).toEqual([{ fua: true }]);
  expect(mendOf(litmus('tag-fsync-lost')).disk).toEqual([]);
});

test('one change of the guest and one of the mode are tried together where neither does alone', () => {
  // The disk ignores flushes and tags but has FUA: FUA for the writes before, and a mode that gives the payload FUA.
  const base = litmus('tag-fua-order-lost-with-tags-ignored');
  const disk = { ...base.stack.disk, flush: 'ignored', fua: true } as const;
  const c = { ...base, stack: { ...base.stack, mode: 'drain', disk } } as GuestCase;
  const threads: readonly (readonly Operation[])[] = [
    [
      { op: 'write', sector: 8, count: 1 },
      { op: 'barrier', sector: 16, count: 1 },
    ],
  ];
  const { guest, stack, both } = mendOf(caseWith(c, threads));
  expect([guest.sets, stack.sets]).toEqual([[], []]);
  expect(both!.sets.length).toBeGreaterThan(0);
  for (const edits of both!.sets)
    expect(holds({ ...c, guests: [editedWorkload({ threads }, edits)], stack: editedStack(c.stack, edits) })).toBe(
      true,
    );
});

test('insertions are found in the thread that needs them', () => {
  const c = litmus('flush-durability-lost-in-drain');
  const threads: readonly (readonly Operation[])[] = [
    [{ op: 'write', sector: 8, count: 1 }, { op: 'wait' }, { op: 'flush' }],
    [{ op: 'read', sector: 40, count: 1 }],
  ];
  const { guest } = mendOf(caseWith(c, threads));
  expect(guest.size).toBe(1);
  expect(guest.sets.map(([edit]) => (edit.kind === 'mode' ? -1 : edit.thread))).toEqual([0, 0, 0]);
});

test('bounds that are hit are said', () => {
  const c = litmus('barrier-order-lost-in-cache');
  const advice = adviseCase(c, { statesMax: 20 });
  expect(advice).toEqual({ outcome: 'too-large', reason: 'states' });
  // Room for the workload itself, not for all of the larger ones.
  const { guest, stack } = mendOf(c, 46);
  expect(stack.undecidedCount + guest.undecidedCount).toBeGreaterThan(0);
  expect(guest.untriedCount).toBeGreaterThan(0);
  expect(adviseCase({ ...c, guests: undefined, stream: { sha256: '0'.repeat(64), entries: 1 } } as never)).toEqual({
    outcome: 'too-large',
    reason: 'stream',
  });
  const many = Array.from({ length: 23 }, (): Operation => ({ op: 'flush' }));
  expect(adviseCase(caseWith(c, [many]))).toEqual({ outcome: 'too-large', reason: 'operations' });
});
