import { expect, test } from 'vitest';
import type { CellReport, CellVerdict } from '../../../src/campaign/matrix/cell.ts';
import type { Matrix } from '../../../src/campaign/matrix/matrix.ts';
import { GUARANTEES, type Guarantee } from '../../../src/contract/guarantees.ts';
import { cellLines, cellText } from '../../../src/report/matrix/cell.ts';
import { matrixDocument } from '../../../src/report/matrix/document.ts';
import { matrixHtml } from '../../../src/report/matrix/html.ts';
import { matrixMarkdown } from '../../../src/report/matrix/markdown.ts';
import { matrixText } from '../../../src/report/matrix/text.ts';
import { weakestDocument, weakestText } from '../../../src/report/matrix/weakest.ts';
import { createStyle } from '../../../src/report/style.ts';
import { STACK_DEFAULT } from '../../../src/stack/config.ts';

function report(verdicts: Partial<Record<Guarantee, CellVerdict>>, boundedOut: string[] = []): CellReport {
  const all = Object.fromEntries(GUARANTEES.map((name) => [name, verdicts[name] ?? 'n/a']));
  return {
    verdicts: all as Record<Guarantee, CellVerdict>,
    violatedBy: verdicts['fsync-durability'] === 'violated' ? { 'fsync-durability': 'a & b' } : {},
    environment: [],
    explored: { workloads: 1, boundedOut, states: 7, schedulesCovered: '3', images: '11' },
    sampled: { runs: 0, crashPoints: 0, images: '0' },
  };
}

const LOST = report({ integrity: 'holds-exhausted', 'fsync-durability': 'violated' });
const KEPT = report({ integrity: 'holds-exhausted', 'fsync-durability': 'holds-exhausted' });
const BOUNDED = report({ integrity: 'holds-sampled' }, ['a & b']);
const CUT = report({}, ['a & b']);

const MATRIX: Matrix = {
  axes: {
    modes: ['tag', 'drain-flush'],
    disks: [
      { name: 'write-back', settings: {} },
      { name: 'fifo', settings: { destage: 'fifo' } },
    ],
    backends: ['blkback'],
    scopes: ['power'],
  },
  trial: {
    workloads: [
      { name: 'a & b', workload: { threads: [[{ op: 'bufwrite', file: 1, sector: 8, count: 1 }, { op: 'wait' }]] } },
    ],
    bounds: { statesMax: 100, stepsMax: 50 },
    random: { seed: '1', runs: 0, ops: 12, threads: 2 },
  },
  cells: [
    { mode: 'tag', disk: 'write-back', backend: 'blkback', scope: 'power', stack: STACK_DEFAULT, report: LOST },
    { mode: 'tag', disk: 'fifo', backend: 'blkback', scope: 'power', stack: STACK_DEFAULT, report: BOUNDED },
    { mode: 'drain-flush', disk: 'write-back', backend: 'blkback', scope: 'power', stack: STACK_DEFAULT, report: KEPT },
  ],
  interrupted: false,
};

test('a cell says in letters what is violated', () => {
  expect(cellText(KEPT)).toBe('✓');
  expect(cellText(BOUNDED)).toBe('~');
  expect(cellText(CUT)).toBe('~');
  expect(cellText(report({ 'barrier-order': 'violated', 'barrier-durability': 'violated' }))).toBe('✗ B');
  expect(cellText(report({ 'barrier-order': 'violated', 'fua-durability': 'violated' }))).toBe('✗ Bo U');
  expect(cellText(report({ 'empty-barrier-durability': 'violated', liveness: 'violated' }))).toBe('✗ Ed L');
  expect(cellLines(LOST)).toEqual(['fsync-durability: violated by a & b', 'integrity: holds-exhausted']);
});

test('the Markdown table has a row for each mode and says its bounds', () => {
  const markdown = matrixMarkdown(MATRIX);
  expect(markdown).toContain('| **blkback, crash power** | write-back | fifo |\n| --- | --- | --- |\n');
  expect(markdown).toContain('| `tag` | ✗ S | ~ |\n| `drain-flush` | ✓ | – |\n');
  expect(markdown).toContain(
    'Each cell: 1 workload of up to 1 operation explored (at most 100 states each; 1 of 3 cells hit that). In all 21 states and 33 images.',
  );
});

test('the table for a terminal lines up', () => {
  const lines = matrixText(MATRIX, createStyle(false)).split('\n');
  expect(lines.slice(0, 4)).toEqual([
    'blkback, crash power',
    'mode         write-back  fifo',
    'tag          ✗ S         ~',
    'drain-flush  ✓',
  ]);
});

test('the page needs nothing from elsewhere and shows every guarantee of every cell', () => {
  const html = matrixHtml(MATRIX, '1.2.3');
  expect(html).not.toMatch(/src=|href=|https?:|<script/);
  expect(html.match(/<td>/g)!.length).toBe(4);
  expect(html.match(/class="dots"/g)!.length).toBe(3);
  expect(html).toContain('fsync-durability: violated by a &amp; b');
  expect(html).toContain('bounded out: a &amp; b');
});

test('a disk that ignores flushes is named where it is to blame', () => {
  const blamed = { ...LOST, environment: ['fsync-durability' as const] };
  expect(cellText(blamed)).toBe('✗ S (disk)');
  expect(cellLines(blamed)[0]).toBe('fsync-durability: violated by a & b, the disk is to blame');
});

test('of one workload alone every form ends with the weakest modes', () => {
  const line = 'blkback, crash power, write-back: drain-flush';
  expect(matrixMarkdown(MATRIX, true)).toContain(`- ${line}\n`);
  expect(matrixHtml(MATRIX, '1.2.3', true)).toContain(`<li>${line}</li>`);
});

test('a mode that refuses what another promises is not the weakest', () => {
  const cells = [
    { ...MATRIX.cells[0], mode: 'none' as const, report: report({ integrity: 'holds-exhausted' }) },
    ...MATRIX.cells,
  ];
  expect(weakestDocument({ ...MATRIX, cells }).weakest[0].mode).toBe('drain-flush');
});

test('the document carries the bounds of every cell', () => {
  const document = matrixDocument(MATRIX, '1.2.3');
  expect(document).toMatchObject({ format: 'blkfuzz.matrix/1', bounds: { states: 100, steps: 50 } });
  expect(JSON.parse(JSON.stringify(document)).cells[1]).toMatchObject({
    mode: 'tag',
    disk: 'fifo',
    explored: { boundedOut: ['a & b'] },
  });
});

test('the weakest mode is the first by cost in which nothing is violated', () => {
  expect(weakestDocument(MATRIX).weakest).toEqual([
    { backend: 'blkback', scope: 'power', disk: 'write-back', mode: 'drain-flush', exhausted: true },
    { backend: 'blkback', scope: 'power', disk: 'fifo', mode: 'tag', exhausted: false },
  ]);
  expect(weakestText(MATRIX, createStyle(false))).toContain('blkback, crash power, fifo: tag (sampled)\n');
});
