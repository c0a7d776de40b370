/**
 * From the text of a case file to a case. Strict: whatever is not understood is refused with one line that says where
 * and what was expected. Nothing in a case is ever run as code or used as a path.
 */
import { BlkfuzzError } from '../base/errors.ts';
import { CASE_FORMAT, CASE_LIMITS, type Case } from './case.ts';
import { checkCase } from './check.ts';
import { show } from './fields.ts';
import { readShape } from './schema.ts';

/** Commands that take the other documents of blkfuzz. */
const remedies = new Map([['history', 'blkfuzz judge judges histories']]);

/**
 * Reads the text of a case file.
 * @throws BlkfuzzError `bad-input`, with one line such as `guests[0].threads[0][2].sector: expected …, found …`.
 */
export function decodeCase(text: string): Case {
  if (text.length > CASE_LIMITS.textSizeMax)
    throw new BlkfuzzError('bad-input', `too large: expected at most ${CASE_LIMITS.textSizeMax} characters`);
  return caseFromJson(parseJson(text));
}

/**
 * Takes parsed JSON as a case.
 * @throws BlkfuzzError `bad-input`, as `decodeCase` does.
 */
export function caseFromJson(json: unknown): Case {
  refuseOtherFormats(json);
  // When there is a blkfuzz.case/2, an older document is brought up to date here, before its shape is read.
  return checkCase(readShape(json));
}

/** Says what a document is that calls itself something else, before its fields are complained about. */
function refuseOtherFormats(json: unknown): void {
  if (typeof json !== 'object' || json === null || !('format' in json)) return;
  const { format } = json;
  if (format === CASE_FORMAT || typeof format !== 'string') return;
  const [, what, version] = /^blkfuzz\.([a-z-]{1,40})\/([0-9]{1,9})$/.exec(format) ?? [];
  if (what === undefined) return;
  if (what !== 'case')
    throw new BlkfuzzError(
      'bad-input',
      `format: expected a case, ${show(CASE_FORMAT)}, found a ${what} document, ${show(format)}`,
      remedies.get(what),
    );
  if (Number(version) > 1)
    throw new BlkfuzzError(
      'bad-input',
      `format: ${show(format)} was written by a newer blkfuzz; expected ${show(CASE_FORMAT)}`,
      'use the version of blkfuzz that wrote it, or a later one',
    );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BlkfuzzError('bad-input', notJson(text, error instanceof Error ? error.message : ''));
  }
}

/** Where and why the text is not JSON, as far as the engine tells. */
function notJson(text: string, message: string): string {
  if (text.trim() === '') return `empty: expected a ${CASE_FORMAT} document`;
  if (message.includes('end of JSON input')) return 'not JSON: the text ends in the middle of the document';
  const [excess, position] = / in JSON at position (\d+).*$/s.exec(message) ?? ['', undefined];
  const reason = message
    .slice(0, message.length - excess.length)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .slice(0, 120);
  return position === undefined
    ? `not JSON: ${reason}`
    : `${lineAndColumn(text, Number(position))}: not JSON: ${reason}`;
}

function lineAndColumn(text: string, position: number): string {
  const before = text.slice(0, position).split('\n');
  return `line ${before.length}, column ${before.at(-1)!.length + 1}`;
}
