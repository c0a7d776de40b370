/** Several rings of one frontend: what is enabled, what a barrier waits for, and that one ring stays as it was. On the built engine. */
import { expect, test } from 'vitest';
import { decodeCase } from '../../../dist/case/decode.js';
import { encodeCase } from '../../../dist/case/encode.js';
import { fork } from '../../../dist/base/random.js';
import { RandomScheduler } from '../../../dist/fuzz/scheduler.js';
import { generateWorkload } from '../../../dist/guest/arbitrary/generate.js';
import { compileWorkload, type Program } from '../../../dist/guest/program.js';
import {
  ACTION,
  actionName,
  actionOf,
  actionOfRing,
  classOf,
  parseAction,
  ringOf,
} from '../../../dist/stack/actions.js';
import { MODES, STACK_DEFAULT, type StackConfig } from '../../../dist/stack/config.js';
import { nonsense, scopeNonsense } from '../../../dist/stack/nonsense.js';
import { createStack } from '../../../dist/stack/create.js';
import type { Stack } from '../../../dist/stack/stack.js';

const SECTORS = 32;
const stackOf = (rings: number, config: Partial<StackConfig> = {}): StackConfig => ({
  ...STACK_DEFAULT,
  mode: 'tag-flush',
  ...config,
  ring: { slots: 4, start: 0xfffffffe, rings },
  disk: { ...STACK_DEFAULT.disk, sectors: SECTORS, ...config.disk },
});

function programOf(index: number): Program {
  const random = fork('rings', 'workload', index);
  return compileWorkload(
    generateWorkload(random, { ops: 12, threads: 2, sectors: SECTORS, atomicSectors: 1 }),
    SECTORS,
  );
}

/** Walks at random to the end; `look` sees every state, refreshed. */
function walk(stack: Stack, index: number, look: () => void): void {
  const random = fork('rings', 'schedule', index);
  const scheduler = new RandomScheduler();
  stack.reset(programOf(index));
  scheduler.begin(stack, random);
  for (stack.refresh(); stack.enabledMask !== 0; stack.refresh()) {
    look();
    stack.perform(scheduler.next(stack, random));
  }
}

function enabledOf(stack: Stack): number[] {
  const actions: number[] = [];
  for (let actionClass = 0; actionClass < stack.classCount; actionClass++)
    for (let i = 0; i < stack.enabledOf(actionClass); i++) actions.push(stack.nth(actionClass, i));
  return actions;
}

test('what is enabled is the same by count, by mask, by name and by question, of every ring', () => {
  const rings = new Set<number>();
  for (const count of [2, 3, 4]) {
    const stack = createStack(stackOf(count));
    walk(stack, count, () => {
      const actions = enabledOf(stack);
      expect(new Set(actions).size).toBe(actions.length);
      expect(actions.reduce((mask, action) => mask | (1 << classOf(action)), 0)).toBe(stack.enabledMask);
      for (const action of actions) {
        rings.add(ringOf(action));
        expect(stack.isEnabled(action)).toBe(true);
        expect(parseAction(actionName(action))).toBe(action);
      }
      expect(actions).toContain(stack.first());
      expect(classOf(stack.first())).toBe(Math.min(...actions.map(classOf)));
      for (let ring = 1; ring < 4; ring++)
        for (const action of [actionOf(ACTION.push, 0), actionOf(ACTION.take, 0), actionOf(ACTION.respond, 1)]) {
          const own = actionOfRing(action, ring);
          expect(stack.isEnabled(own), actionName(own)).toBe(actions.includes(own));
        }
    });
  }
  expect([...rings].sort((a, b) => a - b)).toEqual([0, 1, 2, 3]);
});

