/**
 * The benchmark (`npm run bench`): whole runs and model events a second on one core, bytes allocated per run, the images
 * of a crash point, and figures as ratios to a reference loop of the same run, because machines are noisy. It judges
 * nothing and is no test.
 * `--json` prints the figures as one document.
 */
import { measureExact } from './exact.js';
import { measureImages } from './images.js';
import { measureRuns } from './runs.js';
import { measureStream } from './stream.js';

const figures = {
  runs: measureRuns(),
  exact: measureExact(),
  images: measureImages(),
  stream: await measureStream(),
};
if (process.argv.includes('--json')) console.log(JSON.stringify({ format: 'blkfuzz.bench/1', ...figures }, null, 2));
else print(figures);

function print({ runs, exact, images, stream }) {
  console.log('Standard run: 64 operations, 2 threads, 64 sectors, drain-flush on blkback; one core');
  console.log(`  reference loop     ${runs.referenceNanoseconds.toFixed(2)} ns an iteration`);
  console.log(`  whole runs         ${Math.round(runs.runsPerSecond).toLocaleString('en')} a second`);
  console.log(`  model events       ${(runs.eventsPerSecond / 1e6).toFixed(2)} million a second`);
  console.log(
    `  an event           ${runs.eventNanoseconds.toFixed(0)} ns = ${runs.eventInIterations.toFixed(1)} iterations`,
  );
  console.log(`  events a run       ${runs.eventsPerRun.toFixed(0)}`);
  console.log(
    `  every crash point decided: ${Math.round(runs.exact.runsPerSecond).toLocaleString('en')} runs and ${(runs.exact.eventsPerSecond / 1e6).toFixed(2)} million events a second, ${runs.exact.eventNanoseconds.toFixed(0)} ns = ${runs.exact.eventInIterations.toFixed(1)} iterations an event`,
  );
  console.log(`  of a run's time    ${runs.shares.map(([name, share]) => `${name} ${share} %`).join(', ')}`);
  console.log(`  allocated a run    ${Math.round(runs.bytesPerRun).toLocaleString('en')} bytes`);
  printExact(exact);
  printImages(images);
  console.log(
    `Recorded stream of ${stream.writes.toLocaleString('en')} writes (every tenth behind a flush), read, run and judged`,
  );
  console.log(`  time               ${stream.seconds.toFixed(2)} s`);
  console.log(`  memory at the most ${stream.megabytesMax} MB`);
  console.log(
    `  every crash point  ${stream.secondsDecided.toFixed(2)} s after reading, ${stream.events.toLocaleString('en')} events`,
  );
}

function printExact({ model, exact, byOperations, bySectors }) {
  console.log('Walks alone, whole runs: nothing but resets, draws and steps');
  for (const [name, figures] of [
    ['model             ', model],
    ['and every decision', exact],
  ])
    console.log(
      `  ${name} ${figures.nanoseconds.toFixed(0)} ns a step = ${figures.inIterations.toFixed(1)} iterations (at the least ${figures.inIterationsMin.toFixed(1)}), ${Math.round(figures.bytesPerRun).toLocaleString('en')} bytes a run`,
    );
  for (const [name, table] of [
    ['operations', byOperations],
    ['sectors   ', bySectors],
  ])
    console.log(
      `  by ${name} ${table.map(({ size, ratio }) => `${size.toLocaleString('en')}: ${ratio.toFixed(2)}`).join(', ')}`,
    );
}

function printImages({ images, built, judged, judgedAnew, counted }) {
  console.log(`A crash point with ${Number(images).toLocaleString('en')} images (of which it takes the first million)`);
  for (const [name, { perSecond, inIterations }] of [
    ['built            ', built],
    ['judged as changed', judged],
    ['judged anew      ', judgedAnew],
  ])
    console.log(
      `  ${name}  ${(perSecond / 1e6).toFixed(2)} million a second = ${inIterations.toFixed(1)} iterations each`,
    );
  console.log(
    `  all counted        ${(1e6 / counted.perSecond).toFixed(2)} µs = ${counted.inIterations.toFixed(0)} iterations`,
  );
}
