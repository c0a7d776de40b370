import { expect, test } from 'vitest';
import { readdirSync, readFileSync } from 'node:fs';
import type { Case } from '../../../src/case/case.ts';
import { decodeCase } from '../../../src/case/decode.ts';
import { adviseCase } from '../../../dist/fuzz/advice/advice.js';
import { explainCase } from '../../../src/report/explain.ts';
import { createStyle } from '../../../src/report/style.ts';
import {
  caseOf,
  type Draft,
  EMPTY_BARRIER,
  FLUSH,
  WAIT,
  barrier,
  flat,
  lateCrash,
  replayed,
  TAG_FSYNC,
  write,
} from '../cases.ts';

const LITMUS = new URL('../../../corpus/litmus/', import.meta.url);

function advised(c: Case, statesMax = 25_000): string {
  const text = explainCase(c, replayed(c), createStyle(false), { advice: adviseCase(c, { statesMax }), statesMax });
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  return text;
}

/** The section on advice, which is the last. */
function adviceOf(draft: Draft, statesMax?: number): string {
  return advised(caseOf(draft), statesMax).split('\n\n').at(-1)!;
}

test('a lost fsync in mode tag is for the stack to mend', () => {
  expect(adviceOf(TAG_FSYNC)).toMatchInlineSnapshot(`
    "What would make it hold
    In the stack: mode drain-flush, drain-fua, tag-flush, tag-fua or flush-fua in place of tag.
    In the guest: nothing. No insertion of a wait, flush, fsync or barrier, no write made FUA or a
    barrier, and no two of these make it hold (76 tried): the stack has to.
    Each was explored to its end: every schedule, every image, every guarantee.
    "
  `);
});

test('a lost flush can be mended in the guest, too', () => {
  const draft: Draft = {
    name: 'drain-flush-lost',
    stack: { mode: 'drain' },
    threads: [[write(8), WAIT, FLUSH], [{ op: 'read', sector: 40, count: 1 }]],
    crash: lateCrash(),
  };
  expect(adviceOf(draft)).toMatchInlineSnapshot(`
    "What would make it hold
    In the stack: mode drain-flush, drain-fua, tag-flush, tag-fua or flush-fua in place of drain.
    In the guest, one of these:
    - t0: write 8 · +barrier 63 · wait · flush
    - t0: write 8 · wait · +barrier 63 · flush
    - t0: +barrier 8 for write 8 · wait · flush
    barrier 63 has a payload of its own, on a sector that nothing else uses.
    Each was explored to its end: every schedule, every image, every guarantee.
    "
  `);
});

test('two changes are told as such, the disk is named, and so is what other schedules violate', () => {
  const draft: Draft = {
    name: 'tags-ignored',
    stack: { mode: 'tag-fua', backend: 'direct' },
    disk: { fua: true, tags: 'ignored' },
    threads: [[write(8), barrier(16), write(24)]],
  };
  expect(adviceOf(draft)).toMatchInlineSnapshot(`
    "What would make it hold
    In other schedules or images of this workload barrier-order and barrier-durability are violated.
    They count, too.
    The disk has its share: it ignores tags. If it did not, everything would hold as it is.
    In the stack: mode drain-flush, drain-fua or flush-fua in place of tag-fua.
    In the guest (two changes: no single one does), one of these:
    - t0: write 8 · +wait · +flush · barrier 16 · +wait · write 24
    - t0: write 8 · +wait · +flush · barrier 16 · +empty barrier · write 24
    - t0: write 8 · +wait · +flush · barrier 16 · +barrier 24 for write 24
    - t0: +barrier 8 for write 8 · barrier 16 · +wait · write 24
    - t0: +barrier 8 for write 8 · barrier 16 · +empty barrier · write 24
    - t0: +barrier 8 for write 8 · barrier 16 · +barrier 24 for write 24
    Each was explored to its end: every schedule, every image, every guarantee.
    "
  `);
});

test('a disk that ignores flushes is to blame', () => {
  expect(adviceOf({ ...TAG_FSYNC, stack: { mode: 'drain-flush' }, disk: { flush: 'ignored' } })).toMatchInlineSnapshot(`
    "What would make it hold
    The disk is to blame: it ignores flushes. If it did not, everything would hold as it is.
    In the stack: nothing. No other mode in place of drain-flush makes it hold.
    In the guest: nothing. No insertion of a wait, flush, fsync or barrier, no write made FUA or a
    barrier, and no two of these make it hold (76 tried).
    With one change of each, 60 tried: nothing.
    "
  `);
});

test('a mode and a change of the guest are told together', () => {
  const draft: Draft = {
    name: 'both',
    stack: { mode: 'drain', backend: 'direct' },
    disk: { fua: true, flush: 'ignored', tags: 'ignored' },
    threads: [[write(8), barrier(16)]],
    crash: lateCrash(),
  };
  expect(adviceOf(draft)).toMatchInlineSnapshot(`
    "What would make it hold
    In other schedules or images of this workload barrier-order is violated. They count, too.
    In the stack: nothing. No other mode in place of drain makes it hold.
    In the guest: nothing. No insertion of a wait, flush, fsync or barrier, no write made FUA or a
    barrier, and no two of these make it hold (83 tried).
    With one change of each:
    - mode drain-fua; t0: +barrier 8 for write 8 · barrier 16
    - mode tag-fua; t0: +barrier 8 for write 8 · barrier 16
    - mode flush-fua; t0: +fua write 8 for write 8 · barrier 16
    - mode flush-fua; t0: +barrier 8 for write 8 · barrier 16
    Each was explored to its end: every schedule, every image, every guarantee.
    "
  `);
});

