import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BIO } from '../../../src/stack/block/bios.ts';
import { DISK_LIMITS, RING_LIMITS } from '../../../src/stack/block/state.ts';
import { Device, type Issued } from './device.ts';

type Step =
  | { readonly do: 'bio'; readonly flags: number; readonly sector: number; readonly count: number }
  | { readonly do: 'run' | 'complete' | 'expire'; readonly number: number };

const bio = (flags: fc.Arbitrary<number>): fc.Arbitrary<Step> =>
  fc.record({
    do: fc.constant('bio' as const),
    flags,
    sector: fc.integer({ min: 0, max: 40 }),
    count: fc.integer({ min: 1, max: 9 }),
  });
const plain = fc.constantFrom(BIO.write, BIO.write, BIO.write, 0, BIO.discard);
const acts: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom('run', 'complete', 'expire'),
  number: fc.integer({ min: 0, max: 3 }),
});
const BARRIER = BIO.write | BIO.barrier;
const steps = fc.array(fc.oneof({ weight: 4, arbitrary: bio(plain) }, acts), { maxLength: 60, size: 'max' });
const stepsWithBarriers = fc.array(
  fc.oneof({ weight: 5, arbitrary: bio(plain) }, { weight: 1, arbitrary: bio(fc.constant(BARRIER)) }, acts),
  { maxLength: 60, size: 'max' },
);

interface Outcome {
  readonly device: Device;
  /** Everything the driver was given, in order. */
  readonly issued: readonly Issued[];
  /** What each bio asked for, by name. */
  readonly asked: ReadonlyMap<string, Step & { do: 'bio' }>;
}

/** Takes the steps, then lets everything come to its end. */
function outcome(device: Device, list: readonly Step[]): Outcome {
  const issued: Issued[] = [];
  const asked = new Map<string, Step & { do: 'bio' }>();
  const run = (requestCountMax?: number) => {
    const known = device.issued.length;
    device.run(requestCountMax);
    issued.push(...device.issued.slice(known));
  };
  list.forEach((step, index) => {
    if (step.do === 'bio') {
      asked.set(`b${index}.`, step);
      device.submit(`b${index}.`, step.flags, step.sector, step.count);
    } else if (step.do === 'run') run(step.number);
    else if (step.do === 'expire') device.queue.expire(step.number & 1);
    else if (device.issued.length > 0) device.complete(device.issued[step.number % device.issued.length].name);
  });
  for (run(); device.issued.length > 0; run()) device.complete();
  return { device, issued, asked };
}

const settings = fc.record({
  scheduler: fc.constantFrom('noop', 'deadline'),
  limits: fc.constantFrom(RING_LIMITS, DISK_LIMITS),
});

test('every bio comes out exactly once, in a request that covers exactly its bios, one behind the other', () => {
  fc.assert(
    fc.property(settings, steps, (queue, list) => {
      const { device, issued, asked } = outcome(new Device({ mode: 'drain', ...queue }), list);
      expect(issued.flatMap(({ bios }) => bios).toSorted()).toEqual([...asked.keys()].toSorted());
      expect(device.ended.toSorted()).toEqual([...asked.keys()].map((name) => `${name} ok`).toSorted());
      for (const request of issued) {
        const bios = request.bios.map((name) => asked.get(name)!);
        let end = request.sector;
        const starts = bios.map(({ count }) => (end += count) - count);
        expect(bios.map(({ sector, flags }) => [sector, flags])).toEqual(starts.map((start) => [start, bios[0].flags]));
        expect(end).toBe(request.sector + request.count);
      }
      expect(device.queue.state.breachCount).toBe(0);
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('no bio crosses a barrier: older ones are issued before it, newer ones after it', () => {
  const modes = fc.constantFrom('drain', 'drain-flush', 'drain-fua', 'tag', 'tag-flush', 'tag-fua');
  fc.assert(
    fc.property(modes, settings, stepsWithBarriers, (mode, queue, list) => {
      const { device, issued, asked } = outcome(new Device({ mode, ...queue }), list);
      const names = [...asked.keys()];
      const order = names.map((name) => issued.findIndex(({ bios }) => bios.includes(name)));
      names.forEach((name, barrier) => {
        if (asked.get(name)!.flags !== BARRIER) return;
        expect(issued[order[barrier]].name).toMatch(/^BAR/);
        expect(Math.max(-1, ...order.slice(0, barrier))).toBeLessThan(order[barrier]);
        expect(Math.min(Infinity, ...order.slice(barrier + 1))).toBeGreaterThan(order[barrier]);
      });
      expect(device.ended.length).toBe(names.length);
      expect(device.queue.state.breachCount).toBe(0);
    }),
    { seed: 2, numRuns: 200 },
  );
});
