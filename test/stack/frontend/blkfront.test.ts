import { expect, test } from 'vitest';
import { STATUS } from '../../../src/base/history.ts';
import { BIO } from '../../../src/stack/block/bios.ts';
import { RING_LIMITS } from '../../../src/stack/block/state.ts';
import { Clock } from '../../../src/stack/clock.ts';
import type { Frontend, Mode } from '../../../src/stack/config.ts';
import { Blkfront } from '../../../src/stack/frontend/blkfront.ts';
import { Ring, RING_OP } from '../../../src/stack/ring/ring.ts';
import { Tracer } from '../../../src/stack/trace.ts';
import { Device } from '../block/device.ts';

const OP_NAMES = new Map(Object.entries(RING_OP).map(([name, code]) => [code as number, name]));

/** A frontend over a ring whose other end is the test. */
class Bench {
  readonly device: Device;
  readonly ring: Ring;
  readonly front: Blkfront;

  constructor(mode: Mode, frontend: Frontend, slots = 32, flushIsFs = false) {
    this.device = new Device({ mode, flushIsFs, limits: RING_LIMITS, hasFua: true });
    this.ring = new Ring({ slots, start: 2 ** 32 - 2 });
    this.front = new Blkfront(this.device.queue, this.ring, frontend, 'writeBarrier', new Tracer(new Clock()));
    this.ring.reset();
    this.front.reset();
  }

  /** Lets the frontend take all it can and returns what came on the ring as `op sector+count/segments`. */
  seen(): string[] {
    this.device.queue.unplug();
    while (this.front.canDispatch) this.front.dispatch();
    this.front.push();
    const texts: string[] = [];
    while (this.ring.hasRequests) {
      const slot = this.ring.consumeRequest();
      const { op, sector, count, segments } = this.ring;
      texts.push(`${OP_NAMES.get(op[slot])} ${sector[slot]}+${count[slot]}/${segments[slot]}`);
    }
    return texts;
  }

  /** Answers an id and runs the interrupt handler to its end. */
  answer(id: number, status: number = STATUS.ok): void {
    this.front.interrupted = this.ring.respond(id, 0, status) || this.front.interrupted;
    while (this.front.interrupted) this.front.interrupt();
  }
}

test.each([
  ['generic', false],
  ['generic', true],
  ['2.6.36', true],
] as const)(
  '%s with FS type flushes %s: flushes and barriers go as WRITE_BARRIER, with or without segments',
  (frontend, fs) => {
    const bench = new Bench('drain-flush', frontend, 32, fs);
    bench.device.barrier('B', 8, 9);
    expect(bench.seen()).toEqual(['writeBarrier 0+0/0']);
    bench.answer(0);
    expect(bench.seen()).toEqual(['writeBarrier 8+9/2']);
    bench.answer(0);
    expect(bench.seen()).toEqual(['writeBarrier 0+0/0']);
    bench.answer(0);
    expect(bench.device.ended).toEqual(['B ok']);
  },
);

test('flush-fua: FLUSH goes as WRITE_BARRIER without segments, FUA data as one with data', () => {
  const bench = new Bench('flush-fua', 'generic');
  bench.device.submit('B', BIO.write | BIO.flush | BIO.fua, 8, 1);
  expect(bench.seen()).toEqual(['writeBarrier 0+0/0']);
  bench.answer(0);
  expect(bench.seen()).toEqual(['writeBarrier 8+1/1']);
  bench.device.submit('U', BIO.write | BIO.fua, 16, 1);
  expect(bench.seen()).toEqual(['writeBarrier 16+1/1']);
});

test('reads, writes and discards keep their names', () => {
  const bench = new Bench('tag', 'generic');
  bench.device.write('W', 0, 8);
  bench.device.read('R', 8, 16);
  bench.device.submit('D', BIO.discard, 30, 4);
  expect(bench.seen().toSorted()).toEqual(['discard 30+4/1', 'read 8+16/2', 'write 0+8/1']);
});

test('2.6.36 fails a request that is not FS type', () => {
  const bench = new Bench('drain-flush', '2.6.36', 32, false);
  bench.device.barrier('B', 0, 0);
  expect(bench.seen()).toEqual([]);
  expect(bench.device.ended).toEqual(['B eio']);
});

test('a full ring stops the queue; the request stays at the head until an interrupt', () => {
  const bench = new Bench('drain', 'generic', 2);
  for (let i = 0; i < 4; i++) bench.device.write(`W${i}`, 10 * i);
  expect(bench.seen()).toEqual(['write 0+1/1', 'write 10+1/1']);
  expect([bench.front.canDispatch, bench.seen()]).toEqual([false, []]);
  bench.answer(1);
  expect(bench.seen()).toEqual(['write 20+1/1']);
  expect(bench.device.ended).toEqual(['W1 ok']);
  bench.answer(0);
  bench.answer(1);
  expect(bench.seen()).toEqual(['write 30+1/1']);
});

test.each(['tag-flush', 'tag-fua'] as const)('%s of 2.6.36 wedges when the ring is full at PREFLUSH', (mode) => {
  for (const flushIsFs of [false, true]) {
    const bench = new Bench(mode, 'generic', 2, flushIsFs);
    bench.device.write('W0', 0);
    bench.device.write('W1', 10);
    bench.device.barrier('B', 0, 0);
    bench.seen();
    bench.answer(0);
    bench.answer(1);
    expect(bench.seen()).toEqual(flushIsFs ? [] : ['writeBarrier 0+0/0']);
  }
});

test('a response without a request is noticed, and so is a second one', () => {
  const bench = new Bench('drain', 'generic');
  bench.device.write('W0', 0);
  bench.device.write('W1', 10);
  bench.seen();
  bench.answer(0);
  expect([bench.front.breachCount, bench.device.ended]).toEqual([0, ['W0 ok']]);
  bench.answer(0);
  expect([bench.front.breachCount, bench.device.ended]).toEqual([1, ['W0 ok']]);
});

test('an error on the ring is the request’s', () => {
  const bench = new Bench('drain', 'generic');
  bench.device.write('W', 0);
  bench.seen();
  bench.answer(0, STATUS.eio);
  expect(bench.device.ended).toEqual(['W eio']);
});
