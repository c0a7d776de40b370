import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { History } from '../../src/base/history.ts';
import { decodeHistoryText } from '../../src/contract/decode.ts';
import { encodeHistory } from '../../src/contract/encode.ts';
import type { HistoryDocument } from '../../src/contract/document.ts';
import { Oracle } from '../../src/contract/oracle.ts';
import { violationsOf } from '../../src/contract/verdict.ts';
import { NaiveOracle } from './naive.ts';

const file = new URL('../given/histories.ndjson', import.meta.url);
const lines = readFileSync(file, 'utf8').trimEnd().split('\n');

test('all 160 judged histories come out with exactly the violations they list', () => {
  const history = new History();
  const oracle = new Oracle();
  expect(lines).toHaveLength(160);
  for (const line of lines) {
    const document = decodeHistoryText(line, history);
    const names = violationsOf(oracle.judge(history)).map(({ guarantee }) => guarantee);
    const listed = document.violations!.map(({ guarantee }) => guarantee);
    expect(names.toSorted(), document.name).toEqual(listed.toSorted());
  }
});

test('the naive oracle of these tests agrees with the judged histories too', () => {
  for (const line of lines) {
    const document = JSON.parse(line) as HistoryDocument;
    const verdict = new NaiveOracle(document).verdict();
    const names = Object.entries(verdict).flatMap(([name, code]) => (code === 'violated' ? [name] : []));
    expect(names.toSorted(), document.name).toEqual(document.violations!.map(({ guarantee }) => guarantee).toSorted());
  }
});

test('a judged history decodes and encodes to a document that says the same', () => {
  const history = new History();
  for (const line of lines) {
    const decoded = decodeHistoryText(line, history);
    const once = JSON.stringify(encodeHistory(history, decoded));
    const again = decodeHistoryText(once, history);
    expect(JSON.stringify(encodeHistory(history, again))).toBe(once);
    const { ops, ...rest } = JSON.parse(line) as HistoryDocument;
    // Versions listed by a read that failed say nothing and are not kept.
    const kept = ops.map((op) => (op.status === 'ok' ? op : { ...op, versions: undefined }));
    expect(JSON.parse(once)).toEqual(JSON.parse(JSON.stringify({ ...rest, ops: kept })));
  }
});
