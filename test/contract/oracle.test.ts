import fc from 'fast-check';
import { expect, test } from 'vitest';
import { History } from '../../src/base/history.ts';
import { decodeHistory } from '../../src/contract/decode.ts';
import type { HistoryDocument } from '../../src/contract/document.ts';
import type { VerdictName } from '../../src/contract/guarantees.ts';
import { GUARANTEES, VERDICT_NAMES } from '../../src/contract/guarantees.ts';
import { Oracle } from '../../src/contract/oracle.ts';
import { violationsOf } from '../../src/contract/verdict.ts';
import { historyDocument } from './histories.ts';
import { NaiveOracle } from './naive.ts';
import type { Rule } from './naive-words.ts';
import { RULES, sectorsOf } from './naive-words.ts';

const RUNS = 6000;
const SEED = 20100817;

/** The oracle's verdict, by name; columns and oracle are reused as a campaign does. */
function judge(document: HistoryDocument, history: History, oracle: Oracle): Record<string, VerdictName> {
  decodeHistory(document, history);
  const verdict = oracle.judge(history);
  return Object.fromEntries(GUARANTEES.map((name, row) => [name, VERDICT_NAMES[verdict.code[row]]]));
}

test('the oracle and a naive reading of the contract agree on every guarantee, and every verdict occurs', () => {
  const history = new History();
  const oracle = new Oracle();
  const seen = new Set<string>();
  fc.assert(
    fc.property(historyDocument, (document) => {
      const verdict = judge(document, history, oracle);
      const expected: Record<string, VerdictName> = new NaiveOracle(document).verdict();
      for (const name of GUARANTEES) {
        seen.add(`${name} ${verdict[name]}`);
        if (verdict[name] !== expected[name]) expect(verdict).toEqual(expected);
      }
    }),
    { seed: SEED, numRuns: RUNS },
  );
  // Neither the stack's own invariants nor a guest's own promise show in a history.
  const decided = GUARANTEES.filter((name) => name !== 'protocol' && name !== 'guest-promise');
  expect(decided.filter((name) => !seen.has(`${name} holds`))).toEqual([]);
  expect(decided.filter((name) => !seen.has(`${name} violated`))).toEqual([]);
  const always = ['integrity', 'liveness'];
  expect(decided.filter((name) => !seen.has(`${name} n/a`))).toEqual(always);
});

test('every witness is a true one: what it calls lost is not visible there, what it calls surviving stands', () => {
  const history = new History();
  const oracle = new Oracle();
  fc.assert(
    fc.property(historyDocument, (document) => {
      const { ids } = decodeHistory(document, history);
      const naive = new NaiveOracle(document);
      const op = (id: number | undefined) => document.ops.find((candidate) => candidate.id === id);
      for (const { guarantee, by, lost, survivor, sector } of violationsOf(oracle.judge(history), ids)) {
        if (guarantee.endsWith('-durability') || guarantee.endsWith('-order')) {
          expect(op(by)).toBeDefined();
          expect(naive.visible(op(lost)!, sector!)).toBe(false);
          expect(
            sectorsOf(op(lost)!)
              .filter((x) => x < sector!)
              .every((x) => naive.visible(op(lost)!, x)),
          ).toBe(true);
        }
        if (guarantee.endsWith('-order')) {
          expect(naive.stands(op(survivor)!)).toBe(true);
          expect(op(survivor)!.submit).toBeGreaterThanOrEqual(op(by)!.submit);
        } else expect(survivor).toBeUndefined();
      }
    }),
    { seed: SEED + 1, numRuns: RUNS },
  );
});

test('the order in which operations are listed changes neither verdict nor witness', () => {
  const history = new History();
  const oracle = new Oracle();
  const violations = (document: HistoryDocument) => {
    const { ids } = decodeHistory(document, history);
    return violationsOf(oracle.judge(history), ids);
  };
  fc.assert(
    fc.property(historyDocument, (document) => {
      expect(violations({ ...document, ops: document.ops.toReversed() })).toEqual(violations(document));
    }),
    { seed: SEED + 2, numRuns: 2000 },
  );
});

test.each(RULES)('canary: a naive oracle without the rule %s is found out', (rule: Rule) => {
  const history = new History();
  const oracle = new Oracle();
  const outcome = fc.check(
    fc.property(historyDocument, (document) => {
      const expected: Record<string, VerdictName> = new NaiveOracle(document, rule).verdict();
      const verdict = judge(document, history, oracle);
      return GUARANTEES.every((name) => verdict[name] === expected[name]);
    }),
    { seed: SEED, numRuns: RUNS, endOnFailure: true },
  );
  expect(outcome.failed).toBe(true);
});
