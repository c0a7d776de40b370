import { expect, test } from 'vitest';
import { Device } from './device.ts';

/** The order in which a barrier at `sector` (one sector long) drives these writes out of the scheduler. */
function forced(sectors: readonly number[], sector: number): number[] {
  const device = new Device({ mode: 'tag' });
  for (const at of sectors) device.write(`W${at}`, at);
  device.barrier('B', sector, 1);
  device.run();
  return device.issued.slice(0, -1).map((issued) => issued.sector);
}

test('noop is a FIFO as long as the driver asks for one request after the other', () => {
  const device = new Device({});
  for (const sector of [30, 10, 20]) device.write(`W${sector}`, sector);
  device.run();
  expect(device.trace).toBe('W30 W10 W20');
});

test.each([
  [40, [10, 20, 30]],
  [0, [10, 20, 30]],
  [15, [20, 30, 10]],
  [25, [30, 10, 20]],
  [29, [30, 10, 20]],
  [30, [10, 20, 30]],
])('noop driven out by a barrier at %i goes one way up from its end: %j', (sector, order) => {
  for (const sectors of [
    [30, 10, 20],
    [10, 20, 30],
    [30, 20, 10],
    [20, 30, 10],
  ])
    expect(forced(sectors, sector)).toEqual(order);
});

test('noop sorts nothing past a request of the other direction', () => {
  const device = new Device({ mode: 'tag' });
  device.write('W30', 30);
  device.read('R20', 20);
  device.write('W10', 10);
  device.barrier('B', 40, 1);
  device.run();
  expect(device.trace).toBe('W30 R20 W10 BAR');
});

test('noop sorts nothing past a request that the driver has seen', () => {
  const device = new Device({ mode: 'tag' });
  device.write('W30', 30);
  device.queue.peek();
  device.write('W10', 10);
  device.barrier('B', 40, 1);
  device.run();
  expect(device.trace).toBe('W30 W10 BAR');
});

test('noop sorts nothing past a barrier', () => {
  const device = new Device({ mode: 'tag' });
  device.write('W30', 30);
  device.barrier('B1', 40, 1);
  device.write('W10', 10);
  device.barrier('B2', 50, 1);
  device.run();
  expect(device.trace).toBe('W30 BAR W10');
});

test('noop knows no deadlines', () => {
  const device = new Device({});
  device.write('W', 0);
  expect([device.queue.mayExpire(0), device.queue.mayExpire(1)]).toEqual([false, false]);
});
