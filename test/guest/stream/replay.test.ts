import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { KIND } from '../../../src/base/history.ts';
import { compileWorkload, STEP_WAIT, type Program } from '../../../src/guest/program.ts';
import { LogWritesParser } from '../../../src/guest/stream/logwrites.ts';
import type { RecordedStream } from '../../../src/guest/stream/recorded.ts';
import { programOfStream, workloadOfStream } from '../../../src/guest/stream/replay.ts';
import { logOf, type EntryFields } from './log-builder.ts';

const GIVEN = new URL('../../given/', import.meta.url);
const STREAMS = new URL('../../../corpus/streams/', import.meta.url);

function parse(log: Uint8Array): RecordedStream {
  const parser = new LogWritesParser();
  parser.push(log);
  return parser.end();
}

function streamOf(entries: readonly EntryFields[]): RecordedStream {
  return parse(logOf(entries));
}

/** Applies the program's operations in program order, the data taken from the log, as if each completed at once. */
function deviceAfter(program: Program, stream: RecordedStream, log: Uint8Array): Uint8Array {
  const device = new Uint8Array(program.sectorCount * 512);
  let [op, offset] = [0, 512];
  for (let entry = 0; entry < stream.entryCount; entry++) {
    const bytes = (stream.flags[entry] & 4) === 0 ? stream.count[entry] * 512 : 0;
    const data = log.subarray(offset + 512, offset + 512 + bytes);
    offset += 512 + bytes;
    if (stream.count[entry] === 0) continue;
    while (program.kind[op] === KIND.flush) op++;
    expect([program.sector[op], program.count[op]]).toEqual([stream.sector[entry], stream.count[entry]]);
    const at = program.sector[op] * 512;
    if (program.kind[op] === KIND.discard) device.fill(0, at, at + program.count[op] * 512);
    else device.set(data, at);
    op++;
  }
  return device;
}

/** The operations of the one thread, waits included, as a short text. */
function shape(program: Program): string {
  const letters = ['write', 'fua', 'barrier', 'flush', 'bufwrite', 'fsync', 'fdatasync', 'discard', 'read'];
  return [...program.steps].map((step) => (step === STEP_WAIT ? 'wait' : letters[program.kind[step]])).join(' ');
}

test.each([
  ['ext4-rename', 158, 131072, '5320cc4daa95fcc82d3c5dbfec69f3aed5b876eb67a95d5a13f4c6b5f5dc0bb0'],
  ['xfs-rename', 156, 655360, '71af25225f3fc84e1254ec50da858d562d440cb77ebfe147ecac894475b0dafc'],
  ['btrfs-rename', 234, 262144, 'b998ee2de1dbc196609fff02fe8de73b03d99c82cebfe2c4340b99ca99bd701f'],
  ['ext4-sqlite-wal', 258, 131072, 'c277de0c4e3b0bf8fdac9fad7682fac5b76cbe3ad196f5594bb0003496ca305c'],
])('the program of %s leaves the device that the file system left', (name, entryCount, sectorCount, sha256) => {
  const log = gunzipSync(readFileSync(new URL(`${name}.log.gz`, name.startsWith('ext4') ? STREAMS : GIVEN)));
  const stream = parse(log);
  const program = programOfStream(stream);
  expect([stream.entryCount, stream.marks.length, stream.trailingBytes]).toEqual([entryCount, 0, 0]);
  expect([program.sectorCount, program.threadCount, program.fileCount]).toEqual([sectorCount, 1, 0]);
  expect(
    createHash('sha256')
      .update(deviceAfter(program, stream, log))
      .digest('hex'),
  ).toBe(sha256);
});

test('no two requests in flight together overlap, and every flush has nothing in flight before it', () => {
  const log = gunzipSync(readFileSync(new URL('ext4-rename.log.gz', STREAMS)));
  const program = programOfStream(parse(log));
  let open: [sector: number, end: number][] = [];
  for (const step of program.steps) {
    if (step === STEP_WAIT) open = [];
    else if (program.kind[step] === KIND.flush) expect(open).toEqual([]);
    else {
      const [sector, end] = [program.sector[step], program.sector[step] + program.count[step]];
      expect(open.filter(([otherSector, otherEnd]) => otherSector < end && sector < otherEnd)).toEqual([]);
      open.push([sector, end]);
    }
  }
});

