/** Sizes of files and functions. What is over the limit already stands in a table that may only shrink. */
import { functionsOf } from './syntax.ts';
import type { TextFile } from './tree.ts';

const FILE_LINES_MAX = 250;
const FUNCTION_LINES_MAX = 40;
/** No exception goes further. */
const FUNCTION_LINES_HARD_MAX = 70;

/** Lines allowed by exception: of a file by its path, of a function by `path name`. */
export type Exceptions = Readonly<Record<string, number>>;

export const LONG_FILES: Exceptions = {};
export const LONG_FUNCTIONS: Exceptions = {};

/** Complaints about files that are too long. */
export function checkFileSizes(files: readonly TextFile[], exceptions: Exceptions): string[] {
  const sizes = files.map(({ path, text }) => ({ key: path, lineCount: text.trimEnd().split('\n').length }));
  return [...checkSizes(sizes, FILE_LINES_MAX, exceptions), ...stale(sizes, exceptions)];
}

/** Complaints about functions that are too long. */
export function checkFunctionSizes(files: readonly TextFile[], exceptions: Exceptions): string[] {
  const sizes = files.flatMap((file) =>
    functionsOf(file).map(({ name, lineCount }) => ({ key: `${file.path} ${name}`, lineCount })),
  );
  const bounded = Object.fromEntries(
    Object.entries(exceptions).map(([key, lines]) => [key, Math.min(lines, FUNCTION_LINES_HARD_MAX)]),
  );
  return [...checkSizes(sizes, FUNCTION_LINES_MAX, bounded), ...stale(sizes, exceptions)];
}

interface Size {
  readonly key: string;
  readonly lineCount: number;
}

function checkSizes(sizes: readonly Size[], limit: number, exceptions: Exceptions): string[] {
  return sizes
    .filter(({ key, lineCount }) => lineCount > (exceptions[key] ?? limit))
    .map(({ key, lineCount }) => `${key} has ${lineCount} lines, allowed are ${exceptions[key] ?? limit}: split it`);
}

/** Exceptions that the code has outgrown: a table that only shrinks says what is. */
function stale(sizes: readonly Size[], exceptions: Exceptions): string[] {
  return Object.entries(exceptions)
    .filter(([key, lines]) => !sizes.some((size) => size.key === key && size.lineCount >= lines))
    .map(([key, lines]) => `${key} no longer has ${lines} lines: lower or drop its exception in test/tidy/sizes.ts`);
}
