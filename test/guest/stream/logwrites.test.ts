import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BlkfuzzError } from '../../../src/base/errors.ts';
import { LogWritesParser } from '../../../src/guest/stream/logwrites.ts';
import type { RecordedStream } from '../../../src/guest/stream/recorded.ts';
import { logOf, type EntryFields, type LogFields } from './log-builder.ts';

const SQLITE = new URL('../../../corpus/streams/ext4-sqlite-wal.log.gz', import.meta.url);

function parse(log: Uint8Array, cuts: readonly number[] = []): RecordedStream {
  const parser = new LogWritesParser();
  let from = 0;
  for (const cut of [...cuts.toSorted((a, b) => a - b), log.length]) {
    parser.push(log.subarray(from, cut));
    from = cut;
  }
  return parser.end();
}

function refusal(log: Uint8Array): BlkfuzzError {
  try {
    parse(log);
  } catch (error) {
    if (error instanceof BlkfuzzError) return error;
    throw error;
  }
  throw new Error('the log was accepted');
}

const SMALL = logOf([
  { sector: 0, count: 64, flags: 4 },
  { sector: 8, count: 3, flags: 16 },
  { flags: 8, text: 'mkfs done' },
  { flags: 1 },
  { sector: 70, count: 2, flags: 3 },
]);

test('keeps sectors, counts, flags and marks of every entry, and rounds the device up to a page', () => {
  const stream = parse(SMALL);
  expect(stream.entryCount).toBe(5);
  expect([...stream.sector]).toEqual([0, 8, 0, 0, 70]);
  expect([...stream.count]).toEqual([64, 3, 0, 0, 2]);
  expect([...stream.flags]).toEqual([4, 16, 8, 1, 3]);
  expect(stream.marks).toEqual([{ name: 'mkfs done', entry: 2 }]);
  expect(stream.sectorCount).toBe(72);
  expect(stream.trailingBytes).toBe(0);
});

test('counts in 512-byte sectors when the log counts in larger ones', () => {
  const stream = parse(logOf([{ sector: 3, count: 2 }], { sectorBytes: 4096 }));
  expect([stream.sector[0], stream.count[0], stream.sectorCount]).toEqual([24, 16, 40]);
});

test('reads the text of a mark from the padding of its entry, printable and cut to 255 characters', () => {
  const stream = parse(
    logOf([{ flags: 8, text: 'a\nb\x1b[31m\xe9' }, { flags: 8, text: 'x'.repeat(480) }, { flags: 8 }, { flags: 1 }]),
  );
  expect(stream.marks.map((mark) => mark.name)).toEqual(['a?b?[31m?', 'x'.repeat(255), '']);
  expect(stream.entryCount).toBe(4);
});

test('accepts the byte length that older kernels give a DAX write', () => {
  expect(parse(logOf([{ sector: 8, count: 2, dataBytes: 1000 }])).count[0]).toBe(2);
});

test('a real log has the same stream however it is cut into chunks', () => {
  const log = gunzipSync(readFileSync(SQLITE));
  const whole = parse(log);
  fc.assert(
    fc.property(fc.array(fc.nat(log.length), { maxLength: 40 }), (cuts) => {
      expect(parse(log, cuts)).toEqual(whole);
    }),
    { seed: 1, numRuns: 30 },
  );
});

test('a small log has the same stream when it comes byte by byte, or cut anywhere', () => {
  const whole = parse(SMALL);
  expect(parse(SMALL, [...SMALL.keys()])).toEqual(whole);
  for (let cut = 0; cut < SMALL.length; cut += 7) expect(parse(SMALL, [cut])).toEqual(whole);
});

test('never reads what follows the last promised entry, and counts it', () => {
  const older = logOf([{ sector: 0, count: 8 }]).subarray(512);
  const log = Buffer.concat([logOf([{ sector: 16, count: 8 }]), older, Buffer.alloc(100, 0xff)]);
  const stream = parse(log);
  expect(stream.entryCount).toBe(1);
  expect(stream.sectorCount).toBe(24);
  expect(stream.trailingBytes).toBe(older.length + 100);
});

test('says when every promised entry is there, so that a reader may stop', () => {
  const parser = new LogWritesParser();
  parser.push(SMALL.subarray(0, SMALL.length - 1));
  expect(parser.complete).toBe(false);
  parser.push(SMALL.subarray(SMALL.length - 1));
  expect(parser.complete).toBe(true);
});

test('a log cut anywhere is refused with the place where it ends', () => {
  for (let length = 0; length < SMALL.length; length += 13) {
    const error = refusal(SMALL.subarray(0, length));
    expect(error.code).toBe('bad-input');
    expect(error.message).toMatch(
      length < 28 ? /inside the superblock/ : new RegExp(`ends at byte ${length}, .*expected the 5 of nr_entries`),
    );
  }
  expect(refusal(SMALL.subarray(0, 1023)).message).toContain('inside entry 0 (bytes missing: 1)');
});

