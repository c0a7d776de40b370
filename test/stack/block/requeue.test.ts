import { expect, test } from 'vitest';
import { NIL } from '../../../src/stack/block/bios.ts';
import { PRE } from '../../../src/stack/block/requests.ts';
import type { Mode } from '../../../src/stack/config.ts';
import { Device } from './device.ts';

test('R9: without a sequence what is handed back goes to the front', () => {
  const device = new Device({});
  for (let i = 0; i < 3; i++) device.write(`W${i}`, 10 * i);
  device.run(2);
  device.requeue('W1');
  device.requeue('W0');
  device.run();
  expect(device.issued.map(({ name }) => name)).toEqual(['W0', 'W1', 'W2']);
});

test.each([
  [['W3', 'POST', 'BAR', 'PRE', 'W1']],
  [['W1', 'PRE', 'BAR', 'POST', 'W3']],
  [['BAR', 'W3', 'PRE', 'W1', 'POST']],
])('R9: handed back in the order %s, the steps stand in sequence again', (order) => {
  const device = new Device({ mode: 'tag-flush' });
  device.write('W1', 0);
  device.barrier('B', 10, 1);
  device.write('W3', 20);
  device.run();
  for (const name of order) device.requeue(name);
  device.run();
  expect(device.issued.map(({ name }) => name)).toEqual(['W1', 'PRE', 'BAR', 'POST', 'W3']);
  device.drain();
  expect(device.ended).toEqual(['W1 ok', 'B ok', 'W3 ok']);
});

test('R9: what is handed back is neither merged with nor counted in flight', () => {
  const device = new Device({});
  device.write('W1', 0);
  device.run();
  device.requeue('W1');
  expect(device.queue.state.inFlight).toBe(0);
  device.write('W2', 1);
  device.drain();
  expect(device.trace).toBe('W1 W1 W2; c W1; c W2');
});

const WEDGES = [
  ['tag-flush', true, true],
  ['tag-fua', true, true],
  ['tag-flush', false, false],
  ['tag-fua', false, false],
  ['drain-flush', true, false],
  ['drain-fua', true, false],
] as const satisfies readonly (readonly [Mode, boolean, boolean])[];

test.each(WEDGES)(
  '%s with FS type flushes %s: a PREFLUSH peeked and not started wedges: %s',
  (mode, flushIsFs, wedges) => {
    const device = new Device({ mode, flushIsFs });
    device.barrier('B', 0, 0);
    expect(device.queue.peek()).toBe(PRE);
    expect(device.queue.peek()).toBe(wedges ? NIL : PRE);
    device.drain();
    expect(device.ended).toEqual(wedges ? [] : ['B ok']);
  },
);
