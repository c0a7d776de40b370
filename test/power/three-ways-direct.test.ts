import { testThreeWays } from './three-ways.ts';

testThreeWays('direct');