test.each(MODES)('mode %s: while a barrier or flush has no response no other request of any ring has', (mode) => {
  let barriers = 0;
  for (const backend of ['blkback', 'blkback-drain'] as const)
    for (let index = 0; index < 10; index++) {
      const stack = createStack(stackOf(2, { mode, backend }));
      const { transport } = stack.parts;
      const lanes = [transport!, ...transport!.lanes];
      stack.tracer.events = [];
      let seen = 0;
      walk(stack, index, () => {
        const { length } = stack.tracer.events!;
        const last = stack.tracer.events!.slice(seen).find(({ point }) => point === 'ring');
        seen = length;
        if (last === undefined || (last.kind !== 'barrier' && last.kind !== 'flush')) return;
        barriers++;
        expect(lanes.reduce((sum, { front }) => sum + front.outstandingCount, 0)).toBe(1);
      });
      expect(stack.breachCount).toBe(0);
      expect([...stack.history.complete.subarray(0, stack.history.opCount)]).not.toContain(0);
    }
  expect(barriers > 10).toBe(mode !== 'none');
});

test('both rings are used, a full one is passed over, and every request is answered', () => {
  const stack = createStack(stackOf(2));
  const { transport } = stack.parts;
  const most = [0, 0];
  for (let index = 0; index < 20; index++)
    walk(stack, index, () => {
      [transport!, ...transport!.lanes].forEach(({ front }, ring) => {
        most[ring] = Math.max(most[ring], front.outstandingCount);
      });
    });
  expect(most).toEqual([4, 4]);
});

test.each([
  ['g0.r1.push', ACTION.push, 1],
  ['g0.r3.irq', ACTION.interrupt, 3],
  ['backend.r2.take', ACTION.take, 2],
  ['backend.r1.step', ACTION.backendStep, 1],
  ['backend.r1.respond 31', ACTION.respond, 1],
])('%j is an action of another ring', (name, actionClass, ring) => {
  const action = parseAction(name);
  expect([classOf(action), ringOf(action)]).toEqual([actionClass, ring]);
  expect(actionName(action)).toBe(name);
});

test.each([
  'g0.r0.push',
  'g0.r4.push',
  'g0.r1.dispatch',
  'g0.r1.t0',
  'backend.r1.respond',
  'backend.respond 256',
  'g1.r1.push',
  'host.r1.dispatch',
  'backend.r1.retry 1',
])('%j names no action', (name) => {
  expect(parseAction(name)).toBe(-1);
});

test('an action that is of no ring has none, whatever its item', () => {
  expect(ringOf(actionOf(ACTION.writeback, 0xffffff))).toBe(0);
});

test.each([
  [{ backend: 'reference' }, /rings and backend reference/],
  [{ backend: 'direct' }, /rings and backend direct/],
  [{ frontend: '3.6', mode: 'flush-fua' }, /rings and frontend 3\.6/],
  [{ kernel: '2.6.36' }, /rings and kernel 2\.6\.36/],
  [{ guests: 2 }, /rings and several guests/],
  [{ faults: ['eio'] }, /rings and faults/],
] as const)('two rings and %j make no sense together', (more, reason) => {
  expect(nonsense(stackOf(2, more as Partial<StackConfig>))).toMatch(reason);
});

test('two rings and a crash that something outlives make no sense together', () => {
  expect(nonsense(stackOf(2))).toBeNull();
  for (const scope of ['backend', 'guest', 'migrate'] as const)
    expect(scopeNonsense(stackOf(2), scope)).toMatch(/and 2 rings/);
  for (const scope of ['power', 'host'] as const) expect(scopeNonsense(stackOf(2), scope)).toBeNull();
});

test('a case of several rings comes back from its file as it was, and one ring is not written', () => {
  const text = (rings?: number) => {
    const stack = { ...STACK_DEFAULT, ring: { ...STACK_DEFAULT.ring, ...(rings === undefined ? {} : { rings }) } };
    const guests = [{ threads: [[{ op: 'flush' as const }]] }];
    return encodeCase({ format: 'blkfuzz.case/1', name: 'rings', stack, scope: 'power', guests, schedule: [] });
  };
  expect(decodeCase(text(3)).stack.ring).toEqual({ slots: 32, start: 0, rings: 3 });
  expect(text()).not.toContain('ring"');
  for (const wrong of ['1', '5', '"2"'])
    expect(() => decodeCase(text(3).replace('"rings": 3', `"rings": ${wrong}`))).toThrow(/stack\.ring\.rings/);
});
