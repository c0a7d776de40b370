/** The incremental judge against the oracle: random histories, whose image is then changed at a few sectors at a time. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RandomStream } from '../../../src/base/random.ts';
import { History, VERSION } from '../../../src/base/history.ts';
import { decodeHistory } from '../../../src/contract/decode.ts';
import { GUARANTEE, VERDICT } from '../../../src/contract/guarantees.ts';
import { ImageJudge } from '../../../src/contract/incremental/judge.ts';
import { Oracle } from '../../../src/contract/oracle.ts';
import { historyDocument } from '../histories.ts';

/** Guarantees that an image decides. */
const DECIDED_COUNT = GUARANTEE.integrity + 1;
const RUNS = 4000;
const IMAGES = 12;
const SEED = 20101118;

interface Tally {
  images: number;
  differences: number;
  /** By guarantee, images that violate it, and images that don't in a history where others do. */
  readonly violated: number[];
  readonly changed: number[];
}

/** Every history with its own image and a few neighbours, judged both ways; one judge for all of them. */
function compare(judge: ImageJudge): Tally {
  const tally: Tally = {
    images: 0,
    differences: 0,
    violated: Array.from({ length: DECIDED_COUNT }, () => 0),
    changed: Array.from({ length: DECIDED_COUNT }, () => 0),
  };
  const history = new History();
  const oracle = new Oracle();
  fc.assert(
    fc.property(historyDocument, fc.nat(), (document, seed) => {
      decodeHistory(document, history);
      const random = new RandomStream(`images ${seed}`);
      judge.begin(history);
      let before = expectedOf(history, oracle);
      for (let image = 0; image < IMAGES; image++) {
        const expected = image === 0 ? before : changeImage(history, judge, random, oracle);
        if (judge.violated !== expected) tally.differences++;
        tally.images++;
        for (let guarantee = 0; guarantee < DECIDED_COUNT; guarantee++) {
          tally.violated[guarantee] += (expected >> guarantee) & 1;
          tally.changed[guarantee] += ((expected ^ before) >> guarantee) & 1;
        }
        before = expected;
      }
    }),
    { seed: SEED, numRuns: RUNS },
  );
  return tally;
}

function expectedOf(history: History, oracle: Oracle): number {
  const { code } = oracle.judge(history);
  let violated = 0;
  for (let guarantee = 0; guarantee < DECIDED_COUNT; guarantee++)
    if (code[guarantee] === VERDICT.violated) violated |= 1 << guarantee;
  return violated;
}

function changeImage(history: History, judge: ImageJudge, random: RandomStream, oracle: Oracle): number {
  const sectors = Int32Array.from({ length: random.between(1, 2) }, () => random.below(history.sectorCount));
  for (const x of sectors) history.image[x] = drawVersion(history, x, random);
  judge.change(sectors, sectors.length);
  return expectedOf(history, oracle);
}

/** Mostly a write to the sector, often nothing, now and then what should never be there. */
function drawVersion(history: History, x: number, random: RandomStream): number {
  const ops = Array.from({ length: history.opCount }, (_, op) => op);
  const here = ops.filter((op) => x >= history.sector[op] && x < history.sector[op] + history.count[op]);
  if (random.chance(1, 20)) return random.chance(1, 2) ? VERSION.torn : random.below(history.opCount);
  return here.length === 0 || random.chance(1, 4) ? VERSION.initial : here[random.below(here.length)];
}

test('judging what has changed comes to what the oracle says of the whole image', () => {
  const tally = compare(new ImageJudge());
  expect(tally.differences).toBe(0);
  expect(tally.images).toBe(RUNS * IMAGES);
  for (const count of [...tally.violated, ...tally.changed]) expect(count).toBeGreaterThan(100);
});

test('canary: a judge that overlooks a change is caught', () => {
  class Blind extends ImageJudge {
    override change(sectors: Int32Array, count: number): void {
      super.change(sectors, count - 1);
    }
  }
  expect(compare(new Blind()).differences).toBeGreaterThan(1000);
});
