/** Files that nothing leads to. */
import { importsOf, resolveImport } from './syntax.ts';
import type { TextFile } from './tree.ts';

/** Where node starts reading the sources: the command line, the library, and what runs in a worker thread. */
export const SOURCE_ROOTS = /^src\/(cli\/main|blkfuzz|(.+\/)?worker)\.ts$/;
/** Where vitest starts reading the tests, and node the benchmarks. */
export const TEST_ROOTS = /^test\/(.+\.test\.ts|vitest\.config\.ts|bench\/main\.[jt]s)$/;

/** Complaints about files that are neither a root nor imported, however indirectly, from one. */
export function checkReach(files: readonly TextFile[], roots: RegExp): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const reached = new Set<string>();
  const waiting = [...byPath.keys()].filter((path) => roots.test(path));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const file = byPath.get(path);
    if (file === undefined || reached.has(path)) continue;
    reached.add(path);
    for (const { specifier } of importsOf(file)) waiting.push(resolveImport(path, specifier) ?? '');
  }
  const rootNames = [...byPath.keys()].filter((path) => roots.test(path)).join(', ');
  return [...byPath.keys()]
    .filter((path) => !reached.has(path))
    .map((path) => `${path} is reached from no root (${rootNames || 'there is none yet'}): import it or delete it`);
}
