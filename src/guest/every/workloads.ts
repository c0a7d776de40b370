/**
 * Every workload of so many operations, up to renaming: of those that differ only in what threads, files and sectors
 * are called there is one. Sectors lie in pages of their own; the order in which they lie is no name, for the block layer
 * sorts by it (noop too, where it dispatches), so every order is a workload of its own.
 * Left out: operations of more than one sector and so overlaps in part; neighbouring sectors (merging) and sectors of
 * one page; fdatasync; a wait where the thread has nothing to wait for; what power loss can tell nothing about
 * (`canTell`).
 */
import { assert } from '../../base/assert.ts';
import { PAGE_SECTORS } from '../../base/units.ts';
import type { Workload } from '../operation.ts';
import {
  canTell,
  isFirstOfItsKind,
  ordersOf,
  PLACE_OF,
  type Shape,
  spotsOf,
  type Step,
  STEP_KINDS,
  type StepKind,
  workloadOf,
} from './shape.ts';

export interface EveryWorkload {
  /** Operations over all threads, exactly; `wait` is not counted. */
  readonly ops: number;
  /** Threads, at most; every one has an operation. */
  readonly threads: number;
}

/** Sectors of a device that all workloads of so many operations fit on. */
export function everySectorCount(ops: number): number {
  return PAGE_SECTORS * ops;
}

/** One thread first, then as many threads as there may be; always in the same order. */
export function* everyWorkload({ ops, threads }: EveryWorkload): Generator<Workload, void> {
  assert(ops > 0 && threads > 0, 'a workload has operations and threads');
  for (const sizes of sizesOf(ops, threads, ops))
    for (const shape of shapesOf(sizes, [[]], { sector: 0, file: 0 }, false)) {
      if (!canTell(shape)) continue;
      for (const ranks of ordersOf(spotsOf(shape).length))
        if (isFirstOfItsKind(shape, ranks)) yield workloadOf(shape, ranks);
    }
}

/** Operations per thread, the longest thread first. */
function* sizesOf(ops: number, threads: number, sizeMax: number): Generator<readonly number[], void> {
  if (ops === 0) yield [];
  else if (threads > 0)
    for (let size = Math.min(ops, sizeMax); size > 0; size--)
      for (const rest of sizesOf(ops - size, threads - 1, size)) yield [size, ...rest];
}

/** Sectors and files named so far. */
type Named = Readonly<Record<'sector' | 'file', number>>;

/**
 * Every shape that goes on from `begun`, whose last thread may be unfinished.
 * @param open the last thread has asynchronous operations that it hasn't waited for.
 */
function* shapesOf(sizes: readonly number[], begun: Shape, named: Named, open: boolean): Generator<Shape, void> {
  const thread = begun.length - 1;
  if (begun[thread].length === sizes[thread]) {
    if (begun.length === sizes.length) yield begun;
    else yield* shapesOf(sizes, [...begun, []], named, false);
    return;
  }
  for (const step of stepsAfter(named, open)) {
    const longer = begun.with(thread, [...begun[thread], step]);
    yield* shapesOf(sizes, longer, namedAfter(named, step), (open && !step.wait) || isAsynchronous(step.kind));
  }
}

function* stepsAfter(named: Named, open: boolean): Generator<Step, void> {
  for (const wait of open ? [false, true] : [false])
    for (const kind of STEP_KINDS) {
      const what = PLACE_OF[kind];
      if (what === null) yield { kind, wait, place: -1 };
      // One that is named already, or the next.
      else for (let place = 0; place <= named[what]; place++) yield { kind, wait, place };
    }
}

function namedAfter(named: Named, { kind, place }: Step): Named {
  const what = PLACE_OF[kind];
  return what === null || place < named[what] ? named : { ...named, [what]: place + 1 };
}

/** modes.md, rule 2. */
function isAsynchronous(kind: StepKind): boolean {
  return kind !== 'flush' && kind !== 'fsync' && kind !== 'bufwrite';
}
