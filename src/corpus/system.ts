/** What the operating system refuses, as coded errors of one line, whatever characters a path holds. */
import { BlkfuzzError } from '../base/errors.ts';

/** What to do about the causes of a failed write that a user can do something about. */
const remedies: Readonly<Record<string, string>> = {
  EACCES: 'choose a folder you may write to',
  EDQUOT: 'make room or choose another folder',
  EEXIST: 'choose another folder',
  EISDIR: 'name a file, not a folder',
  ENOENT: 'create the folder first or choose another one',
  ENOSPC: 'make room or choose another folder',
  ENOTDIR: 'choose another folder',
  EPERM: 'choose a folder you may write to',
  EROFS: 'choose a folder on a file system that can be written',
};

/** What the usual causes mean; others are shown by their code. */
const causes: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBUSY: 'busy',
  EDQUOT: 'over the disk quota',
  EEXIST: 'a file stands where a folder is needed',
  EFBIG: 'too large for the file system',
  EIO: 'input/output error',
  EISDIR: 'is a folder',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'no such file or folder',
  ENOSPC: 'no space left',
  ENOTDIR: 'a part of the path is not a folder',
  EPERM: 'not permitted',
  EROFS: 'read-only file system',
};

/** A path without characters that would break the line or steer a terminal. */
export function showPath(path: string): string {
  return path.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '?');
}

/** Why a call failed: `no space left (ENOSPC)`. */
function showCause(code: string): string {
  return code in causes ? `${causes[code]} (${code})` : code;
}

/** The code of an error that the system answered a call with (`ENOSPC`); undefined for any other error. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** A failed read; an error that the system has nothing to do with is a defect and goes on as it is. */
export function unreadable(path: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  return new BlkfuzzError('unreadable', `${showPath(path)}: cannot be read: ${showCause(code)}`);
}

/** A failed write, with a remedy where there is one; any other error goes on as it is. */
export function unwritable(path: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  return new BlkfuzzError('unwritable', `${showPath(path)}: cannot be written: ${showCause(code)}`, remedies[code]);
}
