/** How many ways lead through the graph that was walked, from the first state to any end. */
import { assert } from '../../base/assert.ts';

export class PathCounter {
  private edges: Int32Array = new Int32Array(1 << 12);
  private length = 0;
  private readonly ends: number[] = [];

  clear(): void {
    this.length = 0;
    this.ends.length = 0;
  }

  /** A run ends in this state. */
  addEnd(state: number): void {
    this.ends.push(state);
  }

  add(from: number, to: number): void {
    if (this.length === this.edges.length) {
      const larger = new Int32Array(2 * this.length);
      larger.set(this.edges);
      this.edges = larger;
    }
    this.edges[this.length++] = from;
    this.edges[this.length++] = to;
  }

  /** Ways from state 0 to where runs end; what a walk that was cut short left open is none. Every action uses something up, so no way is a circle. */
  count(stateCount: number): bigint {
    const { edges, length } = this;
    const incoming = new Int32Array(stateCount);
    const starts = new Int32Array(stateCount + 1);
    for (let i = 0; i < length; i += 2) {
      starts[edges[i] + 1]++;
      incoming[edges[i + 1]]++;
    }
    for (let state = 0; state < stateCount; state++) starts[state + 1] += starts[state];
    const targets = new Int32Array(length / 2);
    const filled = starts.slice(0, stateCount);
    for (let i = 0; i < length; i += 2) targets[filled[edges[i]]++] = edges[i + 1];
    const ways = waysTo(starts, targets, incoming);
    return this.ends.reduce((sum, end) => sum + ways[end], 0n);
  }
}

/** Per state, from state 0. */
function waysTo(starts: Int32Array, targets: Int32Array, incoming: Int32Array): bigint[] {
  const ways: bigint[] = Array.from({ length: incoming.length }, () => 0n);
  const ready = [0];
  let seen = 0;
  ways[0] = 1n;
  for (let state = ready.pop(); state !== undefined; state = ready.pop()) {
    seen++;
    for (let i = starts[state]; i < starts[state + 1]; i++) {
      ways[targets[i]] += ways[state];
      if (--incoming[targets[i]] === 0) ready.push(targets[i]);
    }
  }
  assert(seen === incoming.length, 'no schedule comes back to a state');
  return ways;
}
