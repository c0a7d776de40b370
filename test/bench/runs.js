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

const SHAPE = { ops: 64, threads: 2 };

export function measureRuns() {
  const sample = runnerOf('sample');
  const exact = runnerOf('exact');
  referenceNanoseconds(3000);
  const slices = [];
  // Slices of all loops in turn, so that the ratios hold when the machine's speed drifts.
  for (let slice = 0; slice < SLICES; slice++) {
    const from = WARM_UP + SLICE * slice;
    slices.push({
      reference: referenceNanoseconds(2000),
      sample: timed(sample, from, from + SLICE),
      exact: timed(exact, from, from + SLICE / 10),
    });
  }
  return {
    referenceNanoseconds: median(slices.map((s) => s.reference)),
    ...figuresOf(slices, 'sample'),
    exact: figuresOf(slices, 'exact'),
    shares: shares(sample, SHAPE, median(slices.map((s) => s.sample.run))),
    bytesPerRun: bytesPerRun(sample, WARM_UP + SLICE * SLICES),
  };
}

/** A runner that has been warmed up. */
function runnerOf(check) {
  const stack = { ...STACK_DEFAULT, mode: 'drain-flush' };
  const runner = new Runner({ seed: 'bench', stack, scope: 'power', check, ...SHAPE });
  for (let k = 0; k < (check === 'sample' ? WARM_UP : WARM_UP / 10); k++) runner.run(k);
  return runner;
}

/** Nanoseconds of a run and of an event (an action), and events a run. */
function timed(runner, from, to) {
  let events = 0;
  const start = processorNanoseconds();
  for (let k = from; k < to; k++) {
    runner.run(k);
    events += runner.stepCount;
  }
  const nanoseconds = processorNanoseconds() - start;
  return { run: nanoseconds / (to - from), event: nanoseconds / events, events: events / (to - from) };
}

function figuresOf(slices, check) {
  const run = median(slices.map((s) => s[check].run));
  const event = median(slices.map((s) => s[check].event));
  return {
    runsPerSecond: 1e9 / run,
    eventsPerSecond: 1e9 / event,
    eventNanoseconds: event,
    eventInIterations: median(slices.map((s) => s[check].event / s.reference)),
    eventsPerRun: slices.reduce((sum, s) => sum + s[check].events, 0) / slices.length,
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
