import { expect, test } from 'vitest';
import { Device } from './device.ts';
import { REQ_AT } from '../../../src/stack/block/requests.ts';

const READ = 0;
const WRITE = 1;

function bench(): Device {
  return new Device({ mode: 'tag', scheduler: 'deadline' });
}

function order(device: Device): string {
  device.run();
  return device.issued.map(({ name }) => name).join(' ');
}

/** Names `letter`0, `letter`1 … */
function names(letter: string, from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => `${letter}${from + i}`);
}

test('a batch begins with the oldest request and goes up', () => {
  const device = bench();
  for (const sector of [20, 10, 40, 30]) device.write(`W${sector}`, sector);
  expect(order(device)).toBe('W20 W30 W40 W10');
});

test('a barrier drives everything out in that order', () => {
  const device = bench();
  for (const sector of [20, 10, 40, 30]) device.write(`W${sector}`, sector);
  device.barrier('B', 0, 1);
  expect(order(device)).toBe('W20 W30 W40 W10 BAR');
});

test('reads go before writes, but no more than two batches of them in a row', () => {
  const device = bench();
  device.write('W0', 0);
  device.write('W1', 20);
  for (const sector of [50, 40, 30, 10]) device.read(`R${sector}`, sector);
  expect(order(device)).toBe('R50 R40 W0 W1 R30 R10');
});

test('a batch has 16 requests', () => {
  const device = bench();
  device.write('W', 0);
  for (let i = 0; i < 40; i++) device.read(`R${i}`, 10 * i);
  expect(order(device)).toBe([...names('R', 0, 32), 'W', ...names('R', 32, 40)].join(' '));
});

test('a request that an equal start drives out counts for no batch', () => {
  const device = bench();
  device.write('W', 0);
  for (let i = 0; i < 40; i++) device.read(`R${i}`, 10 * i);
  device.run(1);
  device.read('R', 50, 2);
  // R5 goes straight to the driver, and the batch (R0 so far) goes on behind it.
  const reads = ['R0', 'R5', ...names('R', 6, 37)];
  const rest = ['W', ...names('R', 1, 5), 'R', ...names('R', 37, 40)];
  expect(order(device)).toBe([...reads, ...rest].join(' '));
});

test('a passed deadline is looked at when a batch begins, and turns back to the oldest request', () => {
  for (const expires of [false, true]) {
    const device = bench();
    device.write('V', 1000);
    device.write('W', 0);
    for (let i = 0; i < 20; i++) device.write(`W${i}`, 2000 + 10 * i);
    if (expires) {
      device.run(1);
      device.queue.expire(WRITE);
    }
    const late = [...names('W', 0, 20), 'W'];
    const turned = [...names('W', 0, 15), 'W', ...names('W', 15, 20)];
    expect(order(device)).toBe(['V', ...(expires ? turned : late)].join(' '));
  }
});

test('a deadline passes once for each oldest request, by direction', () => {
  const device = bench();
  const may = () => [device.queue.mayExpire(READ), device.queue.mayExpire(WRITE)];
  expect(may()).toEqual([false, false]);
  device.write('W0', 0);
  device.write('W1', 10);
  expect(may()).toEqual([false, true]);
  device.queue.expire(WRITE);
  expect(may()).toEqual([false, false]);
  device.read('R', 20);
  expect(may()).toEqual([true, false]);
  device.run(2);
  expect(may()).toEqual([false, true]);
  device.run();
  expect(may()).toEqual([false, false]);
});

test('of two requests that start at the same sector the older goes out before the newcomer goes in', () => {
  const device = bench();
  device.write('W0', 5);
  device.write('W1', 10, 4);
  device.write('W2', 10, 2);
  expect(order(device)).toBe('W1 W0 W2');
});

test('a request made by a front merge drives out one that starts where it now starts', () => {
  const device = bench();
  device.write('W0', 9, 2);
  device.write('W1', 10, 4);
  device.write('W2', 9, 1);
  expect(device.queue.state.requests.rows[device.queue.state.fifo.head + REQ_AT.sector]).toBe(9);
  expect(order(device)).toBe('W0 W2W1');
});

test('a joined request keeps the older of the two places', () => {
  const device = bench();
  device.write('W0', 12);
  device.write('W1', 30);
  device.write('W2', 10);
  device.write('W3', 11);
  expect(order(device)).toBe('W2W3W0 W1');
});
