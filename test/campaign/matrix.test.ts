/** The facts of the founding mail come out of the matrix (modes.md, "The matrix"), each exhausted within its bounds. */
import { expect, test } from 'vitest';
import {
  cellReport,
  type CellReport,
  type CellTask,
  isExhausted,
  type Trial,
} from '../../dist/campaign/matrix/cell.js';
import { MATRIX_BACKENDS, MATRIX_DISKS } from '../../dist/campaign/matrix/disks.js';
import { computeMatrix, MODES_BY_COST } from '../../dist/campaign/matrix/matrix.js';
import type { Workload } from '../../dist/guest/operation.js';
import { EXPLORE_BOUNDS } from '../../dist/fuzz/explore/exploration.js';
import { DISK_DEFAULT, MODES, type Mode, STACK_DEFAULT, type StackConfig } from '../../dist/stack/config.js';

const WORKLOADS: Readonly<Record<string, Workload['threads']>> = {
  barrier: [
    [
      { op: 'write', sector: 8, count: 1 },
      { op: 'barrier', sector: 16, count: 1 },
      { op: 'write', sector: 24, count: 1 },
    ],
  ],
  empty: [
    [
      { op: 'write', sector: 8, count: 1 },
      { op: 'barrier', count: 0 },
      { op: 'write', sector: 24, count: 1 },
    ],
  ],
  flush: [[{ op: 'write', sector: 8, count: 1 }, { op: 'wait' }, { op: 'flush' }]],
  fsync: [
    [
      { op: 'bufwrite', file: 1, sector: 40, count: 1 },
      { op: 'fsync', file: 1 },
    ],
  ],
  fua: [[{ op: 'fua', sector: 8, count: 1 }]],
};
const TRIAL: Trial = {
  workloads: Object.entries(WORKLOADS).map(([name, threads]) => ({ name, workload: { threads } })),
  bounds: { ...EXPLORE_BOUNDS, statesMax: 50_000 },
  random: { seed: '1', runs: 0, ops: 1, threads: 1 },
};
const EMPTY_AND_LATER = [
  'empty-barrier-order',
  'empty-barrier-durability',
  'flush-durability',
  'fsync-durability',
  'fua-durability',
];

function violated({ verdicts }: CellReport): string[] {
  return Object.entries(verdicts).flatMap(([guarantee, verdict]) => (verdict === 'violated' ? guarantee : []));
}

function cell(
  mode: Mode,
  backend: StackConfig['backend'],
  disk: Partial<StackConfig['disk']>,
  scope: 'power' | 'host',
) {
  const stack = { ...STACK_DEFAULT, mode, backend, disk: { ...DISK_DEFAULT, ...disk } };
  const report = cellReport({ stack, scope, trial: TRIAL });
  expect(report.explored.boundedOut).toEqual([]);
  expect(Object.values(report.verdicts)).not.toContain('holds-sampled');
  return report;
}

test('tag and drain on blkback over a write-back disk lose what the guest never sends', () => {
  for (const mode of ['tag', 'drain'] as const) {
    const report = cell(mode, 'blkback', {}, 'power');
    expect(violated(report)).toEqual(EMPTY_AND_LATER);
    expect(report.verdicts['barrier-order']).toBe('holds-exhausted');
    expect(report.verdicts['barrier-durability']).toBe('holds-exhausted');
    expect(report.violatedBy['fsync-durability']).toBe('fsync');
  }
});

test('drain holds with no volatile cache below; over a page cache or a write-back disk it loses the empty ones', () => {
  expect(violated(cell('drain', 'blkback', { cache: 'none' }, 'power'))).toEqual([]);
  expect(violated(cell('drain', 'loop', { cache: 'none' }, 'power'))).toEqual(EMPTY_AND_LATER);
  for (const backend of ['loop', 'reference'] as const)
    expect(violated(cell('drain', backend, {}, 'power'))).toEqual(EMPTY_AND_LATER);
});

test('modes with flushes hold wherever the backend passes them on', () => {
  for (const backend of ['blkback', 'loop', 'reference'] as const)
    for (const mode of ['drain-flush', 'drain-fua', 'tag-fua'] as const)
      expect(violated(cell(mode, backend, {}, 'power'))).toEqual([]);
});

