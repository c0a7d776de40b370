/**
 * Writes docs/group-sync.md: what merging the barriers of several guests costs and whether it needs a drain in the guest.
 * Every number comes from the model, by seed or by walking every schedule. `node bin/group-sync.js` prints the page;
 * `--write` puts it in its place.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GUARANTEES, VERDICT } from '../dist/contract/guarantees.js';
import { Explorer } from '../dist/fuzz/explore/explore.js';
import { Runner } from '../dist/fuzz/runner.js';
import { compileGuests } from '../dist/guest/program.js';
import { STACK_DEFAULT } from '../dist/stack/config.js';
import { addPrices, NO_PRICE } from '../dist/stack/price.js';
import { pageOf } from './group-sync-page.js';

const MODES = ['drain', 'tag', 'drain-flush', 'tag-flush'];
const GUESTS = [1, 2, 3, 4];
/** What is compared: blkback and the reference with a barrier at a time, and the backend that merges. */
const SYSTEMS = [
  { name: 'blkback, serial', backend: 'blkback', groupSync: 'serial' },
  { name: 'reference, serial', backend: 'reference', groupSync: 'serial' },
  { name: 'merge', backend: 'reference', groupSync: 'merge' },
];
const SEED = 'group-sync';
const RUNS = 60;
const OPS_PER_GUEST = 12;
const STATES_MAX = 200_000;
const GUESTS_EXPLORED_MAX = 2;

const COMMIT = [{ op: 'barrier', sector: 1, count: 1 }];
const EMPTY = [{ op: 'write', sector: 0, count: 1 }, { op: 'wait' }, { op: 'barrier', count: 0 }];
const FSYNC = [
  { op: 'bufwrite', file: 1, sector: 2, count: 1 },
  { op: 'fsync', file: 1 },
];
const FLUSH = [{ op: 'flush' }];
const BETWEEN = [
  { op: 'write', sector: 0, count: 1 },
  { op: 'barrier', count: 0 },
  { op: 'write', sector: 1, count: 1 },
];
/** What the guests do, in pairs; one guest alone does the first of each. */
const SMALL = [
  [EMPTY, EMPTY],
  [FSYNC, FLUSH],
  [COMMIT, FLUSH],
  [BETWEEN, FLUSH],
];

function stackOf({ backend, groupSync }, mode, guests, sectors) {
  const group = guests === 1 ? {} : { guests };
  return { ...STACK_DEFAULT, mode, backend, groupSync, ...group, disk: { ...STACK_DEFAULT.disk, sectors } };
}

function cellOf(system, mode, guests) {
  const sampled = sample(system, mode, guests);
  const explored = guests > GUESTS_EXPLORED_MAX ? null : exploreSmall(system, mode, guests);
  const violated = GUARANTEES.filter((name) => sampled.violated.has(name) || explored?.violated.has(name) === true);
  return { system: system.name, mode, guests, violated, explored, price: sampled.price };
}

/** Every crash point of each of some random runs decided, and what their barriers cost. */
function sample(system, mode, guests) {
  const stack = stackOf(system, mode, guests, STACK_DEFAULT.disk.sectors);
  const ops = OPS_PER_GUEST * guests;
  const runner = new Runner({ seed: SEED, stack, scope: 'power', check: 'exact', ops, threads: 2, price: true });
  const violated = new Set();
  let price = NO_PRICE;
  for (let run = 0; run < RUNS; run++) {
    runner.run(run);
    note(violated, runner.code);
    price = addPrices(price, runner.price);
  }
  return { violated, price };
}

/** Every schedule of a few small workloads; `bounded` counts those that were too large. */
function exploreSmall(system, mode, guests) {
  const stack = stackOf(system, mode, guests, 8);
  const options = { statesMax: STATES_MAX, stepsMax: 2000, keepGoing: true, reduced: true };
  const violated = new Set();
  let [states, bounded] = [0, 0];
  for (const pair of SMALL) {
    const workloads = pair.slice(0, guests).map((thread) => ({ threads: [thread] }));
    const found = new Explorer(stack, 'power', options).explore(compileGuests(workloads, 8));
    note(violated, found.code);
    states += found.states;
    if (found.bound !== null) bounded++;
  }
  return { violated, states, bounded };
}

function note(violated, code) {
  GUARANTEES.forEach((name, row) => {
    if (code[row] === VERDICT.violated) violated.add(name);
  });
}

const cells = GUESTS.flatMap((guests) =>
  MODES.flatMap((mode) => SYSTEMS.map((system) => cellOf(system, mode, guests))),
);
const facts = { seed: SEED, runs: RUNS, ops: OPS_PER_GUEST, statesMax: STATES_MAX, workloads: SMALL.length };
const page = pageOf(cells, facts);
if (process.argv.includes('--write'))
  writeFileSync(fileURLToPath(new URL('../docs/group-sync.md', import.meta.url)), page);
else process.stdout.write(page);
