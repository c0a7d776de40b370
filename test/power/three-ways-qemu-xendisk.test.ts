import { testThreeWays } from './three-ways.ts';

testThreeWays('qemu-xendisk');
