import { expect, test } from 'vitest';
import { Ring } from '../../../src/stack/ring/ring.ts';

/** Both ends over one ring, each asleep until notified; every move is one atomic step. */
class Ends {
  readonly ring: Ring;
  left: number;
  answered = 0;
  backAwake = false;
  frontAwake = false;
  readonly taken: number[] = [];

  constructor(slots: number, start: number, requestCount: number) {
    this.left = requestCount;
    this.ring = new Ring({ slots, start });
    this.ring.reset();
  }

  enabled(): string[] {
    const moves: string[] = [];
    if (this.left > 0 && !this.ring.isFull) moves.push('produce');
    if (this.ring.hasUnpushedRequests) moves.push('push');
    if (this.backAwake) moves.push('back');
    if (this.frontAwake) moves.push('front');
    return [...moves, ...this.taken.map((id) => `answer ${id}`)];
  }

  make(move: string): void {
    const { ring } = this;
    if (move === 'produce') ring.id[ring.produceRequest()] = this.left--;
    else if (move === 'push') this.backAwake = ring.pushRequests() || this.backAwake;
    else if (move === 'back') {
      if (ring.hasRequests) this.taken.push(ring.id[ring.consumeRequest()]);
      else this.backAwake = ring.finalCheckForRequests();
    } else if (move === 'front') {
      if (ring.hasResponses) this.answered += ring.consumeResponse() >= 0 ? 1 : 0;
      else this.frontAwake = ring.finalCheckForResponses();
    } else {
      const [id] = this.taken.splice(this.taken.indexOf(Number(move.slice(7))), 1);
      this.frontAwake = ring.respond(id, 1, 1) || this.frontAwake;
    }
  }
}

test.each([
  [2, 0, 5],
  [2, 2 ** 32 - 3, 5],
  [4, 2 ** 32 - 2, 4],
])(
  'whatever the order of steps, nobody sleeps while work is left (%i slots from %i, %i requests)',
  (slots, start, requestCount) => {
    const seen = new Set<string>();
    const open: string[][] = [[]];
    let endCount = 0;
    while (open.length > 0) {
      const moves = open.pop()!;
      const ends = new Ends(slots, start, requestCount);
      moves.forEach((move) => ends.make(move));
      const state = JSON.stringify(ends);
      if (seen.has(state)) continue;
      seen.add(state);
      const next = ends.enabled();
      for (const move of next) open.push([...moves, move]);
      if (next.length > 0) continue;
      endCount++;
      expect([ends.answered, ends.ring.breachCount], moves.join(', ')).toEqual([requestCount, 0]);
    }
    expect(endCount).toBeGreaterThan(0);
    expect(seen.size).toBeGreaterThan(500);
  },
);
