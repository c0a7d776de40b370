import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Ring, RING_OP } from '../../../src/stack/ring/ring.ts';

const SLOTS = [2, 4, 8, 16, 32] as const;
const STARTS = [0, 2 ** 32 - 1, 2 ** 32 - 2, 2 ** 32 - 5, 2 ** 31 - 1, 2 ** 31] as const;

function fresh(slots: number, start: number): Ring {
  const ring = new Ring({ slots, start });
  ring.reset();
  return ring;
}

/** Puts one request on the ring under this id. */
function produce(ring: Ring, id: number): number {
  const slot = ring.produceRequest();
  ring.id[slot] = id;
  return slot;
}

const moves = fc.constantFrom('produce', 'push', 'take', 'respond', 'consume', 'front check', 'back check');

/** What both ends see while they make these moves (those that are possible), slots counted from the start. */
function observe(ring: Ring, slots: number, start: number, list: readonly (readonly [string, number])[]): unknown[] {
  const taken: number[] = [];
  const place = (slot: number) => (slot - start) & (slots - 1);
  let id = 0;
  return list.map(([move, choice]) => {
    let seen: unknown;
    if (move === 'produce') seen = ring.isFull ? 'full' : place(produce(ring, id++));
    else if (move === 'push') seen = ring.pushRequests();
    else if (move === 'front check') seen = ring.finalCheckForResponses();
    else if (move === 'back check') seen = ring.finalCheckForRequests();
    else if (move === 'consume' && ring.hasResponses) seen = ring.id[ring.consumeResponse()];
    else if (move === 'take' && ring.hasRequests) {
      const slot = ring.consumeRequest();
      taken.push(ring.id[slot]);
      seen = [place(slot), ring.id[slot]];
    } else if (move === 'respond' && taken.length > 0)
      seen = ring.respond(taken.splice(choice % taken.length, 1)[0], RING_OP.write, 1);
    return [move, seen, ring.isFull, ring.hasUnpushedRequests, ring.hasRequests, ring.hasResponses, ring.breachCount];
  });
}

test('indices that wrap around 2^32 behave as those from 0 on', () => {
  const list = fc.array(fc.tuple(moves, fc.nat(31)), { maxLength: 200, size: 'max' });
  fc.assert(
    fc.property(fc.constantFrom(...SLOTS), fc.constantFrom(...STARTS), list, (slots, start, sequence) => {
      const seen = observe(fresh(slots, start), slots, start, sequence);
      expect(seen).toEqual(observe(fresh(slots, 0), slots, 0, sequence));
    }),
    { seed: 3, numRuns: 500 },
  );
});

test('requests are taken in the order in which they were put, each once, and answers are found by id', () => {
  const list = fc.array(fc.tuple(moves, fc.nat(31)), { maxLength: 300, size: 'max' });
  fc.assert(
    fc.property(fc.constantFrom(...SLOTS), fc.constantFrom(...STARTS), list, (slots, start, sequence) => {
      const seen = observe(fresh(slots, start), slots, start, sequence) as [string, unknown][];
      const took = seen
        .filter(([move, value]) => move === 'take' && value !== undefined)
        .map(([, value]) => value as number[]);
      expect(took.map(([, id]) => id)).toEqual(took.map((_, index) => index));
      const answered = seen.filter(([move, value]) => move === 'consume' && value !== undefined).map(([, id]) => id);
      expect(new Set(answered).size).toBe(answered.length);
      expect(seen.at(-1)?.at(-1) ?? 0).toBe(0);
    }),
    { seed: 4, numRuns: 300 },
  );
});

test.each(STARTS)('the first push notifies, further ones only when the other end asked for it (start %i)', (start) => {
  const ring = fresh(8, start);
  const push = (count: number) => {
    for (let i = 0; i < count; i++) produce(ring, i);
    return ring.pushRequests();
  };
  expect([push(1), push(1), push(2), push(0)]).toEqual([true, false, false, false]);
  for (let i = 0; i < 3; i++) ring.consumeRequest();
  expect(ring.finalCheckForRequests()).toBe(true);
  expect(push(1)).toBe(false);
  ring.consumeRequest();
  ring.consumeRequest();
  expect(ring.finalCheckForRequests()).toBe(false);
  expect([push(0), push(2), push(1)]).toEqual([false, true, false]);
});

test.each(STARTS)('responses notify by the same rule (start %i)', (start) => {
  const ring = fresh(4, start);
  for (let i = 0; i < 4; i++) produce(ring, i);
  ring.pushRequests();
  for (let i = 0; i < 4; i++) ring.consumeRequest();
  expect([ring.respond(0, 1, 1), ring.respond(1, 1, 1)]).toEqual([true, false]);
  ring.consumeResponse();
  expect(ring.finalCheckForResponses()).toBe(true);
  ring.consumeResponse();
  expect(ring.finalCheckForResponses()).toBe(false);
  expect([ring.respond(2, 1, 1), ring.respond(3, 1, 1)]).toEqual([true, false]);
});

test.each(STARTS)('a full ring stays full until a response has been consumed (start %i)', (start) => {
  const ring = fresh(4, start);
  for (let i = 0; i < 4; i++) produce(ring, i);
  expect(ring.isFull).toBe(true);
  expect(() => ring.produceRequest()).toThrow('a full ring takes no request');
  ring.pushRequests();
  ring.consumeRequest();
  ring.respond(0, 1, 1);
  expect(ring.isFull).toBe(true);
  ring.consumeResponse();
  expect(ring.isFull).toBe(false);
});

test('responses come in any order, each in the next slot whatever slot its request had', () => {
  const ring = fresh(4, 0);
  for (let id = 0; id < 4; id++) produce(ring, id);
  ring.pushRequests();
  for (let i = 0; i < 4; i++) ring.consumeRequest();
  for (const id of [2, 0, 3, 1]) ring.respond(id, RING_OP.write, 1);
  expect([0, 1, 2, 3].map(() => ring.id[ring.consumeResponse()])).toEqual([2, 0, 3, 1]);
});

test('a backend that consumes more than it has room to answer is noticed', () => {
  const ring = fresh(2, 0);
  produce(ring, 0);
  produce(ring, 1);
  ring.pushRequests();
  ring.consumeRequest();
  ring.consumeRequest();
  expect(ring.breachCount).toBe(0);
  ring.consumeRequest();
  expect(ring.breachCount).toBe(1);
});
