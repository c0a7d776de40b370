/** Seeds keep their meaning: what a run of a seed is may change only on purpose, and then the CHANGELOG says so. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { GUARANTEE } from '../../src/contract/guarantees.ts';
import { Runner } from '../../src/fuzz/runner.ts';
import { type Backend, type DiskConfig, type Mode, STACK_DEFAULT } from '../../src/stack/config.ts';

/** The digests are older than the promises of guests, which come last. */
function contractRows(rows: ArrayLike<number>): number[] {
  return Array.from(rows).slice(0, GUARANTEE.guestPromise);
}

/** A digest of the first runs of a stack: schedules, histories, images, verdicts. */
function digest(backend: Backend, mode: Mode, disk: Partial<DiskConfig>, scope: 'power' | 'host'): string {
  const stack = { ...STACK_DEFAULT, backend, mode, disk: { ...STACK_DEFAULT.disk, ...disk } };
  const runner = new Runner({ seed: '7', stack, scope, ops: 32, threads: 2, check: 'sample' });
  const hash = createHash('sha256');
  for (let index = 0; index < 40; index++) {
    runner.run(index);
    const { submit, complete, status, image, opCount, crashAt } = runner.stack.history;
    const columns = [submit, complete, status].map((column) => [...column.subarray(0, opCount)]);
    const schedule = [...runner.schedule.subarray(0, runner.stepCount)];
    hash.update(JSON.stringify([schedule, columns, [...image], crashAt, contractRows(runner.code)]));
  }
  return hash.digest('hex').slice(0, 16);
}

/** The same of what exact runs come to, and where. */
function exactDigest(mode: Mode, disk: Partial<DiskConfig>, scope: 'power' | 'host'): string {
  const stack = {
    ...STACK_DEFAULT,
    backend: 'direct',
    mode,
    disk: { ...STACK_DEFAULT.disk, sectors: 16, ...disk },
  } as const;
  const runner = new Runner({ seed: '7', stack, scope, ops: 12, threads: 2, check: 'exact' });
  const hash = createHash('sha256');
  for (let index = 0; index < 20; index++) {
    runner.run(index);
    const schedule = [...runner.schedule.subarray(0, runner.stepCount)];
    const { violatedAt, crashPoints, imagesDecided } = runner.decider!;
    hash.update(
      JSON.stringify([
        schedule,
        contractRows(runner.code),
        contractRows(violatedAt),
        crashPoints,
        String(imagesDecided),
      ]),
    );
  }
  return hash.digest('hex').slice(0, 16);
}

test('the runs of a seed never change', () => {
  expect({
    direct: digest('direct', 'tag-fua', { fua: true, destage: 'epoch' }, 'power'),
    blkback: digest('blkback', 'drain-flush', {}, 'power'),
    loop: digest('loop', 'tag', { destage: 'fifo' }, 'host'),
    reference: digest('reference', 'flush-fua', { atomic: 4096 }, 'power'),
    blkbackDrain: digest('blkback-drain', 'drain-fua', {}, 'power'),
    qemuXendisk: digest('qemu-xendisk', 'drain', {}, 'power'),
  }).toMatchInlineSnapshot(`
    {
      "blkback": "403d865a56d3d8e6",
      "blkbackDrain": "f94c711b0476c730",
      "direct": "1d4795b2e38cf69a",
      "loop": "32428d790022ed3c",
      "qemuXendisk": "84d6fdc22c59e205",
      "reference": "5756bcab45c39496",
    }
  `);
});

test('what is decided of the runs of a seed never changes', () => {
  expect({
    any: exactDigest('drain', {}, 'power'),
    pages: exactDigest('tag', { atomic: 4096 }, 'power'),
    cacheless: exactDigest('tag-flush', { cache: 'none', fua: true }, 'power'),
  }).toMatchInlineSnapshot(`
    {
      "any": "fb6cc98b43ad27db",
      "cacheless": "24cf5dffadab0e42",
      "pages": "0c1fba89ebca8256",
    }
  `);
});
