/**
 * A workload without its sectors: kinds of operations, waits, and names for the places they touch. Direct sectors and
 * files are numbered by first use, thread after thread; which lies before which on the device is said apart (`ranks`).
 */
import { PAGE_SECTORS } from '../../base/units.ts';
import type { Operation, Workload } from '../operation.ts';

/** In the order in which workloads come. fdatasync is what fsync is to this model, and so left out. */
export const STEP_KINDS = [
  'write',
  'fua',
  'barrier',
  'empty-barrier',
  'flush',
  'bufwrite',
  'fsync',
  'discard',
  'read',
] as const;
export type StepKind = (typeof STEP_KINDS)[number];

/** What a kind names: a direct sector, a file, or nothing. */
export const PLACE_OF: Readonly<Record<StepKind, 'sector' | 'file' | null>> = {
  write: 'sector',
  fua: 'sector',
  barrier: 'sector',
  'empty-barrier': null,
  flush: null,
  bufwrite: 'file',
  fsync: 'file',
  discard: 'sector',
  read: 'sector',
};

export interface Step {
  readonly kind: StepKind;
  /** A wait stands before it. */
  readonly wait: boolean;
  /** Number of the sector or of the file; -1 where the kind names none. */
  readonly place: number;
}

/** Per thread its steps. */
export type Shape = readonly (readonly Step[])[];

/** What has data on the device, by first use: `sector 0`, `file 1`. A file that is only synced has none. */
export function spotsOf(shape: Shape): string[] {
  return [...new Set(shape.flat().map(spotOf))].filter((spot) => spot !== '');
}

/** The spot of a step, or nothing. */
function spotOf({ kind, place }: Step): string {
  const what = kind === 'fsync' ? null : PLACE_OF[kind];
  return what === null ? '' : `${what} ${place}`;
}

/**
 * Whether power loss could show anything: something is written, and something is there to promise or to order. Of
 * workloads without either no guarantee that speaks of an image has its antecedent (contract.md).
 */
export function canTell(shape: Shape): boolean {
  const kinds = new Set(shape.flat().map(({ kind }) => kind));
  const has = (...some: StepKind[]): boolean => some.some((kind) => kinds.has(kind));
  return has('fua', 'barrier') || (has('write', 'bufwrite') && has('empty-barrier', 'flush', 'fsync'));
}

/**
 * Whether no other order of the threads comes first: of workloads that differ in the names of threads, one is kept.
 * @param ranks per spot its place on the device among the others.
 */
export function isFirstOfItsKind(shape: Shape, ranks: readonly number[]): boolean {
  if (shape.length === 1) return true;
  const rankOf = new Map(spotsOf(shape).map((spot, i) => [spot, ranks[i]]));
  const own = textOf(shape, rankOf);
  return ordersOf(shape.length).every((order) => {
    const other = order.map((thread) => shape[thread]);
    return other.some((thread, i) => thread.length !== shape[i].length) || own <= textOf(other, rankOf);
  });
}

/** A text that is the same for shapes that differ in names of sectors and files alone. */
function textOf(shape: Shape, rankOf: ReadonlyMap<string, number>): string {
  const names = new Map<string, number>();
  const seen = { sector: 0, file: 0 };
  const steps = shape.flat().map((step) => {
    const what = PLACE_OF[step.kind];
    const place = `${what} ${step.place}`;
    if (what !== null && !names.has(place)) names.set(place, seen[what]++);
    return [STEP_KINDS.indexOf(step.kind), step.wait ? 1 : 0, names.get(place) ?? 0, rankOf.get(spotOf(step)) ?? 0];
  });
  return steps.join();
}

const ORDERS = new Map<number, readonly (readonly number[])[]>();

/** Every order of 0 .. count-1, the given one first. */
export function ordersOf(count: number): readonly (readonly number[])[] {
  const known = ORDERS.get(count);
  if (known !== undefined) return known;
  const orders =
    count === 0
      ? [[]]
      : ordersOf(count - 1).flatMap((order) =>
          Array.from({ length: count }, (_, back) => order.toSpliced(count - 1 - back, 0, count - 1)),
        );
  ORDERS.set(count, orders);
  return orders;
}

/** Each spot in a page of its own, so that no two are ever merged. */
export function workloadOf(shape: Shape, ranks: readonly number[]): Workload {
  const rankOf = new Map(spotsOf(shape).map((spot, i) => [spot, ranks[i]]));
  const sectorOf = (step: Step): number => PAGE_SECTORS * rankOf.get(spotOf(step))!;
  const threads = shape.map((steps) =>
    steps.flatMap((step) => [...(step.wait ? [{ op: 'wait' } as const] : []), operationOf(step, sectorOf)]),
  );
  return { threads };
}

function operationOf(step: Step, sectorOf: (step: Step) => number): Operation {
  const { kind, place } = step;
  switch (kind) {
    case 'flush':
      return { op: kind };
    case 'empty-barrier':
      return { op: 'barrier', count: 0 };
    case 'fsync':
      return { op: kind, file: place + 1 };
    case 'bufwrite':
      return { op: kind, file: place + 1, sector: sectorOf(step), count: 1 };
    case 'write':
    case 'fua':
    case 'barrier':
    case 'discard':
    case 'read':
      return { op: kind, sector: sectorOf(step), count: 1 };
  }
}
