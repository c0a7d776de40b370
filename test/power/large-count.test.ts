/** The number of images kept from step to step is exact however large. On the built engine, for speed. */
import { expect, test } from 'vitest';
import { fork } from '../../dist/base/random.js';
import { RandomScheduler } from '../../dist/fuzz/scheduler.js';
import { generateWorkload } from '../../dist/guest/arbitrary/generate.js';
import { compileWorkload } from '../../dist/guest/program.js';
import { imageCount } from '../../dist/power/count.js';
import { createExactCheck } from '../../dist/power/exact/create.js';
import { STACK_DEFAULT } from '../../dist/stack/config.js';
import { Stack } from '../../dist/stack/stack.js';

const SECTORS = 256;

test('beyond what a double holds the number is the same as counted anew', () => {
  let large = 0;
  for (const mode of ['tag', 'drain-flush'] as const)
    for (let index = 0; index < 8; index++) {
      const disk = { ...STACK_DEFAULT.disk, sectors: SECTORS, fua: index % 2 === 0 };
      const stack = new Stack({ ...STACK_DEFAULT, mode, backend: 'direct', disk });
      const shape = { ops: 250, threads: 3, sectors: SECTORS };
      const program = compileWorkload(generateWorkload(fork('large', 'workload', index), shape), SECTORS);
      const random = fork('large', 'schedule', index);
      const scheduler = new RandomScheduler();
      const check = createExactCheck(stack, 'power');
      scheduler.begin(stack, random);
      stack.journal.isOn = true;
      stack.reset(program);
      check.begin(program);
      for (let step = 0; ; step++) {
        check.step();
        if (step % 9 === 0) {
          const counted = imageCount(stack.disk, 'power');
          if (counted > 2n ** 53n) large++;
          expect(BigInt(check.imageCount!)).toBe(counted);
        }
        stack.refresh();
        const action = scheduler.next(stack, random);
        if (action < 0) break;
        stack.perform(action);
      }
    }
  expect(large).toBeGreaterThan(200);
});
