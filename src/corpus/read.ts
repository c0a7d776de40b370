/** Reads case files: a bounded number of bytes, and one clear line starting with the path for whatever is wrong. */
import { closeSync, openSync, readSync } from 'node:fs';
import { BlkfuzzError } from '../base/errors.ts';
import { CASE_FORMAT, CASE_LIMITS, type Case } from '../case/case.ts';
import { decodeCase } from '../case/decode.ts';
import { showPath, unreadable } from './system.ts';

/** Bytes asked for at a time. */
const CHUNK_BYTES = 65_536;

/**
 * Reads the case in the file at `path`.
 * @throws BlkfuzzError `unreadable` when there is no file to read, `bad-input` when it holds no case.
 */
export function readCase(path: string): Case {
  return caseFromBytes(path, readBytes(path, CASE_LIMITS.textSizeMax, 'a case'));
}

/**
 * Takes bytes as a case file; `label` names them in errors (a path, `stdin`).
 * @throws BlkfuzzError `bad-input`, one line starting with `label`.
 */
export function caseFromBytes(label: string, bytes: Uint8Array): Case {
  const name = showPath(label);
  if (bytes.includes(0)) throw new BlkfuzzError('bad-input', `${name}: a binary file; expected a ${CASE_FORMAT} document`);
  try {
    return decodeCase(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof BlkfuzzError) throw new BlkfuzzError(error.code, `${name}: ${error.message}`, error.remedy);
    if (error instanceof TypeError) throw new BlkfuzzError('bad-input', `${name}: not UTF-8; expected a ${CASE_FORMAT} document`);
    throw error;
  }
}

/**
 * Reads a whole file, pipes and devices included, of at most `byteCountMax` bytes; `what` names what it should hold.
 * @throws BlkfuzzError `unreadable`, or `bad-input` when there is more.
 */
export function readBytes(path: string, byteCountMax: number, what: string): Uint8Array {
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  try {
    const file = openSync(path, 'r');
    try {
      for (;;) {
        const chunk = new Uint8Array(CHUNK_BYTES);
        const read = readSync(file, chunk);
        if (read === 0) return Buffer.concat(chunks, byteCount);
        chunks.push(chunk.subarray(0, read));
        byteCount += read;
        if (byteCount > byteCountMax) break;
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw unreadable(path, error);
  }
  throw new BlkfuzzError('bad-input', `${showPath(path)}: too large: expected ${what} of at most ${byteCountMax} bytes`);
}
