/** `--expect`: what a night's run ought to come to, and how it differs. */
import { BlkfuzzError } from '../../base/errors.ts';
import { nearestName } from '../../case/nearest.ts';
import { GUARANTEES, type Guarantee, VERDICT_NAMES, type VerdictName } from '../../contract/guarantees.ts';
import { readBytes } from '../../corpus/read.ts';
import { showPath } from '../../corpus/system.ts';
import { MODES, type StackConfig } from '../../stack/config.ts';
import { listed, quote } from '../values.ts';

type ModeName = StackConfig['mode'];

/** Mode × guarantee → verdict; what is left out is expected to be no violation. */
export type Expectations = Readonly<Partial<Record<ModeName, Readonly<Partial<Record<Guarantee, VerdictName>>>>>>;

const EXPECTED_FORMAT = 'blkfuzz.expected/1';
const FILE_BYTES_MAX = 1_048_576;

/** @throws BlkfuzzError unreadable, or bad-input with the place and what was expected there. */
export function readExpectations(path: string): Expectations {
  const label = showPath(path);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(readBytes(path, FILE_BYTES_MAX, 'expectations')));
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new BlkfuzzError('bad-input', `${label}: not JSON; expected mode × guarantee → verdict`);
    throw error;
  }
  return decodeExpectations(json, label);
}

export function decodeExpectations(json: unknown, label: string): Expectations {
  const { format, ...modes } = objectAt(json, label, '', 'an object: mode × guarantee → verdict');
  if (format !== undefined && format !== EXPECTED_FORMAT)
    throw new BlkfuzzError('bad-input', `${label}: format: expected '${EXPECTED_FORMAT}'`);
  for (const [mode, guarantees] of Object.entries(modes)) {
    nameAt(mode, label, '', 'mode', [...MODES, 'negotiated']);
    const verdicts = objectAt(guarantees, label, `${mode}: `, 'an object: guarantee → verdict');
    for (const [guarantee, verdict] of Object.entries(verdicts)) {
      nameAt(guarantee, label, `${mode}: `, 'guarantee', GUARANTEES);
      nameAt(verdict, label, `${mode}.${guarantee}: `, 'verdict', VERDICT_NAMES);
    }
  }
  return modes;
}

export interface Surprise {
  readonly mode: string;
  readonly guarantee: Guarantee;
  readonly expected: VerdictName;
  readonly found: VerdictName;
}

/** Unexpected violations, and expected ones that were not found. Guarantees that weren't judged surprise nobody. */
export function surprises(
  expectations: Expectations,
  modes: readonly { readonly name: ModeName; readonly verdicts: Readonly<Partial<Record<Guarantee, VerdictName>>> }[],
): Surprise[] {
  return modes.flatMap(({ name, verdicts }) =>
    GUARANTEES.flatMap((guarantee): Surprise[] => {
      const found = verdicts[guarantee];
      const expected = expectations[name]?.[guarantee] ?? 'holds';
      if (found === undefined || (found === 'violated') === (expected === 'violated')) return [];
      return [{ mode: name, guarantee, expected, found }];
    }),
  );
}

function objectAt(value: unknown, label: string, place: string, expected: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new BlkfuzzError('bad-input', `${label}: ${place}expected ${expected}`);
}

function nameAt(value: unknown, label: string, place: string, what: string, names: readonly string[]): void {
  if (names.includes(value as string)) return;
  const text = typeof value === 'string' ? value : String(JSON.stringify(value));
  const near = nearestName(text, names);
  const hint = near === undefined ? `; expected ${listed(names, 'or')}` : ` (did you mean ${near}?)`;
  throw new BlkfuzzError('bad-input', `${label}: ${place}unknown ${what} ${quote(text)}${hint}`);
}