test('what could be left out is told with who promises the same', () => {
  const draft: Draft = {
    name: 'spare',
    stack: { mode: 'drain-flush' },
    disk: { cache: 'none' },
    threads: [
      [{ op: 'bufwrite', file: 1, sector: 40, count: 1 }, { op: 'fsync', file: 1 }, FLUSH, { op: 'fsync', file: 1 }],
    ],
  };
  expect(adviceOf(draft)).toMatchInlineSnapshot(`
    "What could be left out
    In the guest: flush (op 2); there is never anything that it could promise.
    In the guest: fsync of file 1 (op 3); all that it promises fsync of file 1 (op 1) promised before.
    In the stack: mode drain or tag would do in place of drain-flush: no PREFLUSH, no POSTFLUSH.
    In the stack: mode drain-fua or tag-fua would do in place of drain-flush: FUA in place of the
    POSTFLUSH.
    So it is for this workload on this stack, each explored to its end: every schedule, every image,
    every guarantee.
    "
  `);
});

test('what needs all its flushes is told so', () => {
  expect(
    adviceOf({
      name: 'needed',
      stack: { mode: 'drain-fua', backend: 'direct' },
      disk: { fua: true },
      threads: [[write(8), EMPTY_BARRIER, write(24)]],
    }),
  ).toMatchInlineSnapshot(`
    "What could be left out
    In the guest: nothing. Its flush is needed, for a promise of its own or for another's.
    In the stack: nothing. No mode that sends fewer flushes than drain-fua keeps every promise.
    "
  `);
  expect(adviceOf({ name: 'none', stack: { mode: 'flush-fua' }, threads: [[write(8), barrier(16)]] }))
    .toMatchInlineSnapshot(`
    "What could be left out
    In the guest: nothing. It has no flush, empty barrier or fsync.
    In the stack: no other mode was tried, since in flush-fua the guest itself waits.
    "
  `);
});

test('a bound that is hit is told, and how to raise it', () => {
  const draft: Draft = {
    name: 'bounded',
    stack: { mode: 'drain', backend: 'direct' },
    threads: [[write(8), write(9), barrier(16)]],
  };
  expect(flat(adviceOf(draft, 20))).toContain('more than 20 states (--states raises this bound)');
  expect(adviceOf(draft, 46)).toMatchInlineSnapshot(`
    "What would make it hold
    In other schedules or images of this workload barrier-order and barrier-durability are violated.
    They count, too.
    In the stack: nothing found within the bounds. Not decided, since they have too many states:
    drain-flush, tag-flush and flush-fua.
    In the guest: nothing found within the bounds.
    With one change of each, 0 tried: nothing found within the bounds.
    Left open: 3 candidates not decided within 46 states; 329 not tried: 276 states in all were used up
    (--states raises these bounds).
    "
  `);
  const long = Array.from({ length: 30 }, () => FLUSH);
  expect(flat(adviceOf({ name: 'long', threads: [long] }))).toContain('more than the 22 operations');
});

test('where no sector is free for a payload, that is told', () => {
  const draft: Draft = {
    name: 'full',
    disk: { sectors: 2 },
    threads: [[write(0, 2), EMPTY_BARRIER]],
    crash: lateCrash(),
  };
  expect(adviceOf(draft)).toContain('No barrier with a payload of its own was tried: no sector is free for it.');
});

test('what the frontend and kernel can not run is neither advised nor said to have held', () => {
  const c = caseOf({ ...TAG_FSYNC, stack: { mode: 'negotiated', frontend: '2.6.36' } });
  const text = flat(advised(c));
  expect(text).not.toContain('What would have held');
  expect(text).toContain('In the stack: nothing. No other mode in place of tag makes it hold.');
  const later = flat(advised({ ...c, stack: { ...c.stack, kernel: '2.6.36' } }));
  expect(later).toContain('What would have held: drain-flush');
  expect(later).toMatch(/In the stack: mode drain-flush, .* in place of tag/);
});

test('the advice on no litmus case contradicts what its missing edge says would have held', () => {
  let remedies = 0;
  for (const file of readdirSync(LITMUS).filter((name) => name.endsWith('.case.json') && !name.includes('liveness'))) {
    const litmus = decodeCase(readFileSync(new URL(file, LITMUS), 'utf8'));
    // Several guests get no advice.
    if (litmus.guests!.length > 1) continue;
    const text = flat(advised(litmus));
    const remedy = /What would have held: (\S+)/.exec(text);
    if (remedy === null || remedy[1] === 'kernel') continue;
    remedies++;
    expect(/In the stack: mode (.*?) in place of/.exec(text)?.[1]).toContain(remedy[1]);
  }
  expect(remedies).toBeGreaterThan(8);
});
