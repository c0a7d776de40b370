import { expect, test } from 'vitest';
import { Device } from './device.ts';
import type { Mode } from '../../../src/stack/config.ts';

/** W1, W2, a barrier of `count` sectors and W3 are queued; the queue runs after each; the device completes FIFO. */
function golden(mode: Mode, flush: 'FS type' | 'non-FS', count: number): string {
  const device = new Device({ mode, flushIsFs: flush === 'FS type' });
  device.write('W1', 0);
  device.run();
  device.write('W2', 10);
  device.run();
  device.barrier('B', 20, count);
  device.run();
  device.write('W3', 30);
  device.drain();
  return device.trace;
}

/** The table of golden traces: mode, type of the flush requests, the trace of B with data, the trace of B empty. */
const TABLE: readonly [Mode, 'FS type' | 'non-FS', string, string][] = [
  [
    'none',
    'FS type',
    'W1 W2; end B eopnotsupp; W3; c W1; c W2; c W3', //
    'W1 W2; end B eopnotsupp; W3; c W1; c W2; c W3',
  ],
  [
    'drain',
    'FS type',
    'W1 W2; c W1; c W2; BAR; c BAR; end B ok; W3; c W3', //
    'W1 W2; c W1; c W2; end B ok; W3; c W3',
  ],
  [
    'drain-flush',
    'FS type',
    'W1 W2; c W1; c W2; PRE; c PRE; BAR; c BAR; POST; c POST; end B ok; W3; c W3',
    'W1 W2; c W1; c W2; PRE; c PRE; end B ok; W3; c W3',
  ],
  [
    'drain-fua',
    'FS type',
    'W1 W2; c W1; c W2; PRE; c PRE; BAR+FUA; c BAR+FUA; end B ok; W3; c W3',
    'W1 W2; c W1; c W2; PRE; c PRE; end B ok; W3; c W3',
  ],
  [
    'tag',
    'FS type',
    'W1 W2 BAR W3; c W1; c W2; c BAR; end B ok; c W3', //
    'W1 W2; c W1; c W2; end B ok; W3; c W3',
  ],
  [
    'tag-flush',
    'non-FS',
    'W1 W2 PRE BAR POST W3; c W1; c W2; c PRE; c BAR; c POST; end B ok; c W3',
    'W1 W2 PRE W3; c W1; c W2; c PRE; end B ok; c W3',
  ],
  [
    'tag-flush',
    'FS type',
    // Stuck for ever behind POST: neither B nor W3 is heard of again.
    'W1 W2 PRE BAR; c W1; c W2; c PRE; c BAR',
    'W1 W2 PRE W3; c W1; c W2; c PRE; end B ok; c W3',
  ],
  [
    'tag-fua',
    'FS type',
    'W1 W2 PRE BAR+FUA W3; c W1; c W2; c PRE; c BAR+FUA; end B ok; c W3',
    'W1 W2 PRE W3; c W1; c W2; c PRE; end B ok; c W3',
  ],
];

test.each(TABLE)('%s, flush %s: a barrier with data goes as the golden trace says', (mode, flush, data) => {
  expect(golden(mode, flush, 1)).toBe(data);
});

test.each(TABLE)('%s, flush %s: an empty barrier goes as the golden trace says', (mode, flush, _data, empty) => {
  expect(golden(mode, flush, 0)).toBe(empty);
});

test.each([
  ['none', 'FS type'],
  ['drain', 'non-FS'],
  ['drain-flush', 'non-FS'],
  ['drain-fua', 'non-FS'],
  ['tag', 'non-FS'],
  ['tag-fua', 'non-FS'],
] as const)('%s does not depend on the type of its flushes', (mode, flush) => {
  const row = TABLE.find(([name]) => name === mode)!;
  expect([golden(mode, flush, 1), golden(mode, flush, 0)]).toEqual(row.slice(2));
});

test.each([
  ['drain', 'end B ok'],
  ['tag', 'end B ok'],
  ['drain-flush', 'PRE; c PRE; end B ok'],
  ['drain-fua', 'PRE; c PRE; end B ok'],
  ['tag-flush', 'PRE; c PRE; end B ok'],
  ['tag-fua', 'PRE; c PRE; end B ok'],
] as const)('an empty barrier on an idle queue in %s: %s', (mode, trace) => {
  for (const flushIsFs of [false, true]) {
    const device = new Device({ mode, flushIsFs });
    device.barrier('B', 0, 0);
    device.drain();
    expect(device.trace).toBe(trace);
  }
});
