import { expect, test } from 'vitest';
import { History, KIND, STATUS } from '../../src/base/history.ts';
import type { Guarantee, VerdictName } from '../../src/contract/guarantees.ts';
import { GUARANTEE, GUARANTEES, mergeWorse, VERDICT, VERDICT_NAMES, worseOf } from '../../src/contract/guarantees.ts';
import { Oracle } from '../../src/contract/oracle.ts';
import { verdictOn, witnesses } from './tiny.ts';

/** What must be said, of which operations, for which image. */
type Case = readonly [says: string, verdict: VerdictName, ops: readonly string[], image: string, rest?: object];

const cases: Record<Exclude<Guarantee, 'protocol' | 'guest-promise'>, readonly Case[]> = {
  'barrier-order': [
    ['payload and log stand', 'holds', ['write 0 1..2', 'barrier 4 3..'], '0:0 4:1'],
    ['payload stands without its log', 'violated', ['write 0 1..2', 'barrier 4 3..'], '4:1'],
    ['part of a payload stands without part of its log', 'violated', ['write 0-1 1..', 'barrier 4-5 3..'], '0:0 5:1'],
    ['a later write stands without the log', 'violated', ['write 0 1..2', 'barrier 4 3..', 'write 6 5..'], '6:2'],
    ['a later bufwrite stands without the payload', 'violated', ['barrier 4 3..', 'bufwrite f1 6 5..6'], '6:1'],
    [
      'a failed later write stands without the log',
      'violated',
      ['write 0 1..2', 'barrier 4 3..', 'write 6 5..6 eio'],
      '6:2',
    ],
    ['the log was submitted after the barrier', 'n/a', ['barrier 4 1..', 'write 0 3..4'], '4:0'],
    ['the lost write had failed', 'holds', ['write 0 1..2 eio', 'barrier 4 3..'], '4:1'],
    ['a write refused unheard promises nothing', 'holds', ['write 0 1.. eio', 'barrier 4 3..'], '4:1'],
    ['the barrier failed', 'n/a', ['write 0 1..2', 'barrier 4 3..5 eopnotsupp'], '4:1'],
    ['bufwrites are no part of the log', 'n/a', ['bufwrite f1 0 1..2', 'barrier 4 3..'], '4:1'],
  ],
  'barrier-durability': [
    ['payload and log are visible', 'holds', ['write 0 1..', 'barrier 4 3..4'], '0:0 4:1'],
    ['the payload alone is lost', 'violated', ['barrier 4 3..4'], ''],
    ['an open write before it is lost', 'violated', ['write 0 1..', 'barrier 4 3..4'], '4:1'],
    ['it had not completed', 'n/a', ['write 0 1..2', 'barrier 4 3..'], ''],
  ],
  'empty-barrier-order': [
    ['nothing later stands', 'holds', ['write 0 1..2', 'barrier 3..'], ''],
    ['a later write stands without an earlier', 'violated', ['write 0 1..2', 'barrier 3..', 'write 6 5..'], '6:2'],
    ['no direct write before it', 'n/a', ['barrier 3..', 'write 6 5..'], '6:1'],
  ],
  'empty-barrier-durability': [
    ['the write before it is visible', 'holds', ['write 0 1..', 'barrier 3..4'], '0:0'],
    ['the write before it is lost', 'violated', ['write 0 1..', 'barrier 3..4'], ''],
    ['only a failed write before it', 'n/a', ['write 0 1..2 eio', 'barrier 3..4'], ''],
  ],
  'flush-durability': [
    ['the completed write is visible', 'holds', ['write 0 1..2', 'flush 3..4'], '0:0'],
    ['the completed write is lost', 'violated', ['write 0 1..2', 'flush 3..4'], ''],
    ['the write completed after the flush was submitted', 'n/a', ['write 0 1..4', 'flush 3..5'], ''],
    [
      'the lost write completed before the flush, submitted after one that did not',
      'violated',
      ['write 0 1..10', 'write 1 2..3', 'flush 5..6'],
      '',
    ],
    ['the flush failed', 'n/a', ['write 0 1..2', 'flush 3..4 eio'], ''],
  ],
  'fsync-durability': [
    ['the bufwrite is visible', 'holds', ['bufwrite f1 0 1..2', 'fsync f1 3..4'], '0:0'],
    ['the bufwrite is lost', 'violated', ['bufwrite f1 0 1..2', 'fdatasync f1 3..4'], ''],
    ['it is another file', 'n/a', ['bufwrite f1 0 1..2', 'fsync f2 3..4'], ''],
    ['its loss was reported', 'n/a', ['bufwrite f1 0 1..2', 'fsync f1 3..4 eio', 'fsync f1 5..6'], ''],
    [
      'the report came too late to excuse',
      'violated',
      ['bufwrite f1 0 1..2', 'fsync f1 3..7 eio', 'fsync f1 5..6'],
      '',
    ],
    [
      'it was submitted after the fsync that failed',
      'violated',
      ['fsync f1 1..9 eio', 'bufwrite f1 0 2..3', 'fsync f1 10..11'],
      '',
    ],
    [
      'two reports, the later one of less',
      'n/a',
      ['bufwrite f1 0 3..4', 'fsync f1 5..10 eio', 'fsync f1 1..12 eio', 'fsync f1 13..14'],
      '',
    ],
    [
      'two bufwrites, the one that returned last excused',
      'violated',
      ['bufwrite f1 0 5..6', 'bufwrite f1 1 1..8', 'fsync f1 3..9 eio', 'fsync f1 10..11'],
      '',
    ],
    ['the report is of another file', 'violated', ['bufwrite f1 0 1..2', 'fsync f2 3..4 eio', 'fsync f1 5..6'], ''],
  ],
  'fua-durability': [
    ['it is visible', 'holds', ['fua 0-1 1..2'], '0:0 1:0'],
    ['one of its sectors is lost', 'violated', ['fua 0-1 1..2'], '0:0'],
    ['it had not completed', 'n/a', ['fua 0 1..'], ''],
    ['a later write covers it', 'holds', ['fua 0 1..2', 'write 0 3..'], '0:1'],
    ['a concurrent write covers it', 'holds', ['write 0 1..4', 'fua 0 2..3'], '0:0'],
    ['a later write covers it though it failed', 'holds', ['fua 0 1..2', 'write 0 3..4 eio'], '0:1'],
    ['an older write came back', 'violated', ['write 0 1..2', 'fua 0 3..4'], '0:0'],
    ['an open write before a barrier is older', 'violated', ['write 0 1..', 'barrier 2..', 'fua 0 3..4'], '0:0'],
    ['a failed barrier makes nothing older', 'holds', ['write 0 1..', 'barrier 2..5 eio', 'fua 0 3..4'], '0:0'],
    [
      'a barrier that overwrites an open write is itself the limit',
      'violated',
      ['write 0 1..', 'barrier 0 2..', 'fua 0 3..4'],
      '0:0',
    ],
    ['a later discard lets it read as zeros', 'holds', ['fua 0 1..2', 'discard 0 3..4 eio'], ''],
    ['an older discard does not', 'violated', ['discard 0 1..2', 'fua 0 3..4'], ''],
    ['an open discard before a barrier does not', 'violated', ['discard 0 1..', 'barrier 2..', 'fua 0 3..4'], ''],
    [
      'a discard excuses zeros and not an older write',
      'violated',
      ['write 0 1..2', 'fua 0 3..4', 'discard 0 5..6'],
      '0:0',
    ],
    ['a discard elsewhere does not', 'violated', ['fua 0 1..2', 'discard 1 3..4'], ''],
    ['an operation that did not write the sector covers nothing', 'violated', ['fua 0 1..2', 'write 1 3..4'], '0:1'],
    ['a marker covers nothing', 'violated', ['fua 0 1..2', 'write 0 3..'], '0:torn'],
  ],
  integrity: [
    ['initial content and own writes', 'holds', ['write 0 1..', 'bufwrite f1 4 2..3'], '0:0 4:1'],
    ['a write that failed is a version too', 'holds', ['write 0 1..2 eio'], '0:0'],
    ['a torn unit', 'violated', ['write 0 1..'], '0:torn'],
    ['stale bytes', 'violated', ['write 0 1..'], '0:stale'],
    ["another sector's data", 'violated', ['write 0 1..'], '1:misplaced'],
    ['a write of another sector', 'violated', ['write 0 1..'], '1:0'],
    ['an unknown id', 'violated', ['write 0 1..'], '0:7'],
    ["a discard's id", 'violated', ['discard 0 1..'], '0:0'],
  ],
  'read-consistency': [
    ['the completed write', 'holds', ['write 0 1..2', 'read 0 3..4 = 0'], '0:0'],
    ['not the completed write', 'violated', ['write 0 1..2', 'read 0 3..4 = -1'], '0:0'],
    ['a write completed after the submission may be missed', 'holds', ['write 0 1..4', 'read 0 3..5 = -1'], '0:0'],
    ['a failed write may be missed', 'holds', ['write 0 1..2 eio', 'read 0 3..4 = -1'], '0:0'],
    ['a concurrent write may be seen', 'holds', ['write 0 1..2', 'read 0 3..6 = 2', 'write 0 4..'], '0:2'],
    ['a later write may not be seen', 'violated', ['read 0 1..2 = 1', 'write 0 3..4'], '0:1'],
    ['an older write is back', 'violated', ['write 0 1..2', 'write 0 3..4', 'read 0 5..6 = 0'], '0:1'],
    ['one of two in flight together', 'holds', ['write 0 1..4', 'write 0 2..3', 'read 0 5..6 = 0'], '0:0'],
    ['zeros after a discard', 'holds', ['write 0 1..2', 'discard 0 3..', 'read 0 5..6 = -1'], '0:0'],
    [
      'zeros after a discard and a write',
      'violated',
      ['write 0 1..2', 'discard 0 3..4', 'write 0 5..6', 'read 0 7..8 = -1'],
      '0:2',
    ],
    [
      'a write that completed before its submission and was followed all the same',
      'violated',
      ['write 0 10..3', 'write 0 5..6', 'read 0 11..12 = 0'],
      '0:0',
    ],
    ['a marker', 'violated', ['read 0 5..6 = stale'], ''],
    ['the read failed', 'n/a', ['write 0 1..2', 'read 0 3..4 eio = -1'], '0:0'],
    ['the read is open', 'n/a', ['write 0 1..2', 'read 0 3..'], '0:0'],
  ],
  liveness: [
    ['open when the power went', 'holds', ['write 0 1..'], ''],
    ['open at the end', 'violated', ['write 0 1..'], '', { crash: null }],
    ['refused, and never told', 'violated', ['write 0 1.. eio'], '', { crash: null }],
    ['all completed', 'holds', ['write 0 1..2 eio'], '', { crash: null }],
    ['completed twice', 'violated', ['write 0 1..2'], '0:0', { twice: [0] }],
  ],
  'error-honesty': [
    ['nothing was refused', 'n/a', ['write 0 1..2'], '0:0'],
    ['the refused write says so', 'holds', ['write 0 1..2 eio'], '', { refused: [[0, 0]] }],
    ['the refused write says ok', 'violated', ['write 0-1 1..2'], '0:0', { refused: [[0, 1]] }],
    ['the refused sector is not its own', 'holds', ['write 0 1..2'], '0:0', { refused: [[0, 1]] }],
    ['a bufwrite says ok before its write-back', 'holds', ['bufwrite f1 0 1..2'], '', { refused: [[0, 0]] }],
    ['the next fsync reports it', 'holds', ['bufwrite f1 0 1..2', 'fsync f1 3..4 eio'], '', { refused: [[0, 0]] }],
    ['the next fsync says ok', 'violated', ['bufwrite f1 0 1..2', 'fsync f1 3..4'], '0:0', { refused: [[0, 0]] }],
    [
      'the one after the report may say ok',
      'holds',
      ['bufwrite f1 0 1..2', 'fsync f1 3..4 eio', 'fsync f1 5..6'],
      '',
      { refused: [[0, 0]] },
    ],
  ],
};

