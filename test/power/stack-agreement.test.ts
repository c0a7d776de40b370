import { expect, test } from 'vitest';
import { GUARANTEE, GUARANTEES, VERDICT } from '../../src/contract/guarantees.ts';
import { Oracle } from '../../src/contract/oracle.ts';
import type { Runner } from '../../src/fuzz/runner.ts';
import { BACKENDS, MODES } from '../../src/stack/config.ts';
import { canonical, imageOf, parseImage } from '../oracle/document.ts';
import { violatedBy } from '../oracle/judge.ts';
import { survivingImages } from '../oracle/surviving.ts';
import { IMAGES_MAX, compareSets, expectNone } from './agreement.ts';
import type { Cut } from './cut.ts';
import { cutAfter, cutOfRun, makeRun, stepsWithin } from './small-runs.ts';
import { Tally } from './tally.ts';

const RUNS = 1000;
const CUTS_PER_RUN = 3;
/** Images of a set that both oracles judge. */
const JUDGED_MAX = 6;

/** The violated guarantees that a history can show, sorted. */
function violatedNames(code: Uint8Array): string[] {
  const names = GUARANTEES.filter((_, row) => code[row] === VERDICT.violated && row !== GUARANTEE.protocol);
  return names.toSorted();
}

/** Both oracles on some images of a set; returns how many violations they saw. */
function judgeSome(runner: Runner, cut: Cut, allowed: ReadonlySet<string>): number {
  const { history } = runner.stack;
  const oracle = new Oracle();
  let violations = 0;
  for (const text of [...allowed].slice(0, JUDGED_MAX)) {
    history.image.set(parseImage(text).map(Number));
    const names = violatedNames(oracle.judge(history).code);
    const others = violatedBy(cut.document, parseImage(text));
    if (others.join() !== names.join())
      expectNone(cut, [`${cut.name}: ${text} violates ${others.join()}, not ${names.join()}`]);
    violations += names.length;
  }
  return violations;
}

/** Runs by how they ended, with what came of their images, and violations seen. */
interface Counts {
  drawn: number;
  large: number;
  ended: number;
  violations: number;
}

/** The image that was drawn is one of the set, and both oracles give it the same verdicts. */
function checkDrawn(runner: Runner, cut: Cut, counts: Counts): void {
  const image = imageOf(cut.document);
  const names = violatedNames(runner.code);
  expect(violatedBy(cut.document, image), JSON.stringify(cut.document)).toEqual(names);
  // Without power loss everything accepted has completed: what a host crash leaves then is the cache, one image.
  const document = runner.crashed ? cut.document : { ...cut.document, scope: 'host' };
  const { images, whole } = survivingImages(document, IMAGES_MAX);
  if (!runner.crashed) expect(images.size, cut.name).toBe(1);
  if (whole) expect(images, JSON.stringify(cut.document)).toContain(canonical(image));
  counts.violations += names.length;
  counts[runner.crashed ? (whole ? 'drawn' : 'large') : 'ended']++;
}

test('wherever a small run is cut, both sides know the same images and give each the same verdicts', () => {
  const tally = new Tally();
  const counts: Counts = { drawn: 0, large: 0, ended: 0, violations: 0 };
  for (let index = 0; index < RUNS; index++) {
    const runner = makeRun(index);
    checkDrawn(runner, cutOfRun(runner, index), counts);
    const { backend, mode } = runner.settings.stack;
    for (const stepCount of stepsWithin(runner, index, CUTS_PER_RUN)) {
      const cut = cutAfter(runner, index, stepCount);
      const compared = compareSets(cut);
      expectNone(cut, compared.complaints);
      tally.add(cut, compared, [backend, mode]);
      if (compared.allowed !== null) counts.violations += judgeSome(runner, cut, compared.allowed);
    }
  }
  expect(counts.drawn).toBeGreaterThan(0.6 * RUNS);
  expect(counts.ended).toBeGreaterThan(0.2 * RUNS);
  expect(counts.large + tally.tooLarge).toBeLessThan(0.1 * RUNS);
  expect(counts.violations).toBeGreaterThan(200);
  expect(tally.images).toBeGreaterThan(10_000);
  expect(tally.impossible).toBeGreaterThan(2_000);
  const settings = ['cache=none', 'cache=nonvolatile', 'cache=writeback', 'fua=true', 'fua=false', 'tags=honoured'];
  const more = ['tags=ignored', 'destage=any', 'destage=fifo', 'destage=epoch', 'flush=honest', 'flush=ignored'];
  for (const label of [
    ...BACKENDS.filter((backend) => backend !== 'tapdisk-vhd'),
    ...MODES,
    ...settings,
    ...more,
    'atomic=512',
    'atomic=4096',
    'partial',
    'fifo tells',
  ])
    expect(tally.open[label], label).toBeGreaterThan(15);
  for (const label of ['epoch tells', 'scope=host']) expect(tally.open[label], label).toBeGreaterThan(5);
});
