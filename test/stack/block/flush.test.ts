import { expect, test } from 'vitest';
import { STATUS } from '../../../src/base/history.ts';
import { BIO } from '../../../src/stack/block/bios.ts';
import { Device } from './device.ts';

const FLUSH = BIO.flush | BIO.sync;
const FLUSH_FUA = BIO.write | BIO.flush | BIO.fua;
const FUA = BIO.write | BIO.fua;

function device(hasFua: boolean): Device {
  return new Device({ mode: 'flush-fua', hasFua });
}

test('an empty FLUSH is one flush command', () => {
  const bench = device(false);
  bench.submit('F', FLUSH, 0, 0);
  bench.drain();
  expect(bench.trace).toBe('PRE; c PRE; end F ok');
});

test.each([
  [true, 'PRE; c PRE; B+FUA; c B+FUA; end B ok'],
  [false, 'PRE; c PRE; B+FUA; c B+FUA; POST; c POST; end B ok'],
])('FLUSH+FUA where the device has FUA: %s', (hasFua, trace) => {
  const bench = device(hasFua);
  bench.submit('B', FLUSH_FUA, 0, 1);
  bench.drain();
  expect(bench.trace).toBe(trace);
});

test.each([
  [true, 'U+FUA; c U+FUA'],
  [false, 'U+FUA; c U+FUA; POST; c POST'],
])('a FUA write where the device has FUA: %s', (hasFua, trace) => {
  const bench = device(hasFua);
  bench.submit('U', FUA, 0, 1);
  bench.drain();
  expect(bench.trace).toBe(trace);
  expect(bench.ended).toEqual(['U ok']);
});

test('FLUSH with data and without FUA flushes before the data only', () => {
  const bench = device(false);
  bench.submit('B', BIO.write | BIO.flush, 0, 1);
  bench.drain();
  expect(bench.trace).toBe('PRE; c PRE; B; c B; end B ok');
});

test('one flush sequence at a time; writes before and behind it pass', () => {
  const bench = device(false);
  bench.write('W1', 0);
  bench.run();
  bench.submit('B', FLUSH_FUA, 10, 1);
  bench.submit('F', FLUSH, 0, 0);
  bench.write('W2', 20);
  bench.run();
  expect(bench.trace).toBe('W1 PRE W2');
  bench.complete('PRE');
  bench.run();
  bench.complete('B+FUA');
  bench.run();
  bench.complete('POST');
  bench.drain();
  expect(bench.trace).toBe(
    'W1 PRE W2; c PRE; B+FUA; c B+FUA; POST; c POST; end B ok; PRE; c W1; c W2; c PRE; end F ok',
  );
});

test('FUA writes of a device that has FUA wait for no sequence', () => {
  const bench = device(true);
  bench.submit('F', FLUSH, 0, 0);
  bench.submit('U1', FUA, 0, 1);
  bench.submit('U2', FUA, 1, 1);
  bench.run();
  expect(bench.issued.map(({ name }) => name)).toEqual(['PRE', 'U1+FUA', 'U2+FUA']);
});

test.each([
  ['PRE', 'B eio'],
  ['B+FUA', 'B eio'],
  ['POST', 'B eio'],
  ['none', 'B ok'],
])('the first error wins and stops nothing (%s fails), and the next sequence starts without it', (failing, end) => {
  const bench = device(false);
  bench.submit('B', FLUSH_FUA, 10, 1);
  bench.submit('F', FLUSH, 0, 0);
  for (bench.run(); bench.issued.length > 0; bench.run()) {
    const fails = bench.issued[0].name === failing && bench.ended.length === 0;
    bench.complete(undefined, fails ? STATUS.eio : STATUS.ok);
  }
  expect(bench.ended).toEqual([end, 'F ok']);
  expect(bench.trace).toContain('c POST');
});
