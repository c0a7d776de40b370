/** Single operations as a fast-check arbitrary, composed of the built-in ones. */
import * as fc from 'fast-check';
import { BlkfuzzError } from '../../base/errors.ts';
import type { Operation } from '../operation.ts';

export interface SectorRange {
  readonly sector: number;
  readonly count: number;
}

export interface OperationConstraints {
  /** Where direct requests go. */
  readonly direct: SectorRange;
  /** The sectors of file 1, 2, …; disjoint from each other and from `direct`. None by default. */
  readonly files?: readonly SectorRange[];
}

/**
 * Any one operation, `wait` included; shrinks towards a write of one sector at the start of its range.
 * @throws BlkfuzzError `usage` for a range without sectors.
 */
export function operationArbitrary(constraints: OperationConstraints): fc.Arbitrary<Operation> {
  const range = rangeArbitrary('direct', constraints.direct);
  const files = (constraints.files ?? []).flatMap((sectors, index) => [
    bufwriteArbitrary(index + 1, rangeArbitrary(`files[${index}]`, sectors)),
    fc.constantFrom('fsync', 'fdatasync').map((op): Operation => ({ op, file: index + 1 })),
  ]);
  return fc.oneof(
    fc
      .tuple(fc.constantFrom('write', 'fua', 'barrier', 'discard', 'read'), range)
      .map(([op, { sector, count }]): Operation => ({ op, sector, count })),
    fc.constantFrom<Operation[]>({ op: 'flush' }, { op: 'barrier', count: 0 }, { op: 'wait' }),
    ...files,
  );
}

function bufwriteArbitrary(file: number, range: fc.Arbitrary<SectorRange>): fc.Arbitrary<Operation> {
  return range.map(({ sector, count }): Operation => ({ op: 'bufwrite', file, sector, count }));
}

/** A range inside `within`. */
function rangeArbitrary(name: string, within: SectorRange): fc.Arbitrary<SectorRange> {
  const { sector, count } = within;
  if (!Number.isSafeInteger(sector) || sector < 0 || !Number.isSafeInteger(count) || count < 1)
    throw new BlkfuzzError(
      'usage',
      `${name} is ${count} sectors from sector ${sector}, expected 1 or more from 0 or later`,
    );
  return fc
    .tuple(fc.nat(count - 1), fc.nat(count - 1))
    .map(([offset, length]) => ({ sector: sector + offset, count: Math.min(length + 1, count - offset) }));
}