test('a fifo cache keeps the order of empty barriers, and a crash of the host loses nothing on blkback', () => {
  for (const mode of ['drain', 'tag'] as const) {
    const report = cell(mode, 'blkback', { destage: 'fifo' }, 'power');
    expect(report.verdicts['empty-barrier-order']).toBe('holds-exhausted');
    expect(report.verdicts['empty-barrier-durability']).toBe('violated');
  }
  for (const mode of MODES) expect(violated(cell(mode, 'blkback', {}, 'host'))).toEqual([]);
});

test('a bound that is hit makes what holds sampled, and is named', () => {
  const trial = { ...TRIAL, bounds: { ...TRIAL.bounds, statesMax: 30 } };
  const report = cellReport({ stack: STACK_DEFAULT, scope: 'power', trial });
  expect(report.explored.boundedOut).toContain('barrier');
  expect(Object.values(report.verdicts)).not.toContain('holds-exhausted');
  expect(report.verdicts.integrity).toBe('holds-sampled');
  expect(isExhausted(report)).toBe(false);
});

test('a walk cut before its first end is not called exhausted', () => {
  const trial = { ...TRIAL, bounds: { ...TRIAL.bounds, statesMax: 3 } };
  const report = cellReport({ stack: STACK_DEFAULT, scope: 'power', trial });
  expect(report.explored.boundedOut).toHaveLength(TRIAL.workloads.length);
  expect(report.verdicts.liveness).toBe('holds-sampled');
  expect(isExhausted(report)).toBe(false);
});

test('random runs find what the workloads do not have', () => {
  const trial = { ...TRIAL, workloads: [], random: { seed: '1', runs: 20, ops: 12, threads: 2 } };
  const report = cellReport({ stack: STACK_DEFAULT, scope: 'power', trial });
  expect(report.verdicts['fsync-durability']).toBe('violated');
  expect(report.violatedBy['fsync-durability']).toMatch(/^run \d+$/);
  expect(report.verdicts['barrier-order']).toBe('holds-sampled');
  expect(BigInt(report.sampled.images)).toBeGreaterThan(BigInt(report.sampled.crashPoints));
});

test('the matrix has a cell for every combination that makes sense, in order', async () => {
  const axes = { modes: MODES, disks: MATRIX_DISKS, backends: MATRIX_BACKENDS, scopes: ['power'] as const };
  const trial = { ...TRIAL, workloads: TRIAL.workloads.slice(-1) };
  const watch = {
    elsewhere: (task: CellTask) => Promise.resolve(cellReport(task)),
    signal: new AbortController().signal,
    progress: () => {},
  };
  const matrix = await computeMatrix(axes, {}, trial, watch);
  expect(matrix.cells.length).toBe(8 * 6 * 4);
  expect(matrix.cells.slice(0, 2).map(({ backend, mode, disk }) => [backend, mode, disk])).toEqual([
    ['direct', 'none', 'write-through'],
    ['direct', 'none', 'write-back'],
  ]);
  expect([...MODES_BY_COST].sort()).toEqual([...MODES].sort());
});

test('an interrupt leaves the cells that were done', async () => {
  const controller = new AbortController();
  const axes = {
    modes: ['tag', 'drain'] as const,
    disks: MATRIX_DISKS.slice(1, 2),
    backends: ['direct'] as const,
    scopes: ['power'] as const,
  };
  const matrix = await computeMatrix(
    axes,
    {},
    { ...TRIAL, workloads: TRIAL.workloads.slice(-1) },
    {
      elsewhere: (task) => {
        if (task.stack.mode === 'drain') return Promise.resolve(cellReport(task));
        controller.abort();
        return Promise.reject(new Error('stopped'));
      },
      signal: controller.signal,
      progress: () => {},
    },
  );
  expect(matrix.interrupted).toBe(true);
  expect(matrix.cells.map(({ mode }) => mode)).toEqual(['drain']);
});

test('a lying disk is blamed for what an honest one keeps', () => {
  const stack = {
    ...STACK_DEFAULT,
    mode: 'drain-flush' as const,
    disk: { ...DISK_DEFAULT, flush: 'ignored' as const },
  };
  const report = cellReport({ stack, scope: 'power', trial: TRIAL });
  expect(report.environment).toContain('fsync-durability');
  expect(report.environment).toEqual(violated(report));
});
