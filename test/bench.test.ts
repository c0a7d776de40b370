/** The benchmark's walks still fit the engine that they measure; how long they take is no matter here. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { ROOT } from './e2e/program.ts';

test('the walks of the benchmark run, with every crash point decided and without', () => {
  const program = `
    import { Walker, programs } from './test/bench/walks.js';
    for (const isExact of [false, true]) console.log(new Walker(programs(1, 8, 64), isExact).run() > 8);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(stdout).toBe('true\ntrue\n');
});
