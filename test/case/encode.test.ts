import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CASE_FORMAT, type Case } from '../../src/case/case.ts';
import { decodeCase } from '../../src/case/decode.ts';
import { encodeCase, encodeContent } from '../../src/case/encode.ts';
import { STACK_DEFAULT } from '../../src/stack/config.ts';
import { guestCases, streamCases } from './arbitrary.ts';

const settings = { seed: 20100826, numRuns: 300 };
const cases = fc.oneof({ weight: 4, arbitrary: guestCases }, { weight: 1, arbitrary: streamCases });

const example: Case = {
  format: CASE_FORMAT,
  name: 'tag-empty-barrier-lost',
  comment: "the guest's fsync never reaches the device",
  found: { version: '0.1.0', seed: '7', run: 12 },
  stack: STACK_DEFAULT,
  scope: 'power',
  guests: [
    {
      threads: [
        [
          { op: 'bufwrite', file: 1, sector: 8, count: 1 },
          { op: 'fsync', file: 1 },
          { op: 'wait' },
          { op: 'barrier', count: 0 },
        ],
        [],
        [{ op: 'write', sector: 40, count: 2 }],
      ],
    },
  ],
  schedule: ['g0.t0', 'g0.t0', 'g0.writeback 8'],
  crash: { step: 40, image: [[40, 2]] },
  expect: { 'fsync-durability': 'violated', integrity: 'holds' },
};

test('every case comes back from its file as it was', () => {
  fc.assert(
    fc.property(cases, (c) => {
      expect(decodeCase(encodeCase(c))).toEqual(c);
    }),
    settings,
  );
});

test('the text of a case depends on its values alone, not on how it came about', () => {
  fc.assert(
    fc.property(cases, (c) => {
      const text = encodeCase(c);
      expect(encodeCase(decodeCase(text))).toBe(text);
      expect(encodeCase(decodeCase(JSON.stringify(reversed(JSON.parse(text)))))).toBe(text);
    }),
    settings,
  );
});

test('a file keeps to its columns and ends with one newline', () => {
  const wide = { ...example, name: 'n', schedule: Array.from({ length: 500 }, (_, i) => `disk.complete ${i}`) };
  const text = encodeCase({
    ...wide,
    crash: { step: 7, image: Array.from({ length: 60 }, (_, i) => [i, -1] as const) },
  });
  expect(text.endsWith('}\n')).toBe(true);
  const lines = text.split('\n').filter((line) => !line.includes('"disk"'));
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(lines.length).toBeLessThan(200);
});

test('the layout is that of the example in the manual', () => {
  expect(encodeCase(example)).toBe(`{
  "format": "blkfuzz.case/1",
  "name": "tag-empty-barrier-lost",
  "comment": "the guest's fsync never reaches the device",
  "found": {"version": "0.1.0", "seed": "7", "run": 12},
  "stack": {
    "kernel": "2.6.35", "mode": "tag", "frontend": "generic", "backend": "blkback",
    "disk": {"sectors": 64, "cache": "writeback", "fua": false, "tags": "honoured", "destage": "any", "flush": "honest", "atomic": 512, "depth": 32}
  },
  "scope": "power",
  "guests": [
    {"threads": [[
      {"op": "bufwrite", "file": 1, "sector": 8, "count": 1},
      {"op": "fsync", "file": 1},
      {"op": "wait"},
      {"op": "barrier", "count": 0}
    ], [], [
      {"op": "write", "sector": 40, "count": 2}
    ]]}
  ],
  "schedule": ["g0.t0", "g0.t0", "g0.writeback 8"],
  "crash": {"step": 40, "image": [[40, 2]]},
  "expect": {"fsync-durability": "violated", "integrity": "holds"}
}
`);
});

test('scheduler and ring are written only when they are not the default', () => {
  const stack = { ...STACK_DEFAULT, scheduler: 'deadline', ring: { slots: 4, start: 4294967295 } } as const;
  expect(encodeCase(example)).not.toMatch(/scheduler|ring/);
  const text = encodeCase({ ...example, stack });
  expect(text).toContain('\n    "scheduler": "deadline",\n    "ring": {"slots": 4, "start": 4294967295},\n');
});

test('name, comment and origin are no part of the content, everything else is', () => {
  const { comment: _, found: __, ...rest } = example;
  expect(encodeContent({ ...rest, name: 'another' })).toBe(encodeContent(example));
  expect(encodeContent({ ...example, scope: 'host' })).not.toBe(encodeContent(example));
  expect(encodeContent({ ...example, expect: {} })).not.toBe(encodeContent(example));
});

/** The same JSON with the fields of every object in the opposite order. */
function reversed(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(reversed);
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(
    Object.entries(json)
      .reverse()
      .map(([name, value]) => [name, reversed(value)]),
  );
}
