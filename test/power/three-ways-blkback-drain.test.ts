import { testThreeWays } from './three-ways.ts';

testThreeWays('blkback-drain');
