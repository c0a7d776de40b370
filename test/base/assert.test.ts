import { expect, test } from 'vitest';
import { assert, AssertionFailure, unreachable } from '../../src/base/assert.ts';

test('a condition that holds passes silently', () => {
  expect(() => assert(true, 'never seen')).not.toThrow();
});

test('a condition that does not hold is a defect with its message', () => {
  expect(() => assert(false, 'an epoch has an end')).toThrow(new AssertionFailure('an epoch has an end'));
});

test('a place that cannot be reached names the value that reached it', () => {
  expect(() => unreachable('tag' as never)).toThrow(new AssertionFailure('unreachable value tag'));
});
