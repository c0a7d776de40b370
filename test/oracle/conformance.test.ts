import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { HistoryDocument } from './document.ts';
import { violatedByDrawn } from './oracle.ts';

type Judged = HistoryDocument & { name: string; violations: { guarantee: string }[] };

test('the second oracle agrees with every judged history of the conformance file', () => {
  const file = new URL('../given/histories.ndjson', import.meta.url);
  const documents: Judged[] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(documents).toHaveLength(160);
  for (const document of documents) {
    const expected = document.violations.map(({ guarantee }) => guarantee).toSorted();
    expect(violatedByDrawn(document), document.name).toEqual(expected);
  }
});
