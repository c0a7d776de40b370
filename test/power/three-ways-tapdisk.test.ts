import { testThreeWays } from './three-ways.ts';

// Five, so that each of them meets every disk and scope.
testThreeWays('tapdisk', [
  { image: 'sparse' },
  { image: 'fallocated', fdatasync: true },
  { image: 'sparse', open: 'buffered', fdatasync: true },
  { image: 'sparse', open: 'dsync' },
  { open: 'sync', image: 'fallocated' },
]);
