import { expect, test } from 'vitest';
import { BlkfuzzError } from '../../src/base/errors.ts';
import { History, STATUS, VERSION } from '../../src/base/history.ts';
import { decodeHistory, decodeHistoryText } from '../../src/contract/decode.ts';
import { encodeHistory } from '../../src/contract/encode.ts';
import { Oracle } from '../../src/contract/oracle.ts';
import { violationsOf } from '../../src/contract/verdict.ts';
import { documentOf, operation } from './tiny.ts';

const history = new History();

function refusal(value: unknown): BlkfuzzError {
  try {
    decodeHistory(value, history);
  } catch (error) {
    if (error instanceof BlkfuzzError) return error;
    throw error;
  }
  throw new Error('it was let in');
}

/** A sound document with one operation of each shape, and one part of it replaced. */
const ops = ['write 0-1 1..2', 'read 0 3..4 = 0', 'fsync f1 5..6', 'barrier 7..', 'flush 8..'];
function withTop(fields: object): object {
  return documentOf(ops, '0:0 1:0', fields);
}
function withOp(row: number, fields: object): object {
  return withTop({
    ops: ops.map((text, id) => (id === row ? { ...operation(text, id), ...fields } : operation(text, id))),
  });
}

test('the document that the refusals below vary is let in', () => {
  expect(decodeHistory(withTop({}), history).ids).toEqual([0, 1, 2, 3, 4]);
});

