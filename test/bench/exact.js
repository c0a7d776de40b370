/** What a step costs without and with the exact check at every one, and how that grows with operations and with sectors. */
import { referenceNanoseconds } from './reference.js';
import { programs, Walker } from './walks.js';

const SLICES = 40;
const RUNS = 40;
const SECTORS = 64;
const OPERATIONS = [100, 1000, 10_000, 100_000];
const DEVICES = [64, 4096, 262_144];
/** Runs of a growth table together go through about so many operations. */
const OPERATIONS_TIMED = 20_000;

export function measureExact() {
  const all = programs(200, 64, SECTORS);
  const model = new Walker(all, false);
  const exact = new Walker(all, true);
  for (const walker of [model, exact]) walker.time(3000);
  // Slices of all loops in turn, so that the ratios hold when the machine's speed drifts.
  const slices = Array.from({ length: SLICES }, () => ({
    reference: referenceNanoseconds(1000),
    model: model.time(RUNS),
    exact: exact.time(RUNS),
  }));
  return {
    model: { ...figuresOf(slices, 'model'), bytesPerRun: bytesPerRun(model) },
    exact: { ...figuresOf(slices, 'exact'), bytesPerRun: bytesPerRun(exact) },
    byOperations: growth(
      OPERATIONS.map((ops) => ({ size: ops, programs: programs(ops > 10_000 ? 1 : 4, ops, SECTORS), ops })),
    ),
    bySectors: growth(DEVICES.map((sectors) => ({ size: sectors, programs: programs(16, 64, sectors), ops: 64 }))),
  };
}

function figuresOf(slices, what) {
  return {
    nanoseconds: median(slices.map((slice) => slice[what])),
    inIterations: median(slices.map((slice) => slice[what] / slice.reference)),
    inIterationsMin: Math.min(...slices.map((slice) => slice[what] / slice.reference)),
  };
}

/** Time of a step with the exact check, as a ratio to the first size's; all sizes in turn, the best of each. */
function growth(sizes) {
  const walkers = sizes.map((of) => new Walker(of.programs, true));
  const runs = sizes.map(({ ops }) => Math.max(1, Math.round(OPERATIONS_TIMED / ops)));
  const best = sizes.map(() => Infinity);
  for (let round = 0; round < 5; round++)
    for (const [i, walker] of walkers.entries()) best[i] = Math.min(best[i], walker.time(runs[i]));
  return sizes.map(({ size }, i) => ({ size, nanoseconds: best[i], ratio: best[i] / best[0] }));
}

/** Growth of the heap; collections make it smaller, so the largest of a few. */
function bytesPerRun(walker) {
  let largest = 0;
  for (let round = 0; round < 20; round++) {
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 64; i++) walker.run();
    largest = Math.max(largest, (process.memoryUsage().heapUsed - before) / 64);
  }
  return largest;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
