import { testThreeWays } from './three-ways.ts';

// Three, so that each of them meets every disk and scope.
testThreeWays('tapdisk-vhd', [{}, { fdatasync: true }, { preallocate: true, fdatasync: true }]);
