import { expect, test } from 'vitest';
import { amountText } from '../../src/report/amount.ts';

test('an amount is written out, or is a power of two when it is too long to be read', () => {
  expect(amountText(0n)).toBe('0');
  expect(amountText(10_000_000n)).toBe('10000000');
  expect(amountText(2n ** 43n)).toBe('2^43.0');
  expect(amountText(9_427_000_000_000n)).toBe('2^43.1');
  expect(amountText(3n ** 2000n)).toBe('2^3169.9');
  expect(amountText(2n ** 64n - 1n)).toBe('2^64.0');
});
