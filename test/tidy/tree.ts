/** The files of the checkout as the checks see them: paths from the root with forward slashes, and their text. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface TextFile {
  readonly path: string;
  /** Empty for a file that is not text. */
  readonly text: string;
}

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

/** What git ignores, and git itself. */
const IGNORED = /^(\.git|node_modules|dist|coverage|corpus\/found|\.build-\d+(-old)?|[^/]+\.tgz)$/;

/** Every file of the project, ordered by path. */
export function readTree(folder = ''): TextFile[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .map((entry) => ({ path: folder === '' ? entry.name : `${folder}/${entry.name}`, isFolder: entry.isDirectory() }))
    .filter(({ path }) => !IGNORED.test(path))
    .flatMap(({ path, isFolder }) => (isFolder ? readTree(path) : [{ path, text: readText(path) }]))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The files under a folder, by default the TypeScript ones. */
export function filesUnder(tree: readonly TextFile[], folder: string, ending = '.ts'): TextFile[] {
  return tree.filter(({ path }) => path.startsWith(folder) && path.endsWith(ending));
}

/** The number of the line that an offset lies in, from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function readText(path: string): string {
  const bytes = readFileSync(join(ROOT, path));
  return bytes.includes(0) ? '' : bytes.toString('utf8');
}
