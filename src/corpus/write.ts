/**
 * Writes files so that a crash at any moment leaves the old file or the new one, never half of one: beside the
 * target under a name of its own, to the medium, renamed over it, and the folder to the medium too.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { codeOf, unwritable } from './system.ts';

/**
 * Replaces the file at `path`, or makes it; its folder must exist. A device or a pipe is written to as it is.
 * @throws BlkfuzzError `unwritable`; the old file is untouched then and nothing is left beside it.
 */
export function writeFileAtomically(path: string, content: string | Uint8Array): void {
  try {
    const target = finalTarget(path);
    if (target.special) writeFileSync(target.path, content);
    else replace(target.path, content);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/**
 * Makes a folder and those above it, lasting through a crash.
 * @throws BlkfuzzError `unwritable`.
 */
export function makeFolder(path: string): void {
  try {
    // One by one: a recursive mkdir of Node 20 never returns where the system says ENOENT, as /proc does.
    const folders = missingFolders(resolve(path));
    if (folders.length === 0) makeOne(path);
    for (const folder of folders) {
      makeOne(folder);
      // A new folder lasts once the one above it is on the medium.
      syncFolder(dirname(folder));
    }
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** The folders of a path that don't exist, from the top. */
function missingFolders(path: string): string[] {
  const missing: string[] = [];
  for (let at = path; statSync(at, { throwIfNoEntry: false }) === undefined && at !== dirname(at); at = dirname(at))
    missing.unshift(at);
  return missing;
}

function makeOne(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    // Somebody else was faster, which is as good.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/** Where a path leads once symbolic links are followed, and whether that is something other than a file. */
function finalTarget(path: string): { readonly path: string; readonly special: boolean } {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return { path, special: false };
  if (stats.isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR', syscall: 'rename' });
  return stats.isFile() ? { path: realpathSync(path), special: false } : { path, special: true };
}

function replace(path: string, content: string | Uint8Array): void {
  const temporary = join(dirname(path), `.blkfuzz-${randomUUID()}.tmp`);
  try {
    const file = openSync(temporary, 'wx');
    try {
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch (error) {
    // Some file systems can't sync a folder, and one may write in folders one may not read: the file is there all the same.
    if (!['EINVAL', 'ENOTSUP', 'EACCES', 'EPERM'].includes(codeOf(error) ?? '')) throw error;
  }
}
