import { testThreeWays } from './three-ways.ts';

testThreeWays('reference');
