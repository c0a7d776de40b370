import { expect, test } from 'vitest';
import { STATUS } from '../../../src/base/history.ts';
import { REQ, REQ_AT } from '../../../src/stack/block/requests.ts';
import { Device } from './device.ts';

const BARRIER_MODES = ['drain', 'drain-flush', 'drain-fua', 'tag', 'tag-flush', 'tag-fua'] as const;

function flagsAt(device: Device, place: number): number {
  const { fifo, requests } = device.queue.state;
  let rq = fifo.head;
  for (let i = 0; i < place; i++) rq = requests.rows[rq + REQ_AT.next];
  return requests.rows[rq + REQ_AT.flags];
}

test.each(['none', 'flush-fua'] as const)('R1: in %s a barrier is refused at once, with or without data', (mode) => {
  const device = new Device({ mode });
  device.barrier('B1', 0, 1);
  device.barrier('B2', 0, 0);
  expect(device.ended).toEqual(['B1 eopnotsupp', 'B2 eopnotsupp']);
});

test('R1: a barrier gets a request of its own, even next to a write that it touches', () => {
  const device = new Device({ mode: 'drain' });
  device.write('W1', 0);
  device.barrier('B', 1, 1);
  device.write('W2', 2);
  device.drain();
  expect(device.trace).toBe('W1; c W1; BAR; c BAR; end B ok; W2; c W2');
});

test('R2: a barrier has the colour of what was queued before it, what comes after has the other', () => {
  const device = new Device({ mode: 'drain' });
  device.write('W1', 0);
  device.barrier('B1', 10, 1);
  device.write('W2', 20);
  device.barrier('B2', 30, 1);
  device.write('W3', 40);
  device.barrier('B3', 50, 1);
  const colours = [0, 1, 2, 3, 4, 5].map((place) => (flagsAt(device, place) & REQ.colour) !== 0);
  expect(colours).toEqual([false, false, true, true, false, false]);
});

test.each(['noop', 'deadline'] as const)('R2: a barrier empties %s and goes behind everything', (scheduler) => {
  const device = new Device({ mode: 'drain', scheduler });
  device.write('W1', 30);
  device.write('W2', 10);
  device.read('R', 20);
  expect(device.queue.state.sortedCount).toBe(3);
  device.barrier('B', 40, 2);
  const { state } = device.queue;
  expect(state.sortedCount).toBe(0);
  expect(state.requests.rows[state.fifo.tail + REQ_AT.sector]).toBe(40);
  expect(flagsAt(device, 3) & (REQ.hardBarrier | REQ.softBarrier)).toBe(REQ.hardBarrier | REQ.softBarrier);
});

test('R2: a barrier is the scheduling boundary', () => {
  const device = new Device({ mode: 'drain' });
  device.write('W1', 30);
  device.barrier('B', 40, 2);
  const { state } = device.queue;
  expect([state.boundary, state.endSector]).toEqual([state.fifo.tail, 42]);
});

test('R2: a barrier unplugs the queue, a write does not', () => {
  const device = new Device({ mode: 'drain' });
  device.write('W1', 0);
  expect(device.queue.isRunnable).toBe(false);
  device.barrier('B', 10, 1);
  expect(device.queue.isRunnable).toBe(true);
});

test('a queue is unplugged by its fourth request', () => {
  const device = new Device({});
  for (let i = 0; i < 3; i++) device.write(`W${i}`, 10 * i);
  expect(device.queue.isRunnable).toBe(false);
  device.write('W3', 30);
  expect(device.queue.isRunnable).toBe(true);
});

test('R3: the scheduler is asked for one more request only when the FIFO is empty', () => {
  const device = new Device({});
  for (let i = 0; i < 3; i++) device.write(`W${i}`, 10 * i);
  const first = device.queue.peek();
  expect([device.queue.state.sortedCount, device.queue.peek()]).toEqual([2, first]);
  device.start(first);
  device.queue.peek();
  expect(device.queue.state.sortedCount).toBe(1);
});

test('R4: a barrier that finds the mode gone when its turn comes ends there, and the next request is given', () => {
  const device = new Device({ mode: 'drain' });
  device.barrier('B', 0, 1);
  device.write('W', 10);
  device.queue.ordered.nextMode = 0;
  device.run();
  expect(device.trace).toBe('end B eopnotsupp; W');
});

test.each(['drain', 'drain-flush', 'drain-fua'] as const)('R6: %s holds everything behind the barrier back', (mode) => {
  const device = new Device({ mode });
  device.write('W1', 0);
  device.barrier('B', 10, 1);
  device.write('W2', 20);
  device.read('R', 30);
  device.run();
  expect(device.trace).toBe('W1');
  device.drain();
  expect(device.trace).toMatch(/end B ok; (W2 R|R W2); c \w+; c \w+$/);
});

