/** `blkfuzz mutants`: the catalogue of planted bugs, and the hunt that tells how good the fuzzer is at finding them. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { EXIT } from '../../base/errors.ts';
import { huntAll } from '../../campaign/hunting.ts';
import { openPool } from '../../campaign/pool.ts';
import { CASE_SUFFIX } from '../../case/case.ts';
import { encodeCase } from '../../case/encode.ts';
import { makeFolder, writeFileAtomically } from '../../corpus/write.ts';
import { isPlanted, type PlantedRow } from '../../fuzz/mutants/catalogue.ts';
import type { Hunt, HuntOptions, Twins } from '../../fuzz/mutants/hunt.ts';
import { type Hunted, huntDocument, listDocument } from '../../report/mutants/document.ts';
import { huntMarkdown, mutantsMarkdown } from '../../report/mutants/markdown.ts';
import { outcomeOf } from '../../report/mutants/outcome.ts';
import { huntText, listText } from '../../report/mutants/text.ts';
import { Progress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { packageVersion } from '../version.ts';
import { controlMutants } from './control.ts';
import type { MutantsOptions } from './options.ts';
import { type MutantsPlan, planMutants } from './plan.ts';

/** Exit code 1: a planted mutant was found from no seed. */
export async function mutants(ids: readonly string[], options: MutantsOptions, terminal: Terminal): Promise<number> {
  const plan = planMutants(ids, options);
  if (options.kill === true) return kill(plan, options, terminal);
  if (options.control === true) return controlMutants(plan, options, terminal);
  if (options.markdown === true) await terminal.print(mutantsMarkdown(plan.rows));
  else if (options.json === true) await terminal.print(json(listDocument(plan.rows)));
  else await terminal.print(listText(plan.rows, await terminal.style()));
  return EXIT.held;
}

async function kill({ rows, hunt }: MutantsPlan, options: MutantsOptions, terminal: Terminal): Promise<number> {
  terminal.catchInterrupts();
  const planted = rows.filter(isPlanted);
  const hunts = await huntThem(planted, { ...hunt, version: packageVersion() }, options, terminal);
  if (hunts === null) return EXIT.interrupted;
  const hunted = rows.map((row): Hunted => {
    const found = hunts[planted.findIndex(({ id }) => id === row.id)];
    if (found === undefined) return { row, outcome: null, path: null };
    return { row, outcome: outcomeOf(found), path: save(found.twins, options.keep) };
  });
  const { seed, seedCount, runsMax } = hunt;
  if (options.json === true)
    await terminal.print(json(huntDocument(hunted, { seed, seeds: seedCount, runs: runsMax })));
  else if (options.markdown === true) await terminal.print(huntMarkdown(hunted, seedCount));
  else await terminal.print(huntText(hunted, seedCount, await terminal.style()));
  if (options.quiet !== true) noteTimes(hunted, terminal);
  return hunts.every(({ kills }) => kills.length > 0) ? EXIT.held : EXIT.violated;
}

async function huntThem(
  rows: readonly PlantedRow[],
  hunt: HuntOptions,
  options: MutantsOptions,
  terminal: Terminal,
): Promise<readonly Hunt[] | null> {
  const progress = new Progress(options.quiet === true);
  const jobs = options.jobs ?? availableParallelism();
  const pool = jobs > 1 ? await openPool({ modes: [], stream: null }, jobs) : null;
  try {
    return await huntAll(rows, hunt, {
      elsewhere: pool === null ? null : (task) => pool.hunt(task, terminal.signal),
      signal: terminal.signal,
      progress: (done) => progress.show(() => `${done} of ${rows.length} mutants`),
      turn: () => terminal.turn(),
    });
  } catch (error) {
    if (terminal.signal.aborted) return null;
    throw error;
  } finally {
    progress.clear();
    await pool?.close();
  }
}

/** Times are not the same twice, so they don't belong to the results. */
function noteTimes(hunted: readonly Hunted[], terminal: Terminal): void {
  const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(2);
  for (const { row, outcome } of hunted)
    if (outcome !== null && outcome.milliseconds !== null) {
      const { median, worst } = outcome.milliseconds;
      terminal.note(`${row.id}: found after ${seconds(median)} s, at the worst ${seconds(worst)} s`);
    }
}

/** Saves both cases; the path of the one that breaks, or null where there is nothing or nowhere to save. */
function save(twins: Twins | null, folder: string | undefined): string | null {
  if (twins === null || folder === undefined) return null;
  makeFolder(folder);
  const path = (name: string): string => join(folder, name + CASE_SUFFIX);
  for (const twin of [twins.sound, twins.broken]) writeFileAtomically(path(twin.name), encodeCase(twin));
  return path(twins.broken.name);
}

function json(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
