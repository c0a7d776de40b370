/** Coded errors of the edge: one line for the user, the exit code of cli.md, and what to do about it. */

/** The exit codes of the command line; stable for ever. */
export const EXIT = {
  held: 0,
  violated: 1,
  usage: 2,
  unstable: 3,
  boundedOut: 4,
  defect: 70,
  unwritable: 74,
  interrupted: 130,
} as const;

export type ErrorCode =
  | 'usage' // an option or argument that makes no sense
  | 'bad-input' // a file that is not what it should be
  | 'unreadable' // a file that cannot be read at all
  | 'unwritable' // a file that could not be written (full, read-only)
  | 'unstable' // the same case came out differently twice
  | 'bounded-out'; // a stated bound was hit before the answer was known

const exitCodes: Record<ErrorCode, number> = {
  usage: EXIT.usage,
  'bad-input': EXIT.usage,
  unreadable: EXIT.usage,
  unwritable: EXIT.unwritable,
  unstable: EXIT.unstable,
  'bounded-out': EXIT.boundedOut,
};

/**
 * An error whose cause lies outside blkfuzz. `message` is one line that says where and what was expected;
 * `remedy`, when there is one, says what to do.
 */
export class BlkfuzzError extends Error {
  override readonly name = 'BlkfuzzError';
  readonly code: ErrorCode;
  readonly remedy: string | undefined;

  constructor(code: ErrorCode, message: string, remedy?: string) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }

  get exitCode(): number {
    return exitCodes[this.code];
  }
}