for (const [guarantee, rows] of Object.entries(cases)) {
  for (const [says, verdict, ops, image, rest] of rows) {
    test(`${guarantee}, when ${says}: ${verdict}`, () => {
      expect(verdictOn(guarantee as Guarantee, ops, image, rest)).toBe(verdict);
    });
  }
}

test('a witness names who promised, what was lost where, and what survived', () => {
  expect(witnesses(['write 0-1 1..2', 'barrier 4 3..8', 'write 6 9..', 'write 7 10..'], '0:0 6:2 7:3')).toEqual([
    { guarantee: 'barrier-order', by: 1, lost: 0, survivor: 2, sector: 1 },
    { guarantee: 'barrier-durability', by: 1, lost: 0, sector: 1 },
  ]);
  expect(witnesses(['write 0 1..2', 'barrier 4 3..'], '4:1')).toEqual([
    { guarantee: 'barrier-order', by: 1, lost: 0, survivor: 1, sector: 0 },
  ]);
  expect(witnesses(['bufwrite f1 3 1..2', 'fsync f1 3..4'], '5:torn')).toEqual([
    { guarantee: 'fsync-durability', by: 1, lost: 0, sector: 3 },
    { guarantee: 'integrity', sector: 5 },
  ]);
  expect(witnesses(['write 2 1..2', 'read 2 3..4 = -1'], '2:0')).toEqual([
    { guarantee: 'read-consistency', by: 1, lost: 0, sector: 2 },
  ]);
});