test.each([
  ['tag', 'W1 BAR W2; c W1; c BAR; end B1 ok; BAR W3; c W2; c BAR; end B2 ok; c W3'],
  [
    'tag-fua',
    'W1 PRE BAR+FUA W2; c W1; c PRE; c BAR+FUA; end B1 ok; PRE BAR+FUA W3; c W2; c PRE; c BAR+FUA; end B2 ok; c W3',
  ],
] as const)('R6: in %s only the next barrier waits, and what is behind that one', (mode, trace) => {
  const device = new Device({ mode });
  device.write('W1', 0);
  device.barrier('B1', 10, 1);
  device.write('W2', 20);
  device.barrier('B2', 30, 1);
  device.write('W3', 40);
  device.drain();
  expect(device.trace).toBe(trace);
});

test('R6: the second barrier of drain-flush starts when the first has ended, and what lies between them goes first', () => {
  const device = new Device({ mode: 'drain-flush' });
  device.barrier('B1', 10, 1);
  device.write('W', 20);
  device.barrier('B2', 30, 1);
  device.drain();
  const sequence = 'PRE; c PRE; BAR; c BAR; POST; c POST';
  expect(device.trace).toBe(`${sequence}; end B1 ok; W; c W; ${sequence}; end B2 ok`);
});

test('R7: a drain is not over while a request that was handed back is still to be done', () => {
  const device = new Device({ mode: 'drain' });
  device.write('W1', 0);
  device.write('W2', 10);
  device.barrier('B', 20, 1);
  device.run();
  device.requeue('W1');
  device.complete('W2');
  device.run();
  expect(device.trace).toBe('W1 W2; c W2; W1');
  device.drain();
  expect(device.trace).toBe('W1 W2; c W2; W1; c W1; BAR; c BAR; end B ok');
});

test.each([
  [['PRE', 'BAR', 'POST']],
  [['PRE', 'POST', 'BAR']],
  [['BAR', 'PRE', 'POST']],
  [['BAR', 'POST', 'PRE']],
  [['POST', 'PRE', 'BAR']],
  [['POST', 'BAR', 'PRE']],
])('R8: tagged steps may complete in any order (%s); the last one ends the barrier', (order) => {
  const device = new Device({ mode: 'tag-flush' });
  device.barrier('B', 0, 1);
  device.run();
  order.slice(0, 2).forEach((name) => device.complete(name));
  expect(device.ended).toEqual([]);
  device.complete(order[2]);
  expect(device.ended).toEqual(['B ok']);
});

test.each([
  ['PRE', STATUS.eio, STATUS.ok, 'B eio'],
  ['BAR', STATUS.eopnotsupp, STATUS.ok, 'B eopnotsupp'],
  ['POST', STATUS.eio, STATUS.ok, 'B eio'],
  ['PRE', STATUS.eio, STATUS.eopnotsupp, 'B eio'],
  ['PRE', STATUS.eopnotsupp, STATUS.eio, 'B eopnotsupp'],
] as const)(
  'the first error wins and stops nothing: %s fails with %i, later steps end with %i',
  (failing, error, later, end) => {
    for (const mode of ['drain-flush', 'tag-flush'] as const) {
      const device = new Device({ mode });
      device.barrier('B', 0, 1);
      device.write('W', 10);
      let status: number = STATUS.ok;
      for (device.run(); device.issued.length > 0; device.run()) {
        const { name } = device.issued[0];
        if (name === failing) status = error;
        else if (status !== STATUS.ok) status = later;
        device.complete(name, name === 'W' ? STATUS.ok : status);
      }
      expect(device.ended).toContain(end);
      for (const step of ['PRE', 'BAR', 'POST', 'W']) expect(device.trace).toContain(`c ${step}`);
    }
  },
);

test.each(BARRIER_MODES)('in %s the error of a write before the barrier is not the barrier’s', (mode) => {
  const device = new Device({ mode });
  device.write('W', 0);
  device.barrier('B', 10, 1);
  device.run();
  device.complete('W', STATUS.eio);
  device.drain();
  expect(device.ended).toEqual(['W eio', 'B ok']);
});

test.each(BARRIER_MODES)('I12: in %s never two barriers are at the driver', (mode) => {
  const device = new Device({ mode });
  for (let i = 0; i < 8; i++) {
    device.write(`W${i}`, 20 * i);
    device.barrier(`B${i}`, 20 * i + 10, i % 2);
  }
  for (device.run(); device.issued.length > 0; device.run()) {
    expect(device.issued.filter(({ name }) => name.startsWith('BAR')).length).toBeLessThan(2);
    device.complete();
  }
  expect(device.ended.length).toBe(16);
  expect(device.queue.state.breachCount).toBe(0);
});