test.each<[place: string, value: unknown, expected: string]>([
  ['the document', 7, 'an object'],
  ['the document', null, 'an object'],
  ['the document', [], 'an object'],
  ['format', withTop({ format: 'blkfuzz.history/2' }), '"blkfuzz.history/1"'],
  ['format', {}, '"blkfuzz.history/1"'],
  ['sektors', withTop({ sektors: 1 }), 'no such field'],
  ['name', withTop({ name: 7 }), 'a string'],
  ['guest', withTop({ guest: -1 }), 'an integer from 0 on'],
  ['scope', withTop({ scope: {} }), 'a string'],
  ['sectors', withTop({ sectors: 1e15 }), 'an integer from 1 to 16777216'],
  ['sectors', withTop({ sectors: 0 }), 'an integer from 1'],
  ['sectors', withTop({ sectors: '8' }), 'an integer from 1'],
  ['atomicSectors', withTop({ atomicSectors: 3 }), '1 or 8'],
  ['ops', withTop({ ops: {} }), 'an array'],
  ['ops', withTop({ ops: Array.from({ length: 2 ** 22 + 1 }) }), 'at most 4194304 operations'],
  ['ops[1]', withTop({ ops: [operation(ops[0], 0), null] }), 'an object'],
  ['ops[1].id', withOp(1, { id: 0 }), 'an id of its own'],
  ['ops[1].id', withOp(1, { id: 0.5 }), 'an integer from 0 on'],
  ['ops[0].kind', withOp(0, { kind: 'trim' }), 'one of write, fua'],
  ['ops[0].lba', withOp(0, { lba: 0 }), 'no such field'],
  ['ops[0].thread', withOp(0, { thread: 'main' }), 'an integer'],
  ['ops[0].file', withOp(0, { file: 1 }), 'none'],
  ['ops[2].file', withOp(2, { file: undefined }), 'an integer from 0 on'],
  ['ops[0].sector', withOp(0, { sector: 8 }), 'an integer from 0 to 7'],
  ['ops[0].sector', withOp(0, { sector: null }), 'an integer from 0 to 7'],
  ['ops[0].count', withOp(0, { sector: 7 }), 'an integer from 1 to 1'],
  ['ops[0].count', withOp(0, { count: 0 }), 'an integer from 1'],
  ['ops[3].sector', withOp(3, { count: 1 }), 'an integer from 0 to 7'],
  ['ops[4].count', withOp(4, { count: 1 }), 'none'],
  ['ops[0].submit', withOp(0, { submit: null }), 'an integer'],
  ['ops[0].complete', withOp(0, { complete: undefined }), 'a time, or null'],
  ['ops[0].complete', withOp(0, { complete: '2' }), 'an integer'],
  ['ops[1].submit', withOp(1, { submit: 2 }), 'a time of its own'],
  ['crash.at', withTop({ crash: { at: 2 } }), 'a time of its own'],
  ['ops[0].status', withOp(0, { status: 'done' }), '"ok", "eio", "eopnotsupp" or null'],
  ['ops[0].status', withOp(0, { status: null }), 'the status of a completed operation'],
  ['ops[3].status', withOp(3, { status: 'ok' }), 'null or an error'],
  ['ops[1].versions', withOp(1, { versions: undefined }), 'an array of 1 versions'],
  ['ops[1].versions', withOp(1, { versions: [0, 0] }), 'an array of 1 versions'],
  ['ops[1].versions[0]', withOp(1, { versions: ['dead'] }), 'an operation id'],
  ['ops[0].versions', withOp(0, { versions: [0] }), 'none'],
  ['crash', withTop({ crash: undefined }), 'null for a run without power loss'],
  ['crash.at', withTop({ crash: {} }), 'an integer'],
  ['crash.when', withTop({ crash: { when: 9 } }), 'no such field'],
  ['image', withTop({ image: undefined }), 'an array'],
  ['image[0]', withTop({ image: [[0]] }), '[sector, version]'],
  ['image[0][0]', withTop({ image: [[8, 0]] }), 'an integer from 0 to 7'],
  [
    'image[1][0]',
    withTop({
      image: [
        [3, 0],
        [3, 0],
      ],
    }),
    'at most once',
  ],
  ['image[0][1]', withTop({ image: [[0, -2]] }), 'an operation id'],
  ['refused[0]', withTop({ refused: [7] }), '[id, sector]'],
  ['refused[0][0]', withTop({ refused: [[9, 0]] }), 'the id of an operation'],
  ['refused[0][1]', withTop({ refused: [[0, 9]] }), 'an integer from 0 to 7'],
  ['twice[0]', withTop({ twice: ['0'] }), 'the id of an operation'],
  ['violations[0].guarantee', withTop({ violations: [{ guarantee: 'safety' }] }), 'one of barrier-order'],
  ['violations[0].by', withTop({ violations: [{ guarantee: 'integrity', by: 'me' }] }), 'an integer'],
  ['exact[0]', withTop({ exact: [1] }), 'one of barrier-order'],
  ['diskModel', withTop({ diskModel: [] }), 'an object'],
  ['disk', withTop({ disk: {} }), 'an array'],
])('bad input at %s is refused by that name, on one line', (place, value, expected) => {
  const error = refusal(value);
  expect(error.code).toBe('bad-input');
  expect(error.message.slice(0, place.length + 11)).toBe(`${place}: expected `);
  expect(error.message).toContain(expected);
  expect(error.message).not.toMatch(/[\r\n]/);
});

test('operations that cover more sectors than can be judged are refused before any time is spent on them', () => {
  const large = 2 ** 24;
  const all = Array.from({ length: 17 }, (_, id) => ({
    ...operation('discard 0 1..', id),
    submit: id + 1,
    count: large,
  }));
  expect(refusal(withTop({ sectors: large, ops: all })).message).toMatch(
    /^ops\[16\]\.count: expected at most 268435456 /,
  );
});

test('a value that is quoted in a refusal is cut short and stays on the line', () => {
  const { message } = refusal(withTop({ format: `a\nb${'x'.repeat(1000)}` }));
  expect(message).not.toContain('\n');
  expect(message.length).toBeLessThan(120);
});

test('text that is not JSON is refused', () => {
  expect(() => decodeHistoryText('{"format":', history)).toThrow(
    /^the document: expected one blkfuzz.history\/1 document/,
  );
});

