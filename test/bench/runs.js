/** The standard run: how many a second, how many events, what they allocate, and what share judging and drawing have. */
import { Oracle } from '../../dist/contract/oracle.js';
import { fork } from '../../dist/base/random.js';
import { Runner } from '../../dist/fuzz/runner.js';
import { generateWorkload } from '../../dist/guest/arbitrary/generate.js';
import { STACK_DEFAULT } from '../../dist/stack/config.js';
import { processorNanoseconds, referenceNanoseconds } from './reference.js';

const WARM_UP = 4000;
const SLICE = 1000;
const SLICES = 20;

export function measureRuns() {
  const shape = { ops: 64, threads: 2 };
  const runner = new Runner({
    seed: 'bench',
    stack: { ...STACK_DEFAULT, mode: 'drain-flush' },
    scope: 'power',
    ...shape,
  });
  for (let k = 0; k < WARM_UP; k++) runner.run(k);
  referenceNanoseconds(3000);
  let index = WARM_UP;
  let events = 0;
  const slices = [];
  // Slices of both loops in turn, so that the ratio holds when the machine's speed drifts.
  for (let slice = 0; slice < SLICES; slice++) {
    const reference = referenceNanoseconds(2000);
    const before = events;
    const start = processorNanoseconds();
    for (let i = 0; i < SLICE; i++) {
      runner.run(index++);
      events += runner.stepCount;
    }
    const nanoseconds = processorNanoseconds() - start;
    slices.push({ reference, event: nanoseconds / (events - before), run: nanoseconds / SLICE });
  }
  const event = median(slices.map((s) => s.event));
  const run = median(slices.map((s) => s.run));
  return {
    referenceNanoseconds: median(slices.map((s) => s.reference)),
    runsPerSecond: 1e9 / run,
    eventsPerSecond: 1e9 / event,
    eventNanoseconds: event,
    eventInIterations: median(slices.map((s) => s.event / s.reference)),
    eventsPerRun: events / (SLICE * SLICES),
    shares: shares(runner, shape, run),
    bytesPerRun: bytesPerRun(runner, index),
  };
}

/** What part of a run's time its pieces outside the model take, in per cent. */
function shares(runner, shape, run) {
  const oracle = new Oracle();
  const pieces = [
    ['judging', () => oracle.judge(runner.stack.history)],
    ['seeding', (k) => [fork('bench', 'schedule', k), fork('bench', 'crash', k)]],
    ['generating', (k) => k % 16 === 0 && generateWorkload(fork('bench', 'workload', k), { ...shape, sectors: 64 })],
  ];
  return pieces.map(([name, piece]) => {
    for (let k = 0; k < 2000; k++) piece(k);
    const start = processorNanoseconds();
    for (let k = 0; k < 8000; k++) piece(k);
    return [name, Math.round((100 * (processorNanoseconds() - start)) / 8000 / run)];
  });
}

/** Growth of the heap over runs that share one workload and allocate nothing else; collections make it smaller, so the largest of a few. */
function bytesPerRun(runner, from) {
  let largest = 0;
  let index = from - (from % 16);
  for (let round = 0; round < 20; round++) {
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 64; i++) runner.run(index++);
    largest = Math.max(largest, (process.memoryUsage().heapUsed - before) / 64);
  }
  return largest;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
