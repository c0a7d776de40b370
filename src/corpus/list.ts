/** Finds case files in folders and reads each into an entry of its own, so that a bad one doesn't hide the others. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BlkfuzzError } from '../base/errors.ts';
import { CASE_SUFFIX, type Case } from '../case/case.ts';
import { readCase } from './read.ts';
import { unreadable } from './system.ts';

/** A case file and what it holds: a case, or the reason why it is none. */
export type CorpusEntry =
  | { readonly path: string; readonly case: Case; readonly error?: never }
  | { readonly path: string; readonly case?: never; readonly error: BlkfuzzError };

/**
 * The case files that these paths name, in their order: a file as it is, whatever its name; of a folder every
 * `*.case.json` in it and below, by the bytes of their paths. Links to folders are not followed.
 * @throws BlkfuzzError `unreadable` when a path is not there or a folder can't be listed.
 */
export function listCases(paths: readonly string[]): string[] {
  return paths.flatMap((path) => (isFolder(path) ? casesBelow(path).sort(byBytes) : [path]));
}

/** Reads every case that these paths name. */
export function readCorpus(paths: readonly string[]): CorpusEntry[] {
  return listCases(paths).map(readEntry);
}

/** Reads one case file; what is wrong with it becomes part of the entry. */
export function readEntry(path: string): CorpusEntry {
  try {
    return { path, case: readCase(path) };
  } catch (error) {
    if (error instanceof BlkfuzzError) return { path, error };
    throw error;
  }
}

function isFolder(path: string): boolean {
  return reading(path, () => statSync(path).isDirectory());
}

function casesBelow(folder: string): string[] {
  const entries = reading(folder, () => readdirSync(folder, { withFileTypes: true }));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return casesBelow(path);
    return entry.name.endsWith(CASE_SUFFIX) ? [path] : [];
  });
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw unreadable(path, error);
  }
}

function byBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
