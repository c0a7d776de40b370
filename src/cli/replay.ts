/** `blkfuzz replay`: runs cases again, twice each, and says what came out. */
import { resolve } from 'node:path';
import { closeSync, openSync, writeSync } from 'node:fs';
import { BlkfuzzError } from '../base/errors.ts';
import { writeFileAtomically } from '../corpus/write.ts';
import { unwritable } from '../corpus/system.ts';
import type { Replay } from '../fuzz/replay.ts';
import { amountText } from '../report/amount.ts';
import {
  complaintsOf,
  exitCodeOf,
  historyDocuments,
  loadIfGiven,
  type Outcome,
  outcomeDocument,
  readCaseEntry,
  replayTwice,
} from './cases.ts';
import type { ReplayOptions } from './options.ts';
import type { Terminal } from './terminal.ts';
import { printable } from './values.ts';
import { counted } from './words.ts';

type Replayed = Extract<Outcome, { readonly stable: boolean }>;

export async function replay(paths: readonly string[], options: ReplayOptions, terminal: Terminal): Promise<number> {
  checkTogether(paths, options);
  const loaded = await loadIfGiven(options.workload);
  const outcomes: Outcome[] = [];
  for (const path of paths) {
    const entry = await readCaseEntry(path);
    // Of a whole recorded stream the trace is kept only where it is shown.
    const traced = entry.case?.stream === undefined || options.history === true || options.trace !== undefined;
    const outcome = replayTwice(entry, loaded, traced, options.secondCrash);
    outcomes.push(outcome);
    await terminal.turn();
    const inText = outcome.error === undefined && options.history !== true && options.json !== true;
    // Differences are part of the text; where stdout carries documents they go to stderr.
    if (!inText) for (const line of complaintsOf(outcome)) terminal.note(line);
    if (outcome.error !== undefined) continue;
    if (options.history === true)
      for (const document of historyDocuments(outcome.case, outcome.replay))
        await terminal.print(`${JSON.stringify(document)}\n`);
    else if (inText) await terminal.print(await outcomeText(outcome, terminal));
    await writeFiles(outcome, options);
  }
  if (options.json === true)
    await terminal.print(`${JSON.stringify({ format: 'blkfuzz.replay/1', cases: outcomes.map(outcomeDocument) })}\n`);
  return exitCodeOf(outcomes);
}

function checkTogether(paths: readonly string[], { history, json, image, trace, workload }: ReplayOptions): void {
  if (history === true && json === true)
    throw new BlkfuzzError('usage', '--history and --json contradict each other; give one of them');
  if (paths.length > 1 && (image !== undefined || trace !== undefined))
    throw new BlkfuzzError(
      'usage',
      `${image === undefined ? '--trace' : '--image'} wants one case, found ${paths.length}`,
    );
  const files = [...paths, workload, image, trace].filter((path) => path !== undefined && path !== '-');
  const places = files.map((path) => resolve(path!));
  if (image !== undefined || trace !== undefined) {
    const twice = places.findIndex((place, at) => places.indexOf(place) !== at);
    if (twice >= 0)
      throw new BlkfuzzError(
        'usage',
        `${printable(files[twice]!)} is named twice; a file is read or written, not both`,
      );
  }
  if ([...paths, workload].filter((path) => path === '-').length > 1)
    throw new BlkfuzzError('usage', 'stdin (-) can be read once');
}

async function outcomeText(outcome: Replayed, terminal: Terminal): Promise<string> {
  const { verdictLines } = await import('../report/verdicts.ts');
  const { path, case: c, replay: made } = outcome;
  const style = await terminal.style();
  const complaints = complaintsOf(outcome);
  const expects = c.expect === undefined ? 'it expects nothing' : 'as it says';
  const images = made.imagesDecided === 1n ? '' : ` (${amountText(made.imagesDecided)} images decided)`;
  const heading = `${style.strong(printable(path))}: ${complaints.length === 0 ? expects : style.violated('not as it says')}${images}`;
  const lines = complaints.map((line) => `${printable(line)}\n`).join('');
  return `${heading}\n${lines}${verdictLines(made.verdicts, style)}${twiceText(outcome)}\n`;
}

/** What every second crash comes to. */
function twiceText({ twice }: Replayed): string {
  if (twice === undefined) return '';
  const { images, exhausted, recoveries, crashPoints, violated } = twice;
  const how = exhausted ? '' : ', those with the least and the most of more than 4096';
  const came = violated.length === 0 ? 'nothing is violated' : `${violated.join(', ')} violated`;
  return `second crash: ${counted(images, 'first image')}${how}, recovered from ${counted(recoveries, 'time')}, every image at ${counted(crashPoints, 'step')}: ${came}\n`;
}

async function writeFiles({ case: c, replay: made }: Replayed, { image, trace }: ReplayOptions): Promise<void> {
  if (trace !== undefined) {
    const { chromeTrace } = await import('../report/chrome.ts');
    writeFileAtomically(trace, `${JSON.stringify(chromeTrace(c, made))}\n`);
  }
  if (image !== undefined) await writeImage(image, made);
}

/** A disk image may be gigabytes: it is written piece by piece, over what was there. */
async function writeImage(path: string, made: Replay): Promise<void> {
  const { rawImageChunks } = await import('../report/image.ts');
  try {
    const file = openSync(path, 'w');
    try {
      for (const chunk of rawImageChunks(made))
        for (let at = 0; at < chunk.length;) at += writeSync(file, chunk, at, chunk.length - at);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw unwritable(path, error);
  }
}
