/** Seeds keep their meaning: what a run of a seed is may change only on purpose, and then the CHANGELOG says so. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Runner } from '../../src/fuzz/runner.ts';
import { type Backend, type DiskConfig, type Mode, STACK_DEFAULT } from '../../src/stack/config.ts';

/** A digest of the first runs of a stack: schedules, histories, images, verdicts. */
function digest(backend: Backend, mode: Mode, disk: Partial<DiskConfig>, scope: 'power' | 'host'): string {
  const stack = { ...STACK_DEFAULT, backend, mode, disk: { ...STACK_DEFAULT.disk, ...disk } };
  const runner = new Runner({ seed: '7', stack, scope, ops: 32, threads: 2 });
  const hash = createHash('sha256');
  for (let index = 0; index < 40; index++) {
    runner.run(index);
    const { submit, complete, status, image, opCount, crashAt } = runner.stack.history;
    const columns = [submit, complete, status].map((column) => [...column.subarray(0, opCount)]);
    const schedule = [...runner.schedule.subarray(0, runner.stepCount)];
    hash.update(JSON.stringify([schedule, columns, [...image], crashAt, [...runner.code]]));
  }
  return hash.digest('hex').slice(0, 16);
}

test('the runs of a seed never change', () => {
  expect({
    direct: digest('direct', 'tag-fua', { fua: true, destage: 'epoch' }, 'power'),
    blkback: digest('blkback', 'drain-flush', {}, 'power'),
    loop: digest('loop', 'tag', { destage: 'fifo' }, 'host'),
    reference: digest('reference', 'flush-fua', { atomic: 4096 }, 'power'),
  }).toMatchInlineSnapshot(`
    {
      "blkback": "45e53155e85aeca3",
      "direct": "1fd61fbecab62fbc",
      "loop": "7bbc0c2740338816",
      "reference": "4ef14644e75d9b83",
    }
  `);
});
