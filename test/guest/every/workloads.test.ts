/** Every workload up to renaming, against a stupid generator: all there are, each brought to the first of its renamings. */
import { expect, test } from 'vitest';
import type { Operation, Workload } from '../../../src/guest/operation.ts';
import { everySectorCount, everyWorkload } from '../../../src/guest/every/workloads.ts';
import { compileWorkload } from '../../../src/guest/program.ts';

/** Kind and place; the places of a sync of a file that nothing is written to are names of their own. */
type Op = readonly [kind: string, place: number];
interface Row {
  readonly thread: number;
  readonly wait: boolean;
  readonly op: Op;
}

const ON_SECTOR = ['write', 'fua', 'barrier', 'discard', 'read'];
const KINDS = [...ON_SECTOR, 'bufwrite', 'fsync', 'fsync-of-nothing', 'flush', 'empty'];

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function everyOp(ops: number): Op[] {
  return KINDS.flatMap((kind) =>
    kind === 'flush' || kind === 'empty' ? [[kind, 0] as Op] : range(ops).map((place): Op => [kind, place]),
  );
}

/** Of 0, of 0 and 1, of 0 to 2. */
const PERMUTATIONS = range(4).map(permutations);
function permutations(count: number): number[][] {
  if (count === 0) return [[]];
  return permutations(count - 1).flatMap((order) => range(count).map((at) => order.toSpliced(at, 0, count - 1)));
}

/** All sequences of rows, threads of any size in any order. */
function* everyRows(ops: number, threads: number, begun: readonly Row[] = []): Generator<readonly Row[]> {
  const last = begun.at(-1)?.thread ?? -1;
  if (begun.length === ops) return yield begun;
  for (const thread of last < 0 ? [0] : [last, last + 1])
    for (const wait of thread === last ? [false, true] : [false])
      for (const op of everyOp(ops))
        if (thread < threads) yield* everyRows(ops, threads, [...begun, { thread, wait, op }]);
}

function isWorkload(rows: readonly Row[]): boolean {
  const has = (...kinds: string[]) => rows.some(({ op }) => kinds.includes(op[0]));
  if (!has('fua', 'barrier', 'flush', 'fsync', 'fsync-of-nothing', 'empty')) return false;
  if (!has('write', 'fua', 'barrier', 'bufwrite')) return false;
  const placesOf = (...kinds: string[]) => rows.filter(({ op }) => kinds.includes(op[0])).map(({ op }) => op[1]);
  const written = placesOf('bufwrite');
  if (placesOf(...ON_SECTOR).some((place) => written.includes(place))) return false;
  if (placesOf('fsync').some((place) => !written.includes(place))) return false;
  return rows.every(({ wait, thread }, i) => {
    const before = rows.slice(0, i).filter((row) => row.thread === thread);
    const asynchronous = ({ op }: Row) => [...ON_SECTOR, 'empty'].includes(op[0]);
    return !wait || before.some((row, at) => asynchronous(row) && !before.slice(at + 1).some((later) => later.wait));
  });
}

/** The first of all renamings, as one number a row in base 1024. */
function canonical(rows: readonly Row[], ops: number): number {
  const used = [...new Set(rows.filter(({ op }) => hasSpot(op[0])).map(({ op }) => op[1]))].sort((a, b) => a - b);
  const spot = range(ops).map((place) => used.indexOf(place));
  const nameless = rows.some(({ op }) => op[0] === 'fsync-of-nothing');
  let first = Infinity;
  for (const order of PERMUTATIONS[rows.at(-1)!.thread + 1]) {
    const sorted = order.flatMap((thread) => rows.filter((row) => row.thread === thread));
    for (const name of nameless ? PERMUTATIONS[ops] : [[]])
      first = Math.min(first, numberOf(sorted, order, spot, name));
  }
  return first;
}

/** @param order the threads as they come. @param spot per place its new name. @param name the same of files without data. */
function numberOf(
  rows: readonly Row[],
  order: readonly number[],
  spot: readonly number[],
  name: readonly number[],
): number {
  let number = 0;
  for (const { thread, wait, op } of rows) {
    const place = hasSpot(op[0]) ? spot[op[1]] : op[0] === 'fsync-of-nothing' ? name[op[1]] : 0;
    number = number * 1024 + order.indexOf(thread) * 256 + KINDS.indexOf(op[0]) * 16 + place * 2 + (wait ? 1 : 0);
  }
  return number;
}

const hasSpot = (kind: string) => kind === 'fsync' || kind === 'bufwrite' || ON_SECTOR.includes(kind);

function rowsOf({ threads }: Workload): Row[] {
  const all = threads.flat();
  return threads.flatMap((steps, thread) =>
    steps.flatMap((operation, i) =>
      operation.op === 'wait' ? [] : [{ thread, wait: steps[i - 1]?.op === 'wait', op: opOf(operation, all) }],
    ),
  );
}

function opOf(operation: Operation, all: readonly Operation[]): Op {
  if (operation.op === 'flush') return ['flush', 0];
  if (operation.op === 'barrier' && operation.count === 0) return ['empty', 0];
  if (operation.op !== 'fsync') return [operation.op, (operation as { sector: number }).sector / 8];
  const { file } = operation;
  const write = all.find((other) => other.op === 'bufwrite' && other.file === file);
  return write === undefined ? ['fsync-of-nothing', file - 1] : ['fsync', (write as { sector: number }).sector / 8];
}

test.each([
  [1, 1, 2],
  [2, 1, 147],
  [2, 2, 189],
  [3, 3, 14_469],
])('%i operations on up to %i threads: none of the %i is missing, none comes twice', (ops, threads, count) => {
  const wanted = new Set([...everyRows(ops, threads)].filter(isWorkload).map((rows) => canonical(rows, ops)));
  const found = [...everyWorkload({ ops, threads })].map((one) => canonical(rowsOf(one), ops));
  expect(found).toHaveLength(count);
  expect(new Set(found)).toEqual(wanted);
  expect(wanted.size).toBe(count);
});

test('fewer threads leave out the workloads that have more', () => {
  const all = [...everyWorkload({ ops: 3, threads: 3 })];
  expect([...everyWorkload({ ops: 3, threads: 2 })]).toEqual(all.filter(({ threads }) => threads.length < 3));
});

test('workloads come in the same order every time, those of one thread first', () => {
  const all = () => [...everyWorkload({ ops: 2, threads: 2 })];
  expect(all()).toEqual(all());
  const threads = all().map((workload) => workload.threads.length);
  expect(threads).toEqual(threads.toSorted((a, b) => a - b));
});

test('operations lie on the device in pages of their own', () => {
  for (const workload of everyWorkload({ ops: 3, threads: 2 })) {
    const { sector, count } = compileWorkload(workload, everySectorCount(3));
    const used = [...sector].filter((at) => at >= 0);
    expect(used.every((at) => at % 8 === 0 && at < everySectorCount(3))).toBe(true);
    expect([...count].every((own) => own <= 1)).toBe(true);
  }
});