test('junk never does anything but parse or get one line of refusal', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 96 });
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 4 }), fc.nat(5), (headers, extra) => {
      const sectors = headers.map((header) => Buffer.concat([header, Buffer.alloc(512 - header.length)]));
      const log = Buffer.concat([logOf([], { entryCount: BigInt(headers.length + extra) }), ...sectors]);
      try {
        parse(log);
      } catch (error) {
        expect(error).toBeInstanceOf(BlkfuzzError);
        expect((error as BlkfuzzError).message).toMatch(/^recorded log: [^\n]+$/);
      }
    }),
    { seed: 2, numRuns: 500 },
  );
});

const GOOD: EntryFields = { sector: 0, count: 1 };
const U64_MAX = (1n << 64n) - 1n;
const MANY_DISCARDS = Array.from({ length: 65 }, () => ({ sector: 0, count: 1 << 24, flags: 4 }));

const HOSTILE: readonly [what: string, entries: readonly EntryFields[], fields: LogFields, line: RegExp][] = [
  ['another magic', [GOOD], { magic: 0x8b1fn }, /begins with 0x8b1f, expected the magic 0x6a736677736872/],
  ['a later version', [GOOD], { version: 2n }, /superblock: version is 2, expected 1/],
  ['no sector size', [GOOD], { sectorBytes: 0 }, /superblock: sectorsize is 0, expected 512/],
  ['an odd sector size', [GOOD], { sectorBytes: 520 }, /sectorsize is 520/],
  ['too large a sector size', [GOOD], { sectorBytes: 8192 }, /sectorsize is 8192/],
  ['no entries', [], { entryCount: 0n }, /nr_entries is 0, expected 1 to 4194304/],
  ['more entries than anyone records', [GOOD], { entryCount: U64_MAX }, /nr_entries is 18446744073709551615/],
  [
    'more entries than are there',
    [GOOD],
    { entryCount: 4_000_000n },
    /ends at byte 1536, behind entry 0; expected the 4000000 of nr_entries/,
  ],
  ['unknown flags', [GOOD, { flags: 32 }], {}, /entry 1 at byte 1536: flags are 32, expected a sum of/],
  ['flags over 2^53', [{ flags: U64_MAX }], {}, /entry 0 at byte 512: flags are 1844674407370955/],
  ['a sector over 2^53', [{ sector: U64_MAX, count: 1 }], {}, /entry 0 at byte 512: sector 1844674407/],
  [
    'a length over 2^53',
    [{ sector: 0, count: 1n << 60n }],
    {},
    /entry 0 .*nr_sectors 115292150460684\d+, expected an end at/,
  ],
  [
    'an end that wraps around',
    [{ sector: U64_MAX, count: U64_MAX }],
    {},
    /entry 0 .*expected an end at sector 16777216/,
  ],
  [
    'a device over 8 GiB',
    [{ sector: 1 << 24, count: 1 }],
    {},
    /expected an end at sector 16777216 \(8 GiB\) or before/,
  ],
  [
    'a device over 8 GiB in large sectors',
    [{ sector: 1 << 21, count: 1 }],
    { sectorBytes: 4096 },
    /an end at sector 2097152/,
  ],
  ['a discard with data', [{ count: 8, flags: 4, dataBytes: 4096 }], {}, /a discard has data_len 4096, expected 0/],
  [
    'a write of another length',
    [{ count: 8, dataBytes: 4608 }],
    {},
    /data_len is 4608, expected 0 or what fills nr_sectors 8/,
  ],
  ['a flush with data', [{ flags: 1, dataBytes: 512 }], {}, /data_len is 512, expected 0 or what fills nr_sectors 0/],
  ['a mark that covers sectors', [{ count: 1, flags: 8 }], {}, /a mark has nr_sectors 1, expected 0/],
  [
    'a mark too long for its entry',
    [{ flags: 8, dataBytes: 481 }],
    {},
    /a mark has data_len 481, expected 480 or less/,
  ],
  ['endless discards', MANY_DISCARDS, {}, /entry 64 at byte 33280: discards cover 1090519040 sectors/],
];

test.each(HOSTILE)('refuses %s in one line', (_what, entries, fields, line) => {
  const error = refusal(logOf(entries, fields));
  expect(error.code).toBe('bad-input');
  expect(error.message).toMatch(line);
  expect(error.message).not.toContain('\n');
});

test('the sectors of the largest device are accepted up to the last', () => {
  expect(parse(logOf([{ sector: (1 << 24) - 8, count: 8, flags: 4 }])).sectorCount).toBe(1 << 24);
});
