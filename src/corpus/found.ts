/** Where a found case goes: under a name made of its content, so that finding it again writes the same file. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { CASE_SUFFIX, type Case } from '../case/case.ts';
import { encodeCase, encodeContent } from '../case/encode.ts';
import { GUARANTEES } from '../contract/guarantees.ts';
import { makeFolder, writeFileAtomically } from './write.ts';

/** Hexadecimal digits of the digest that a name carries. */
const DIGEST_DIGITS = 12;

/**
 * The name of a found case: mode, backend, the first guarantee it expects to be violated (`none` if it expects none)
 * and the start of a SHA-256 over all that decides the run. The case's own name, comment and origin don't count.
 */
export function foundName(c: Case): string {
  const guarantee = GUARANTEES.find((name) => c.expect?.[name] === 'violated') ?? 'none';
  const digest = createHash('sha256').update(encodeContent(c)).digest('hex').slice(0, DIGEST_DIGITS);
  return `${c.stack.mode}-${c.stack.backend}-${guarantee}-${digest}`;
}

/**
 * Saves a case under `dir`, which is made if need be, named by its content; returns the path of the file.
 * @throws BlkfuzzError `unwritable`.
 */
export function saveFound(dir: string, c: Case): string {
  const name = foundName(c);
  const path = join(dir, name + CASE_SUFFIX);
  makeFolder(dir);
  writeFileAtomically(path, encodeCase({ ...c, name }));
  return path;
}
