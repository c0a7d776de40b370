import { expect, test } from 'vitest';
import type { Case } from '../../src/case/case.ts';
import { caseOfRun, expectationOf } from '../../src/fuzz/found.ts';
import { type Replay, replayCase } from '../../src/fuzz/replay.ts';
import type { Runner } from '../../src/fuzz/runner.ts';
import { canonical, imageOf } from '../oracle/document.ts';
import type { DiskDocument } from '../oracle/life.ts';
import { violatedByDrawn, violatedBySome } from '../oracle/oracle.ts';
import { survivingImages } from '../oracle/surviving.ts';
import { IMAGES_MAX } from './agreement.ts';
import { canonicalOf } from './cut.ts';
import { documentOf, makeRun } from './small-runs.ts';

const RUNS = 300;

function namesOf({ violations }: Replay): string[] {
  return violations.map(({ guarantee }) => guarantee).toSorted();
}

function documentOfReplay(c: Case, replay: Replay): DiskDocument {
  return documentOf(replay.history, c.stack.disk, c.scope, replay.diskEvents);
}

/** Replays the run as a case with its image: the same image, the same verdicts, and the second oracle's. */
function checkDrawn(runner: Runner, c: Case): Replay {
  const replay = replayCase(c, { trace: true });
  const document = documentOfReplay(c, replay);
  const { image, sectorCount } = runner.stack.history;
  expect(canonical(imageOf(document)), c.name).toBe(canonicalOf(image, sectorCount));
  expect(replay.verdicts, c.name).toEqual(expectationOf(runner.code));
  expect(namesOf(replay), c.name).toEqual(violatedByDrawn(document));
  return replay;
}

test('a run replayed as a case comes to the same image and verdicts; without its image, to what some image violates', () => {
  const counts = { every: 0, violations: 0, onlyOthers: 0 };
  for (let index = 0; index < RUNS; index++) {
    const runner = makeRun(index);
    const c = caseOfRun(runner, index, '0', runner.workloads!, 'integrity');
    const drawn = checkDrawn(runner, c);
    if (c.crash === undefined) continue;
    const open: Case = { ...c, crash: { step: c.crash.step } };
    const every = replayCase(open, { trace: true });
    const document = documentOfReplay(open, every);
    if (!survivingImages(document, IMAGES_MAX).whole) continue;
    const names = namesOf(every);
    expect(names, JSON.stringify(document)).toEqual(violatedBySome(document, IMAGES_MAX));
    counts.every++;
    counts.violations += names.length;
    if (names.length > namesOf(drawn).length) counts.onlyOthers++;
  }
  expect(counts.every).toBeGreaterThan(150);
  expect(counts.violations).toBeGreaterThan(7);
  expect(counts.onlyOthers).toBeGreaterThan(3);
});
