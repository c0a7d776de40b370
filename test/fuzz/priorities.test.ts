import { expect, test } from 'vitest';
import { fork } from '../../src/base/random.ts';
import { Priorities } from '../../src/fuzz/priorities.ts';
import { generateWorkload } from '../../src/guest/arbitrary/generate.ts';
import { compileWorkload } from '../../src/guest/program.ts';
import { classOf } from '../../src/stack/actions.ts';
import { STACK_DEFAULT } from '../../src/stack/config.ts';
import { Stack } from '../../src/stack/stack.ts';

const NO_CHANGE = 1;
const CHANGE = 0;

/** Walks a run to its end; which class went first while which other was enabled, as `first<other`. */
function precedences(seed: string, drawOf: (step: number) => number): { pairs: Set<string>; actions: number[] } {
  const stack = new Stack({ ...STACK_DEFAULT, mode: 'drain-flush' });
  const priorities = new Priorities();
  const shape = { ops: 16, threads: 2, sectors: 64 };
  stack.reset(compileWorkload(generateWorkload(fork(seed, 'workload', 0), shape), 64));
  priorities.begin(stack, fork(seed, 'schedule', 0));
  const pairs = new Set<string>();
  const actions: number[] = [];
  for (;;) {
    stack.refresh();
    const action = priorities.next(stack, stack.enabledMask, drawOf(actions.length));
    if (action < 0) return { pairs, actions };
    expect(stack.isEnabled(action)).toBe(true);
    for (let other = 0; other < stack.classCount; other++)
      if (other !== classOf(action) && stack.enabledOf(other) > 0) pairs.add(`${classOf(action)}<${other}`);
    actions.push(action);
    stack.perform(action);
  }
}

const isMutual = (pairs: Set<string>): boolean =>
  [...pairs].some((pair) => pairs.has(pair.split('<').reverse().join('<')));

test('between change points the same class always goes before the same other', () => {
  for (let seed = 0; seed < 20; seed++) {
    const { pairs, actions } = precedences(`seed ${seed}`, () => NO_CHANGE);
    expect(actions.length).toBeGreaterThan(20);
    expect(isMutual(pairs)).toBe(false);
  }
});

test('a change point puts the class that has just gone behind the others', () => {
  const { pairs } = precedences('change', (step) => (step % 8 === 7 ? CHANGE : NO_CHANGE));
  expect(isMutual(pairs)).toBe(true);
});

test('a seed has its order, and another seed another', () => {
  const walk = (seed: string): string => precedences(seed, () => NO_CHANGE).actions.join();
  expect(walk('a')).toBe(walk('a'));
  expect(new Set(['a', 'b', 'c', 'd'].map(walk)).size).toBe(4);
});