test('writes between two flushes are in flight together; a flush waits for them', () => {
  const stream = streamOf([
    { sector: 0, count: 8 },
    { sector: 16, count: 8 },
    { flags: 1 },
    { flags: 1 },
    { count: 1 },
  ]);
  expect(shape(programOfStream(stream))).toBe('write write wait flush flush write');
});

test('a flush that carries data goes first; FUA makes the write a fua; metadata changes nothing', () => {
  const data = { sector: 8, count: 1 };
  expect(shape(programOfStream(streamOf([{ count: 1 }, { ...data, flags: 1 }])))).toBe('write wait flush write');
  expect(shape(programOfStream(streamOf([{ count: 1 }, { ...data, flags: 3 }])))).toBe('write wait flush fua');
  expect(shape(programOfStream(streamOf([{ count: 1 }, { ...data, flags: 18 }])))).toBe('write fua');
  expect(shape(programOfStream(streamOf([{ count: 1 }, { ...data, flags: 5 }])))).toBe('write wait flush discard');
});

test('an entry that overlaps one still open waits for it, and only then', () => {
  const first = { sector: 8, count: 8 };
  expect(shape(programOfStream(streamOf([first, { sector: 15, count: 1 }])))).toBe('write wait write');
  expect(shape(programOfStream(streamOf([first, { sector: 16, count: 1 }])))).toBe('write write');
  expect(shape(programOfStream(streamOf([first, { sector: 0, count: 64, flags: 4 }, first])))).toBe(
    'write wait discard wait write',
  );
  expect(shape(programOfStream(streamOf([first, { flags: 1 }, first, { sector: 0, count: 8 }])))).toBe(
    'write wait flush write write',
  );
});

test('marks and entries without sectors become no operation', () => {
  const stream = streamOf([{ flags: 8, text: 'begin' }, { flags: 0 }, { flags: 16 }, { flags: 2 }, { count: 1 }]);
  expect(shape(programOfStream(stream))).toBe('write');
  expect(programOfStream(streamOf([{ flags: 1 }])).sectorCount).toBe(8);
});

test('the workload of a stream compiles to the program of the stream', () => {
  const entry = fc.record({ sector: fc.nat(40), count: fc.nat(9), flags: fc.constantFrom(0, 0, 1, 2, 3, 4, 16) });
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 30 }), (entries) => {
      const stream = streamOf(entries);
      expect(compileWorkload(workloadOfStream(stream), stream.sectorCount)).toEqual(programOfStream(stream));
    }),
    { seed: 3, numRuns: 200 },
  );
});

test('a device smaller than the stream is refused, a larger one is not', () => {
  const stream = streamOf([{ sector: 60, count: 8 }]);
  expect(() => programOfStream(stream, 64)).toThrow('the device has 64 sectors, the recorded stream needs 72');
  expect(programOfStream(stream, 128).sectorCount).toBe(128);
});

test('a log of 100,000 writes is parsed without keeping its data, and replayed', () => {
  const parser = new LogWritesParser();
  parser.push(logOf([], { entryCount: 100_000n }));
  const chunk = new Uint8Array(17 * 512);
  const header = new DataView(chunk.buffer);
  header.setBigUint64(8, 16n, true);
  // 850 MB go through; what is kept of them is nine bytes an entry.
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 100_000; i++) {
    header.setBigUint64(0, BigInt((i * 7919 * 16) % (1 << 20)), true);
    parser.push(chunk);
  }
  const stream = parser.end();
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20);
  expect(stream.entryCount).toBe(100_000);
  const program = programOfStream(stream);
  expect(program.opCount).toBe(100_000);
  // 65,536 writes fill the device; the next one overlaps the first.
  expect(program.steps.indexOf(STEP_WAIT)).toBe(65_536);
});
