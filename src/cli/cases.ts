/** Cases from the outside, and what replaying one twice comes to. */
import { createHash } from 'node:crypto';
import { BlkfuzzError, EXIT } from '../base/errors.ts';
import { CASE_LIMITS, type Case } from '../case/case.ts';
import { encodeHistory } from '../contract/encode.ts';
import type { HistoryDocument } from '../contract/document.ts';
import { GUARANTEES, type Guarantee, type VerdictName } from '../contract/guarantees.ts';
import { Oracle } from '../contract/oracle.ts';
import { violationsOf } from '../contract/verdict.ts';
import { type CorpusEntry, readEntry } from '../corpus/list.ts';
import { caseFromBytes } from '../corpus/read.ts';
import { type EverySecondCrash, loseEverythingTwice } from '../fuzz/everySecond.ts';
import { type Replay, replayCase } from '../fuzz/replay.ts';
import { isMapped } from '../stack/layout.ts';
import type { Program } from '../guest/program.ts';
import { type LoadedStream, loadStream, programForCase } from './workload.ts';

/** Reads the case at `path`, `-` being stdin; what is wrong with it becomes part of the entry. */
export async function readCaseEntry(path: string): Promise<CorpusEntry> {
  if (path !== '-') return readEntry(path);
  try {
    return { path: 'stdin', case: caseFromBytes('stdin', await readStdin()) };
  } catch (error) {
    if (error instanceof BlkfuzzError) return { path: 'stdin', error };
    throw error;
  }
}

/** Reads the one case of a command. @throws BlkfuzzError what is wrong with it. */
export async function readOneCase(path: string): Promise<Case> {
  const entry = await readCaseEntry(path);
  if (entry.error !== undefined) throw entry.error;
  return entry.case;
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    byteCount += chunk.length;
    if (byteCount > CASE_LIMITS.textSizeMax)
      throw new BlkfuzzError(
        'bad-input',
        `stdin: too large: expected a case of at most ${CASE_LIMITS.textSizeMax} bytes`,
      );
  }
  return Buffer.concat(chunks, byteCount);
}

/** The recorded stream of `--workload`, when one was given. */
export function loadIfGiven(path: string | undefined): Promise<LoadedStream | undefined> {
  return path === undefined ? Promise.resolve(undefined) : loadStream(path);
}

export interface Difference {
  readonly guarantee: Guarantee;
  readonly expected: VerdictName;
  readonly found: VerdictName;
}

/** A case that was replayed, or why it couldn't be. */
export type Outcome =
  | {
      readonly path: string;
      readonly case: Case;
      readonly replay: Replay;
      /** The second replay came out the same. */
      readonly stable: boolean;
      /** From what the case expects. */
      readonly differences: readonly Difference[];
      /** Left out: nobody asked. */
      readonly twice?: EverySecondCrash;
      readonly error?: never;
    }
  | { readonly path: string; readonly error: BlkfuzzError };

/**
 * Replays a case twice and compares, with itself and with what it expects.
 * @param traced keep what happened on the way.
 * @param twice lose power again wherever it may be lost.
 */
export function replayTwice(
  entry: CorpusEntry,
  loaded: LoadedStream | undefined,
  traced: boolean,
  twice = false,
): Outcome {
  if (entry.error !== undefined) return entry;
  const c = entry.case;
  try {
    const options = { ...replayOptions(c, loaded), trace: traced };
    const first = replayCase(c, options);
    const stable = fingerprint(c, first) === fingerprint(c, replayCase(c, options));
    const more = twice ? { twice: loseEverythingTwice(c) } : {};
    return { path: entry.path, case: c, replay: first, stable, differences: differencesOf(c, first), ...more };
  } catch (error) {
    if (!(error instanceof BlkfuzzError)) throw error;
    return { path: entry.path, error: new BlkfuzzError(error.code, `${entry.path}: ${error.message}`, error.remedy) };
  }
}

/** With the program of a case that refers to a recorded stream. */
export function replayOptions(c: Case, loaded: LoadedStream | undefined): { program?: Program } {
  const program = programForCase(c, loaded);
  return program === undefined ? {} : { program };
}

function differencesOf(c: Case, replay: Replay): Difference[] {
  return GUARANTEES.flatMap((guarantee) => {
    const expected = c.expect?.[guarantee];
    const found = replay.verdicts[guarantee] ?? 'n/a';
    return expected === undefined || expected === found ? [] : [{ guarantee, expected, found }];
  });
}

/** Everything that a replay came to, as a digest: the whole of it may be large. */
function fingerprint(c: Case, replay: Replay): string {
  const hash = createHash('sha256');
  const { verdicts, violations, image, imagesDecided, schedule } = replay;
  hash.update(JSON.stringify([verdicts, violations, image, String(imagesDecided), schedule]));
  for (const event of replay.trace) hash.update(JSON.stringify(event));
  for (const { ops, ...rest } of historyDocuments(c, replay)) {
    for (const operation of ops) hash.update(JSON.stringify(operation));
    hash.update(JSON.stringify(rest));
  }
  return hash.digest('hex');
}

/** The history of each guest of a traced replay; its violations are those of the one image it holds. */
export function historyDocuments(c: Case, made: Replay): HistoryDocument[] {
  // A document speaks of one crash: of two, the first.
  const { guests } = made.first ?? made;
  const { disk } = c.stack;
  return guests.map(({ history, program, diskEvents }, guest) =>
    encodeHistory(history, {
      name: c.name,
      ...(guests.length === 1 ? {} : { guest }),
      scope: c.scope,
      atomicSectors: disk.atomic / 512,
      files: program.fileName,
      violations: violationsOf(new Oracle().judge(history)),
      // Where addresses are mapped, disk events speak of other sectors than the guest's.
      ...(isMapped(c.stack) ? {} : { diskModel: disk, disk: diskEvents }),
    }),
  );
}

/** The exit code of several outcomes: what is worst about them. */
export function exitCodeOf(outcomes: readonly Outcome[]): number {
  const codes = outcomes.map((outcome) => {
    if (outcome.error !== undefined) return outcome.error.exitCode;
    if (!outcome.stable) return EXIT.unstable;
    return outcome.differences.length + (outcome.twice?.violated.length ?? 0) > 0 ? EXIT.violated : EXIT.held;
  });
  const order = [EXIT.unstable, EXIT.usage, EXIT.boundedOut, EXIT.violated];
  return order.find((code) => codes.includes(code)) ?? EXIT.held;
}

/** What has to be said about an outcome on stderr, a line each. */
export function complaintsOf(outcome: Outcome): string[] {
  if (outcome.error !== undefined) {
    const { message, remedy } = outcome.error;
    return [`blkfuzz: ${message}${remedy === undefined ? '' : `; ${remedy}`}`];
  }
  const unstable = outcome.stable ? [] : [`${outcome.path}: the same case came out differently twice`];
  const different = outcome.differences.map(
    ({ guarantee, expected, found }) => `${outcome.path}: ${guarantee}: expected ${expected}, found ${found}`,
  );
  return [...unstable, ...different];
}

/** An outcome in a JSON document. */
export function outcomeDocument(outcome: Outcome): Record<string, unknown> {
  if (outcome.error !== undefined) return { file: outcome.path, error: outcome.error.message };
  const { path, case: c, replay, stable, differences, twice } = outcome;
  return {
    file: path,
    name: c.name,
    asExpected: stable && differences.length === 0,
    stable,
    differences,
    verdicts: replay.verdicts,
    violations: replay.violations,
    imagesDecided: String(replay.imagesDecided),
    ...(twice === undefined ? {} : { secondCrash: twice }),
  };
}
