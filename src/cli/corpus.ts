/** `blkfuzz corpus list` and `verify`. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BlkfuzzError, EXIT } from '../base/errors.ts';
import type { Case } from '../case/case.ts';
import { GUARANTEES } from '../contract/guarantees.ts';
import { type CorpusEntry, listCases, readEntry } from '../corpus/list.ts';
import { complaintsOf, exitCodeOf, type Outcome, outcomeDocument, replayTwice } from './cases.ts';
import type { JsonOptions } from './options.ts';
import type { Terminal } from './terminal.ts';
import { printable } from './values.ts';
import { counted } from './words.ts';

const FOLDERS_DEFAULT = ['corpus/litmus', 'corpus/regress'];

export async function listCorpus(paths: readonly string[], options: JsonOptions, terminal: Terminal): Promise<number> {
  const entries = casesOf(paths).map(readEntry);
  if (options.json === true)
    await terminal.print(`${JSON.stringify({ format: 'blkfuzz.corpus-list/1', cases: entries.map(entryDocument) })}\n`);
  for (const entry of entries) {
    if (entry.error !== undefined) terminal.note(`blkfuzz: ${entry.error.message}`);
    else if (options.json !== true) await terminal.print(`${printable(entry.path)}: ${caseText(entry.case)}\n`);
  }
  return entries.some(({ error }) => error !== undefined) ? EXIT.usage : EXIT.held;
}

export async function verifyCorpus(
  paths: readonly string[],
  options: JsonOptions,
  terminal: Terminal,
): Promise<number> {
  const outcomes: Outcome[] = [];
  for (const path of casesOf(paths)) {
    const outcome = replayTwice(readEntry(path), undefined, true);
    outcomes.push(outcome);
    await terminal.turn();
    const complaints = complaintsOf(outcome);
    if (options.json === true || outcome.error !== undefined) for (const line of complaints) terminal.note(line);
    else for (const line of complaints) await terminal.print(`${printable(line)}\n`);
  }
  const good = outcomes.filter((outcome) => complaintsOf(outcome).length === 0).length;
  if (options.json === true) {
    const cases = outcomes.map(outcomeDocument);
    await terminal.print(`${JSON.stringify({ format: 'blkfuzz.corpus-verify/1', asExpected: good, cases })}\n`);
  } else await terminal.print(`${good} of ${counted(outcomes.length, 'case')} came out as they say\n`);
  return exitCodeOf(outcomes);
}

/** The case files that were asked for. @throws BlkfuzzError usage when there is none: nothing would be verified. */
function casesOf(paths: readonly string[]): string[] {
  const asked = paths.length > 0 ? paths : defaultFolders();
  const cases = listCases(asked);
  if (cases.length > 0) return cases;
  const places = asked.length > 0 ? asked.map(printable) : FOLDERS_DEFAULT;
  throw new BlkfuzzError('usage', `no case in ${places.join(', ')}; case files end in .case.json`);
}

/** The litmus cases here, or, where there are none, those that came with the package. */
export function litmusCases(): string[] {
  return listCases(defaultFolders().filter((folder) => folder.includes('litmus')));
}

/** The usual folders here, or, where there are none, those that came with the package. */
function defaultFolders(): string[] {
  const here = FOLDERS_DEFAULT.filter((folder) => existsSync(folder));
  if (here.length > 0) return here;
  const ofPackage = FOLDERS_DEFAULT.map((folder) => fileURLToPath(new URL(`../../${folder}`, import.meta.url)));
  return ofPackage.filter((folder) => existsSync(folder));
}

function caseText(c: Case): string {
  const violated = GUARANTEES.filter((guarantee) => c.expect?.[guarantee] === 'violated');
  const expects = violated.length === 0 ? 'nothing violated' : `${violated.join(', ')} violated`;
  return `${c.name} (${c.stack.mode}, ${c.stack.backend}, ${c.scope}): ${expects}`;
}

function entryDocument(entry: CorpusEntry): Record<string, unknown> {
  if (entry.error !== undefined) return { file: entry.path, error: entry.error.message };
  const { name, comment, stack, scope, expect } = entry.case;
  return { file: entry.path, name, comment, mode: stack.mode, backend: stack.backend, scope, expect: expect ?? {} };
}