test('ids and file numbers may be any: rows and files are dense, and lead back', () => {
  const far = 2 ** 53 - 1;
  const document = documentOf([], '0:12 1:13 2:-1', {
    ops: [
      { ...operation('bufwrite f9 0 3..4', far), file: far },
      { ...operation('read 0 5..6 = -1', 12), versions: [far] },
      { ...operation('fsync f9 7..8', 5), file: far },
    ],
  });
  const { ids, files } = decodeHistory(document, history);
  expect(ids).toEqual([far, 12, 5]);
  expect(files).toEqual([far]);
  expect([...history.image.subarray(0, 3)]).toEqual([1, VERSION.unknown, VERSION.initial]);
  expect(history.readVersions[history.readStart[1]]).toBe(0);
  expect(violationsOf(new Oracle().judge(history), ids)).toEqual([
    { guarantee: 'fsync-durability', by: 5, lost: far, sector: 0 },
    { guarantee: 'integrity', sector: 0 },
  ]);
});

test('only the order of times counts: a counter that starts at 0 or runs very far is judged the same', () => {
  const judged = (shift: (time: number) => number) => {
    const document = documentOf(['write 0 1..4', 'flush 5..6', 'barrier 2..3'], '', { crash: { at: shift(7) } });
    const moved = (document['ops'] as Record<string, number | null>[]).map((op) => ({
      ...op,
      submit: shift(op['submit']!),
      complete: shift(op['complete']!),
    }));
    const { ids } = decodeHistory({ ...document, ops: moved }, history);
    return violationsOf(new Oracle().judge(history), ids);
  };
  const violations = judged((time) => time);
  expect(violations.map(({ guarantee }) => guarantee)).toEqual(['empty-barrier-durability', 'flush-durability']);
  expect(judged((time) => time - 1)).toEqual(violations);
  expect(judged((time) => time * 1e14)).toEqual(violations);
});

test('an error may be known before it is reported, and an empty barrier needs neither sector nor count', () => {
  decodeHistory(documentOf(['write 0 1.. eio', 'barrier 2..3'], ''), history);
  expect(history.status[0]).toBe(STATUS.eio);
  expect(history.complete[0]).toBe(0);
  expect([history.sector[1], history.count[1]]).toEqual([-1, 0]);
});

test('a document is written with its keys in the order of the format, and what does not apply is left out', () => {
  decodeHistory(
    documentOf(
      ['bufwrite f4 0-1 1..2', 'fsync f4 3..4', 'read 0-1 5..6 = 0,-1', 'barrier 7..', 'write 5 8..'],
      '0:0 1:stale 5:77',
      {
        refused: [[0, 1]],
        twice: [1],
      },
    ),
    history,
  );
  // The last row was never submitted.
  history.submit[4] = 0;
  const violations = violationsOf(new Oracle().judge(history));
  const document = encodeHistory(history, {
    name: 'n',
    guest: 1,
    scope: 'host',
    files: [4],
    violations,
    exact: ['integrity'],
    diskModel: { cache: 'none' },
    disk: [{ at: 9, ev: 'flush', tag: 'simple' }],
  });
  expect(JSON.stringify(document)).toBe(
    '{"format":"blkfuzz.history/1","name":"n","guest":1,"scope":"host","sectors":8,"atomicSectors":1,"ops":[' +
      '{"id":0,"kind":"bufwrite","thread":0,"file":4,"sector":0,"count":2,"submit":1,"complete":2,"status":"ok"},' +
      '{"id":1,"kind":"fsync","thread":0,"file":4,"submit":3,"complete":4,"status":"ok"},' +
      '{"id":2,"kind":"read","thread":0,"sector":0,"count":2,"submit":5,"complete":6,"status":"ok","versions":[0,-1]},' +
      '{"id":3,"kind":"barrier","thread":0,"count":0,"submit":7,"complete":null,"status":null}],' +
      '"crash":{"at":1000},"image":[[0,0],[1,"stale"],[5,4]],"refused":[[0,1]],"twice":[1],' +
      '"violations":[{"guarantee":"fsync-durability","by":1,"lost":0,"sector":1},{"guarantee":"integrity","sector":1},' +
      '{"guarantee":"read-consistency","by":2,"lost":0,"sector":1},{"guarantee":"liveness","by":1},' +
      '{"guarantee":"error-honesty","by":1,"lost":0,"sector":1}],"exact":["integrity"],' +
      '"diskModel":{"cache":"none"},"disk":[{"at":9,"ev":"flush","tag":"simple"}]}',
  );
});
