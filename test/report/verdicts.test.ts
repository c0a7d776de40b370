import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { GUARANTEES, type Guarantee, type VerdictName } from '../../src/contract/guarantees.ts';
import { createStyle } from '../../src/report/style.ts';
import { verdictLines, verdictTable } from '../../src/report/verdicts.ts';

const PLAIN = createStyle(false);

function verdicts(some: Partial<Record<Guarantee, VerdictName>>): Record<Guarantee, VerdictName> {
  const all = Object.fromEntries(GUARANTEES.map((guarantee) => [guarantee, 'n/a']));
  return { ...all, ...some } as Record<Guarantee, VerdictName>;
}

const TAG = verdicts({ 'barrier-order': 'holds', 'fsync-durability': 'violated', liveness: 'holds' });

test('the table has a line per row and a column per guarantee', () => {
  const rows = [
    { label: 'none', runs: 12, verdicts: verdicts({ integrity: 'holds', protocol: 'holds' }) },
    { label: 'tag', runs: 10_000, verdicts: TAG },
    {
      label: 'drain-flush',
      runs: 10_000,
      verdicts: verdicts({ 'barrier-order': 'violated', 'error-honesty': 'holds' }),
    },
  ];
  expect(verdictTable(rows, PLAIN)).toMatchInlineSnapshot(`
    "                   barrier     empty barr. durability
                 runs  order dur.  order dur.  flush fsync fua  integrity reads live errors protocol
    none           12    ·    ·      ·    ·      ·     ·    ·       ✓       ·    ·     ·       ✓
    tag         10000    ✓    ·      ·    ·      ·     ✗    ·       ·       ·    ✓     ·       ·
    drain-flush 10000    ✗    ·      ·    ·      ·     ·    ·       ·       ·    ·     ✓       ·

    ✗ violated   ✓ holds   · n/a: nothing could have broken it   dur. = durability
    "
  `);
});

test('without runs the table has no column for them', () => {
  const table = verdictTable([{ label: 'tag', verdicts: TAG }], PLAIN);
  expect(table).not.toContain('runs');
});

test('the table is at most 100 columns wide for up to ten million runs', () => {
  const table = verdictTable([{ label: 'drain-flush', runs: 9_999_999, verdicts: TAG }], PLAIN);
  expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('one run is shown with a line per guarantee', () => {
  expect(verdictLines(TAG, PLAIN)).toMatchInlineSnapshot(`
    "✓ barrier-order             holds
    · barrier-durability        n/a
    · empty-barrier-order       n/a
    · empty-barrier-durability  n/a
    · flush-durability          n/a
    ✗ fsync-durability          violated
    · fua-durability            n/a
    · integrity                 n/a
    · read-consistency          n/a
    ✓ liveness                  holds
    · error-honesty             n/a
    · protocol                  n/a
    "
  `);
});

test('with colour off nothing is coloured, with colour on the text is the same', () => {
  const rows = [{ label: 'tag', runs: 1, verdicts: TAG }];
  for (const show of [(style = PLAIN) => verdictTable(rows, style), (style = PLAIN) => verdictLines(TAG, style)]) {
    const coloured = show(createStyle(true));
    expect(show()).not.toContain('\u001B');
    expect(coloured).toContain('\u001B[31m');
    expect(stripVTControlCharacters(coloured)).toBe(show());
  }
});
