/** One small case for the tests of files. */
import { CASE_FORMAT, type GuestCase } from '../../src/case/case.ts';
import { STACK_DEFAULT } from '../../src/stack/config.ts';

export const smallCase: GuestCase = {
  format: CASE_FORMAT,
  name: 'small',
  stack: STACK_DEFAULT,
  scope: 'power',
  guests: [{ threads: [[{ op: 'bufwrite', file: 1, sector: 8, count: 1 }, { op: 'fsync', file: 1 }]] }],
  schedule: ['g0.t0', 'g0.t0'],
  crash: { step: 9 },
  expect: { integrity: 'holds', 'fsync-durability': 'violated' },
};
