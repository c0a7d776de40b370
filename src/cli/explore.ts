/** `blkfuzz explore`: every schedule and every image of a small workload, within stated bounds. */
import { EXIT } from '../base/errors.ts';
import { shrunkCase } from '../campaign/finding.ts';
import type { Case, GuestCase } from '../case/case.ts';
import { GUARANTEES, type Guarantee, VERDICT_NAMES, type VerdictName } from '../contract/guarantees.ts';
import { saveFound } from '../corpus/found.ts';
import { caseOfExplored, exploreCase } from '../fuzz/explore/case.ts';
import { type Exploration, EXPLORE_BOUNDS, type ExploreVerdict, verdictOf } from '../fuzz/explore/exploration.ts';
import { replayCase } from '../fuzz/replay.ts';
import { verdictLines } from '../report/verdicts.ts';
import { readOneCase } from './cases.ts';
import type { ExploreCommandOptions } from './options.ts';
import type { Terminal } from './terminal.ts';
import { counted, shellWord } from './words.ts';

const CORPUS_DEFAULT = 'corpus/found';
const EXIT_OF: Readonly<Record<ExploreVerdict, number>> = {
  'holds-exhausted': EXIT.held,
  violated: EXIT.violated,
  'bounded-out': EXIT.boundedOut,
};

export async function explore(path: string, options: ExploreCommandOptions, terminal: Terminal): Promise<number> {
  const c = await readOneCase(path);
  const bounds = { ...EXPLORE_BOUNDS, statesMax: options.states ?? EXPLORE_BOUNDS.statesMax };
  const found = exploreCase(c, { ...bounds, keepGoing: options.keepGoing === true, reduced: true });
  const verdict = verdictOf(
    found,
    GUARANTEES.map(() => true),
  );
  const saved = verdict === 'violated' ? saveFound(options.corpus ?? CORPUS_DEFAULT, smallCase(c, found)) : null;
  if (options.json === true)
    await terminal.print(`${JSON.stringify(explorationDocument(verdict, found, bounds.statesMax, saved), null, 2)}\n`);
  else
    await terminal.print(
      `${summary(verdict, found, bounds.statesMax)}\n\n${verdictLines(verdictsOf(found), await terminal.style())}${saved === null ? '' : `\nnpx blkfuzz replay ${shellWord(saved)}\n`}`,
    );
  return EXIT_OF[verdict];
}

/** The first violation in the contract's order, shrunk. */
function smallCase(c: Case, { violations }: Exploration): Case {
  const [first] = [...violations].sort((a, b) => a.guarantee - b.guarantee);
  const small = shrunkCase(caseOfExplored(c as GuestCase, first), GUARANTEES[first.guarantee]);
  return { ...small, expect: replayCase(small).verdicts };
}

function verdictsOf({ code }: Exploration): Record<Guarantee, VerdictName> {
  return Object.fromEntries(GUARANTEES.map((name, row) => [name, VERDICT_NAMES[code[row]]])) as Record<
    Guarantee,
    VerdictName
  >;
}

function summary(verdict: ExploreVerdict, found: Exploration, statesMax: number): string {
  const walked = `${counted(found.states, 'state')}, ${found.images} images at ${counted(found.crashPoints, 'crash point')}`;
  if (verdict === 'holds-exhausted') return `holds, exhausted: ${found.schedulesCovered} schedules, ${walked}`;
  if (verdict === 'violated') return `violated: found within ${walked}`;
  return `bounded out: ${walked}; the bound of ${found.bound === 'states' ? `${statesMax} states` : 'steps'} was hit`;
}

function explorationDocument(
  verdict: ExploreVerdict,
  found: Exploration,
  statesMax: number,
  saved: string | null,
): object {
  return {
    format: 'blkfuzz.explore/1',
    verdict,
    bound: found.bound,
    bounds: { states: statesMax, steps: EXPLORE_BOUNDS.stepsMax },
    schedules: found.schedules,
    schedulesCovered: String(found.schedulesCovered),
    states: found.states,
    transitions: found.transitions,
    crashPoints: found.crashPoints,
    images: String(found.images),
    perGuarantee: verdictsOf(found),
    violations: found.violations.map(({ guarantee }) => GUARANTEES[guarantee]),
    case: saved,
    replay: saved === null ? null : `npx blkfuzz replay ${shellWord(saved)}`,
  };
}
