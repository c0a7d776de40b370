/** Where files lie, what they are called and how they begin. */
import type { TextFile } from './tree.ts';

const TOP_LEVEL =
  /^((bin|src|corpus|test|docs)\/|(package|package-lock|tsconfig)\.json$|(README|CHANGELOG)\.md$|LICENSE$|\.)/;

/** Complaints about files at the top that have no place there. */
export function checkTopLevel(files: readonly TextFile[]): string[] {
  return files
    .filter(({ path }) => !TOP_LEVEL.test(path))
    .map(({ path }) => `${path}: the top holds bin, src, corpus, test, docs, the usual files and dotfiles; move it`);
}

/** Complaints about names that say nothing. */
export function checkNames(files: readonly TextFile[]): string[] {
  return files
    .filter(({ path }) => /(^|[/_-])(utils?|helpers?|misc)([._/-]|$)/i.test(path))
    .map(({ path }) => `${path}: name it after what it does`);
}

/** Complaints about files of the engine that don't begin by saying what they model. */
export function checkHeaders(files: readonly TextFile[]): string[] {
  return files
    .filter(({ path }) => /^src\/(stack|power|contract)\//.test(path))
    .filter(({ text }) => !/^\/\*\*\s[^]*?[a-z]{3}[^]*?\*\//.test(text))
    .map(({ path }) => `${path} has no header: begin it with a comment /** … */ that says what it models`);
}
