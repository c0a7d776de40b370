import { expect, test } from 'vitest';
import { BIO } from '../../../src/stack/block/bios.ts';
import { type QueueLimits, RING_LIMITS } from '../../../src/stack/block/state.ts';
import type { Scheduler } from '../../../src/stack/config.ts';
import { Device } from './device.ts';

const SCHEDULERS = ['noop', 'deadline'] as const;

/** Requests that the queue makes of these writes `[sector, count]` (W0, W1 …), ascending by sector. */
function requestsOf(
  scheduler: Scheduler,
  writes: readonly (readonly [number, number])[],
  limits?: QueueLimits,
): string[] {
  const device = new Device(limits === undefined ? { scheduler } : { scheduler, limits });
  writes.forEach(([sector, count], index) => device.write(`W${index}`, sector, count));
  device.run();
  return texts(device);
}

function texts(device: Device): string[] {
  const issued = device.issued.toSorted((a, b) => a.sector - b.sector);
  return issued.map(({ bios, sector, count }) => `${bios.join(' ')} at ${sector}+${count}`);
}

test.each(SCHEDULERS)(
  '%s: a bio that follows a request is merged behind it, the last one merged or not',
  (scheduler) => {
    expect(
      requestsOf(scheduler, [
        [0, 2],
        [2, 3],
      ]),
    ).toEqual(['W0 W1 at 0+5']);
    expect(
      requestsOf(scheduler, [
        [0, 2],
        [10, 2],
        [12, 1],
      ]),
    ).toEqual(['W0 at 0+2', 'W1 W2 at 10+3']);
  },
);

test('a bio that leads up to a request is merged in front: noop only with the last merged one, deadline with any', () => {
  const any = [
    [10, 1],
    [20, 2],
    [19, 1],
  ] as const;
  for (const scheduler of SCHEDULERS)
    expect(
      requestsOf(scheduler, [
        [10, 2],
        [9, 1],
      ]),
    ).toEqual(['W1 W0 at 9+3']);
  expect(requestsOf('noop', any)).toEqual(['W0 at 10+1', 'W2 at 19+1', 'W1 at 20+2']);
  expect(requestsOf('deadline', any)).toEqual(['W0 at 10+1', 'W2 W1 at 19+3']);
});

test.each(SCHEDULERS)('%s: a merge that closes a gap joins the two requests', (scheduler) => {
  expect(
    requestsOf(scheduler, [
      [0, 1],
      [2, 2],
      [1, 1],
    ]),
  ).toEqual(['W0 W2 W1 at 0+4']);
});

test('deadline joins two requests after a front merge too', () => {
  expect(
    requestsOf('deadline', [
      [5, 1],
      [2, 2],
      [7, 1],
      [4, 1],
    ]),
  ).toEqual(['W1 W3 W0 at 2+4', 'W2 at 7+1']);
});

test.each(SCHEDULERS)('%s: only exact neighbours merge', (scheduler) => {
  expect(
    requestsOf(scheduler, [
      [0, 2],
      [3, 1],
    ]),
  ).toEqual(['W0 at 0+2', 'W1 at 3+1']);
  expect(
    requestsOf(scheduler, [
      [0, 2],
      [1, 2],
    ]),
  ).toEqual(['W0 at 0+2', 'W1 at 1+2']);
});

test.each(SCHEDULERS)('%s: reads, writes and discards keep to themselves', (scheduler) => {
  const device = new Device({ scheduler });
  device.write('W', 0);
  device.read('R', 1);
  device.submit('D', BIO.discard, 2, 1);
  device.write('W', 3);
  device.run();
  expect(texts(device)).toEqual(['W at 0+1', 'R at 1+1', 'D at 2+1', 'W at 3+1']);
});

test.each(SCHEDULERS)('%s: over the ring a request has at most 11 segments of 4 KiB', (scheduler) => {
  const pages = Array.from({ length: 12 }, (_, i) => [8 * i, 8] as const);
  const eleven = pages.slice(0, 11).map((_, i) => `W${i}`);
  expect(requestsOf(scheduler, pages, RING_LIMITS)).toEqual([`${eleven.join(' ')} at 0+88`, 'W11 at 88+8']);
  const singles = Array.from({ length: 12 }, (_, i) => [i, 1] as const);
  expect(requestsOf(scheduler, singles, RING_LIMITS)).toEqual([`${eleven.join(' ')} at 0+11`, 'W11 at 11+1']);
});

test.each(SCHEDULERS)('%s: over a disk a request has at most 1024 sectors and 128 segments', (scheduler) => {
  expect(
    requestsOf(scheduler, [
      [0, 512],
      [512, 512],
      [1024, 1],
    ]),
  ).toEqual(['W0 W1 at 0+1024', 'W2 at 1024+1']);
  const singles = Array.from({ length: 130 }, (_, i) => [i, 1] as const);
  expect(requestsOf(scheduler, singles).map((text) => text.split(' at ')[1])).toEqual(['0+128', '128+2']);
});

test.each(SCHEDULERS)('%s: a request found full takes no other bio, even one that would fit', (scheduler) => {
  const writes = [
    [100, 80],
    [84, 16],
    [180, 1],
  ] as const;
  expect(requestsOf(scheduler, writes, RING_LIMITS)).toEqual(['W1 at 84+16', 'W0 at 100+80', 'W2 at 180+1']);
  expect(
    requestsOf(
      scheduler,
      [
        [100, 80],
        [180, 1],
      ],
      RING_LIMITS,
    ),
  ).toEqual(['W0 W1 at 100+81']);
});

test('a request found full joins no other, even one that would fit', () => {
  const writes = [
    [100, 64],
    [68, 32],
    [165, 1],
    [164, 1],
  ] as const;
  expect(requestsOf('deadline', writes, RING_LIMITS)).toEqual(['W1 at 68+32', 'W0 at 100+64', 'W3 W2 at 164+2']);
  const without = [writes[0], writes[2], writes[3]];
  expect(requestsOf('deadline', without, RING_LIMITS)).toEqual(['W0 W2 W1 at 100+66']);
});

test('discards merge without limit', () => {
  const device = new Device({ limits: RING_LIMITS });
  for (let i = 0; i < 20; i++) device.submit(`D${i}`, BIO.discard, 100 * i, 100);
  device.run();
  expect(device.issued.map(({ sector, count }) => [sector, count])).toEqual([[0, 2000]]);
});

test.each(SCHEDULERS)('%s: nothing is merged with a request that has left the scheduler', (scheduler) => {
  const device = new Device({ scheduler });
  device.write('W0', 0);
  device.queue.peek();
  device.write('W1', 1);
  device.run();
  expect(texts(device)).toEqual(['W0 at 0+1', 'W1 at 1+1']);
});

test.each(SCHEDULERS)('%s: nothing is merged across a barrier or with one', (scheduler) => {
  const device = new Device({ mode: 'tag', scheduler });
  device.write('W0', 0);
  device.barrier('B', 1, 1);
  device.write('W1', 1);
  device.write('W2', 2);
  device.run();
  expect(device.trace).toBe('W0 BAR W1W2');
});
