/**
 * The reference loop: an iteration draws a number and moves one through two typed arrays, about what the smallest
 * useful step of a model would do. Its time says how fast this machine is right now.
 */
const SIZE = 4096;
const from = new Int32Array(SIZE);
const to = new Int32Array(SIZE);
const ITERATIONS = 1000;

/** A thousand iterations: short enough to be compiled as a whole, and not replaced while it runs. */
function thousand(x) {
  for (let i = 0; i < ITERATIONS; i++) {
    x = (Math.imul(x, 1103515245) + 12345) | 0;
    const at = (x >>> 8) & (SIZE - 1);
    from[at] += 1;
    to[(at + from[at]) & (SIZE - 1)] ^= x;
  }
  return x;
}

/** Nanoseconds of processor time an iteration takes, over so many thousands of them. */
export function referenceNanoseconds(thousands) {
  let x = 12345;
  const start = processorNanoseconds();
  for (let i = 0; i < thousands; i++) x = thousand(x);
  return (processorNanoseconds() - start) / (thousands * ITERATIONS);
}

/**
 * Processor time of this process: what other processes take away does not count. Of its parts only the sum is exact.
 */
export function processorNanoseconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}
