import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { explainCase } from '../../../src/report/explain.ts';
import { createStyle } from '../../../src/report/style.ts';
import { EMPTY_BARRIER, FLUSH, TAG_FSYNC, WAIT, caseOf, explained, lateCrash, replayed, write } from '../cases.ts';

test('a long run is told by its witness alone', () => {
  const many = Array.from({ length: 200 }, (_, i) => write(10 + (i % 50)));
  const text = explained({
    name: 'long',
    threads: [[...many, WAIT, write(4), WAIT, FLUSH], many],
    crash: { step: 100_000, image: [] },
  });
  expect(text.split('\n').length).toBeLessThan(70);
  expect(text).toContain('the run has 402 operations');
});

test('no line is wider than 100 columns: what does not fit is clipped', () => {
  const text = explained({
    name: 'a name of a case that is rather long, as names made by hand tend to be when somebody means well',
    stack: { mode: 'drain' },
    disk: { sectors: 100_000 },
    threads: [[], [], [write(99_000, 900), EMPTY_BARRIER], [write(98_000, 900)]],
    schedule: ['g0.t2', 'g0.t2', 'g0.t3'],
    crash: lateCrash([98_000, 2]),
  });
  expect(text).toContain('empty-barrier-order is violated');
  expect(text).toContain('write 98000+900, op…');
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('of a payload in many requests the picture shows a part, and how many steps are left out', () => {
  const text = explained({
    name: 'large-payload',
    stack: { mode: 'tag', backend: 'direct' },
    disk: { sectors: 32_768 },
    threads: [[write(4), { op: 'barrier', sector: 1024, count: 20_480 }]],
    crash: lateCrash(),
  });
  expect(text).toContain('barrier-durability is violated');
  expect(text).toContain('write 4, op 0');
  expect(text).toContain('op 0 is lost: sector 4 holds zeros ✗');
  expect(text).toMatch(/⋮ \d+ more steps/);
  expect(text.split('\n').length).toBeLessThan(70);
});

test('colour marks lines and changes no text', () => {
  const c = caseOf(TAG_FSYNC);
  const replay = replayed(c);
  const coloured = explainCase(c, replay, createStyle(true));
  const plain = explainCase(c, replay, createStyle(false));
  expect(coloured).toContain('\u001B[31m');
  expect(plain).not.toContain('\u001B');
  expect(stripVTControlCharacters(coloured)).toBe(plain);
});
