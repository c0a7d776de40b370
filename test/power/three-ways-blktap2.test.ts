import { testThreeWays } from './three-ways.ts';

// Five, so that each of them meets every disk and scope.
testThreeWays('blktap2', [
  {},
  { image: 'sparse' },
  { image: 'sparse', fdatasync: true },
  { image: 'full', open: 'buffered' },
  { image: 'fallocated', open: 'buffered' },
]);
