/** `blkfuzz explore`: every schedule and every image of small workloads, within stated bounds. */
import { BlkfuzzError, EXIT } from '../../base/errors.ts';
import { openPool } from '../../campaign/pool.ts';
import type { GuestCase } from '../../case/case.ts';
import { type CorpusEntry, listCases } from '../../corpus/list.ts';
import { showPath } from '../../corpus/system.ts';
import { checkRecovers, workloadsToExplore } from '../../fuzz/explore/case.ts';
import type { ExploreOptions } from '../../fuzz/explore/exploration.ts';
import { joinTotals, totalVerdict } from '../../fuzz/explore/total.ts';
import { readCaseEntry } from '../cases.ts';
import { Progress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { packageVersion } from '../version.ts';
import { findAll } from './findings.ts';
import type { ExploreCommandOptions } from './options.ts';
import { type ExplorePlan, planExplore } from './plan.ts';
import { exploreDocument, type ExploreReport } from './report.ts';
import { exploreCases, exploreModes, type NamedCase } from './subjects.ts';
import { headingText, reportText } from './text.ts';

const EXIT_OF = { 'holds-exhausted': EXIT.held, violated: EXIT.violated, 'bounded-out': EXIT.boundedOut } as const;

export async function explore(
  paths: readonly string[],
  options: ExploreCommandOptions,
  terminal: Terminal,
): Promise<number> {
  const plan = planExplore(paths, options);
  const { cases, errors } = await readCases(paths, plan.explore);
  if (cases.length === 0 && errors.length === 1) throw errors[0];
  for (const { message, remedy } of errors)
    terminal.note(`blkfuzz: ${message}${remedy === undefined ? '' : `; ${remedy}`}`);
  if (cases.length === 0 && errors.length > 0) return EXIT.usage;
  terminal.catchInterrupts();
  const version = packageVersion();
  if (options.json !== true) await terminal.print(headingText(version, plan, cases));
  const { report, failure } = await exploreSubjects(plan, cases, version, terminal);
  if (options.json === true) await terminal.print(`${JSON.stringify(exploreDocument(report), null, 2)}\n`);
  else await terminal.print(reportText(report, await terminal.style()));
  if (failure !== null) throw failure;
  if (report.interrupted) return EXIT.interrupted;
  return errors.length > 0 ? EXIT.usage : EXIT_OF[totalVerdict(joinTotals(report.subjects.map(({ total }) => total)))];
}

async function exploreSubjects(
  plan: ExplorePlan,
  cases: readonly NamedCase[],
  version: string,
  terminal: Terminal,
): Promise<{ readonly report: ExploreReport; readonly failure: BlkfuzzError | null }> {
  const progress = new Progress(plan.quiet);
  const pool = await openPool({ modes: [], stream: null }, plan.jobs);
  const watch = { pool, signal: terminal.signal, progress: (text: () => string) => progress.show(text) };
  try {
    const subjects = await (plan.every === null
      ? exploreCases(cases, plan, watch)
      : exploreModes(plan.every, plan, watch));
    const { findings, failure } = await findAll(subjects, plan, watch);
    return { report: { version, plan, subjects, findings, interrupted: terminal.signal.aborted }, failure };
  } finally {
    progress.clear();
    await pool.close();
  }
}

/** The cases that paths name, and what is wrong with the others. */
async function readCases(
  paths: readonly string[],
  explore: ExploreOptions,
): Promise<{ readonly cases: readonly NamedCase[]; readonly errors: readonly BlkfuzzError[] }> {
  const cases: NamedCase[] = [];
  const errors: BlkfuzzError[] = [];
  for (const path of paths)
    for (const entry of await entriesOf(path)) {
      const one = explorable(entry, explore);
      if (one instanceof BlkfuzzError) errors.push(one);
      else cases.push(one);
    }
  return { cases, errors };
}

/** Of a folder every case in it; a path that leads nowhere is an entry that says so. */
async function entriesOf(path: string): Promise<CorpusEntry[]> {
  if (path === '-') return [await readCaseEntry(path)];
  try {
    const found = listCases([path]);
    if (found.length > 0) return await Promise.all(found.map(readCaseEntry));
    throw new BlkfuzzError('usage', `no case in ${showPath(path)}; case files end in .case.json`);
  } catch (error) {
    if (error instanceof BlkfuzzError) return [{ path, error }];
    throw error;
  }
}

function explorable(entry: CorpusEntry, { secondCrash }: ExploreOptions): NamedCase | BlkfuzzError {
  if (entry.error !== undefined) return entry.error;
  const { path, case: c } = entry;
  try {
    workloadsToExplore(c);
    if (secondCrash === true) checkRecovers(c);
    return { label: path, case: c as GuestCase };
  } catch (error) {
    if (error instanceof BlkfuzzError)
      return new BlkfuzzError(error.code, `${showPath(path)}: ${error.message}`, error.remedy);
    throw error;
  }
}