test('a row that was never submitted is no part of the history', () => {
  const history = new History();
  history.reset(2, 2, 0);
  history.kind.set([KIND.write, KIND.fua]);
  history.sector.set([0, 1]);
  history.count.set([1, 1]);
  history.submit.set([0, 5]);
  history.complete.set([0, 6]);
  history.status.set([STATUS.none, STATUS.ok]);
  history.image.set([0, 1]);
  const { code } = new Oracle().judge(history);
  expect(code[GUARANTEE.integrity]).toBe(VERDICT.violated);
  expect(code[GUARANTEE.liveness]).toBe(VERDICT.holds);
  history.image.set([-1, 0]);
  expect(new Oracle().judge(history).code[GUARANTEE.fuaDurability]).toBe(VERDICT.violated);
});

test('over several runs violated outweighs holds, and holds outweighs n/a', () => {
  expect(worseOf(VERDICT.na, VERDICT.holds)).toBe(VERDICT.holds);
  expect(worseOf(VERDICT.violated, VERDICT.holds)).toBe(VERDICT.violated);
  const total = new Uint8Array(GUARANTEES.length);
  mergeWorse(total, new Uint8Array(GUARANTEES.length).fill(VERDICT.holds, 0, 2));
  mergeWorse(total, new Uint8Array(GUARANTEES.length).fill(VERDICT.violated, 1, 2));
  expect(Array.from(total.subarray(0, 3), (code) => VERDICT_NAMES[code])).toEqual(['holds', 'violated', 'n/a']);
});

test('the codes are the indices of the names', () => {
  expect(Object.values(GUARANTEE)).toEqual(GUARANTEES.map((_, row) => row));
});
