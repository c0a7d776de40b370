import { expect, test } from 'vitest';
import {
  ACTION,
  ACTION_CLASS_COUNT,
  actionName,
  actionOf,
  classOf,
  guestOf,
  itemOf,
  parseAction,
} from '../../src/stack/actions.ts';

test('names are stable', () => {
  const items = new Map<number, number>([
    [ACTION.thread, 3],
    [ACTION.dsync, 12],
    [ACTION.complete, 7],
    [ACTION.respond, 31],
    [ACTION.expire, 0],
    [ACTION.hostExpire, 1],
    [ACTION.hostWriteback, 5],
    [ACTION.writeback, 63],
    [ACTION.retry, 2],
    [ACTION.fail, 6],
    [ACTION.refuse, 9],
    [ACTION.lose, 1],
  ]);
  const names = Array.from({ length: ACTION_CLASS_COUNT }, (_, c) => actionName(actionOf(c, items.get(c) ?? 0)));
  expect(names).toEqual([
    'g0.t3',
    'g0.dsync 12',
    'g0.barrier',
    'g0.dispatch',
    'g0.push',
    'backend.take',
    'backend.step',
    'host.dispatch',
    'disk.complete 7',
    'backend.respond 31',
    'g0.irq',
    'g0.unplug',
    'g0.expire read',
    'host.unplug',
    'host.expire write',
    'host.writeback 5',
    'g0.writeback 63',
    'host.commit',
    'backend.retry 2',
    'crash',
    'g0.resume',
    'disk.fail 6',
    'backend.refuse 9',
    'ring.notify backend',
    'ring.lose frontend',
    'backend.die',
  ]);
  expect(names.map(parseAction)).toEqual(names.map((_, c) => actionOf(c, items.get(c) ?? 0)));
});

test('an action is its class and its item', () => {
  for (const item of [0, 1, 4095, (1 << 24) - 1]) {
    const action = actionOf(ACTION.writeback, item);
    expect([classOf(action), itemOf(action)]).toEqual([ACTION.writeback, item]);
    expect(parseAction(actionName(action))).toBe(action);
  }
});

test.each([
  ['g1.t0', ACTION.thread],
  ['g7.writeback 16777215', ACTION.writeback],
  ['backend3.respond 4', ACTION.respond],
  ['backend1.take', ACTION.take],
])('%j is an action of another guest', (name, actionClass) => {
  const action = parseAction(name);
  expect([classOf(action), guestOf(action)]).toEqual([actionClass, Number(/\d/.exec(name)![0])]);
  expect(actionName(action)).toBe(name);
});

test.each([
  '',
  'g0',
  'g0.t',
  'g0.t-1',
  'g0.t 0',
  'g0.t12345',
  'g8.t0',
  'g00.t0',
  'backend0.take',
  'host1.dispatch',
  'disk1.complete 1',
  'g0.writeback 16777216',
  'g0.dispatch 0',
  'g0.writeback',
  'g0.writeback -1',
  'g0.writeback 01',
  'g0.writeback 1.5',
  'g0.writeback 1 2',
  'g0.writeback 999999999',
  'g0.expire',
  'g0.expire 0',
  'host.expire sideways',
  'disk.complete x',
  'DISK.complete 1',
  'toString',
])('%j names no action', (name) => {
  expect(parseAction(name)).toBe(-1);
});
