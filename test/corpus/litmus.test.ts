/** The litmus cases: every one comes out as it says, and every one has its twin. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { History } from '../../src/base/history.ts';
import { decodeHistoryText } from '../../src/contract/decode.ts';
import { GUARANTEES } from '../../src/contract/guarantees.ts';
import { Oracle } from '../../src/contract/oracle.ts';
import { violationsOf } from '../../src/contract/verdict.ts';
import { readCase } from '../../src/corpus/read.ts';
import { replayCase } from '../../src/fuzz/replay.ts';
import { MODES } from '../../src/stack/config.ts';

const FOLDER = fileURLToPath(new URL('../../corpus/litmus/', import.meta.url));
const files = readdirSync(FOLDER);
const cases = files.filter((name) => name.endsWith('.case.json')).map((name) => ({ name, litmus: readCase(FOLDER + name) }));
const histories = files.filter((name) => name.endsWith('.history.json'));

test.each(cases)('$name comes out as it says, over every image', ({ litmus }) => {
  const { verdicts } = replayCase(litmus);
  expect(litmus.expect).toBeDefined();
  // Of two crashes the first one's image is what recovery begins with.
  expect((litmus.crash?.second ?? litmus.crash)?.image).toBeUndefined();
  expect(verdicts).toMatchObject(litmus.expect!);
});

test.each(histories)('%s is judged as it says', (name) => {
  const history = new History();
  const document = decodeHistoryText(readFileSync(FOLDER + name, 'utf8'), history);
  expect(violationsOf(new Oracle().judge(history), document.ids)).toEqual(document.violations);
});

test.each(MODES)('mode %s has a case that holds and one that breaks', (mode) => {
  const own = cases.filter(({ litmus }) => litmus.stack.mode === mode);
  const breaks = own.filter(({ litmus }) => Object.values(litmus.expect!).includes('violated'));
  expect(breaks.length).toBeGreaterThan(0);
  expect(own.length).toBeGreaterThan(breaks.length);
});

/** Guarantees that only faults and formats break: they have history documents instead. */
const DOCUMENTED = ['integrity', 'read-consistency', 'error-honesty'];

test.each(GUARANTEES.filter((guarantee) => guarantee !== 'protocol'))('%s has a twin that holds and one that breaks', (guarantee) => {
  if (DOCUMENTED.includes(guarantee)) {
    expect(histories.filter((name) => name.startsWith(`${guarantee}-lost`))).toHaveLength(1);
    expect(histories.filter((name) => name.startsWith(`${guarantee}-kept`))).toHaveLength(1);
    return;
  }
  const verdicts = cases.map(({ litmus }) => litmus.expect![guarantee]);
  expect(verdicts).toContain('violated');
  expect(verdicts).toContain('holds');
});
