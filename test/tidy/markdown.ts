/** Pages: one title each, links that lead somewhere, a changelog that tools can read. */
import { posix } from 'node:path';
import type { TextFile } from './tree.ts';

/** The text without fenced blocks, which may hold anything; lines stay where they are. */
function prose(text: string): string {
  return text.replace(/^( *)(```|~~~)[^]*?^\1\2/gm, (block) => block.replace(/[^\n]/g, ''));
}

/** Complaints about pages that have not exactly one first-level heading. */
export function checkTitles(pages: readonly TextFile[]): string[] {
  return pages
    .map(({ path, text }) => ({ path, titleCount: prose(text).match(/^# \S/gm)?.length ?? 0 }))
    .filter(({ titleCount }) => titleCount !== 1)
    .map(({ path, titleCount }) => `${path} has ${titleCount} headings of the first level (# …): keep one`);
}

/** Complaints about relative links to what is not there: `paths` are all files of the project. */
export function checkLinks(pages: readonly TextFile[], paths: readonly string[]): string[] {
  return pages.flatMap(({ path, text }) =>
    [...prose(text).matchAll(/\]\(<?([^)\s>]+)[^)]*\)|^\[[^\]]+\]:\s*<?([^\s>]+)/gm)]
      .map((match) => match[1] ?? match[2])
      .filter((link) => !/^([a-z][a-z+.-]*:|#)/i.test(link))
      .filter((link) => !leadsSomewhere(path, link, paths))
      .map((link) => `${path} links to ${link}, which is not there: mend or drop the link`),
  );
}

function leadsSomewhere(page: string, link: string, paths: readonly string[]): boolean {
  const target = posix.join(posix.dirname(page), decodeURI(link.replace(/[#?].*$/, ''))).replace(/\/$/, '');
  return target === '.' || paths.some((path) => path === target || path.startsWith(`${target}/`));
}

/** Complaints about the shape of the changelog: `# Changelog`, then one `## x.y.z` a release, this version first. */
export function checkChangelog(text: string, version: string): string[] {
  const complaints: string[] = [];
  if (!text.startsWith('# Changelog\n')) complaints.push('CHANGELOG.md: begin with # Changelog');
  const releases = [...prose(text).matchAll(/^## (.*)$/gm)].map((match) => match[1]);
  for (const release of releases.filter((name) => !/^(Unreleased|\d+\.\d+\.\d+( \(.+\)| [-–—] .+)?)$/.test(name)))
    complaints.push(`CHANGELOG.md: ## ${release} is no release: write ## ${version}`);
  const newest = releases.find((name) => name !== 'Unreleased');
  if (newest === undefined || newest.split(' ')[0] !== version)
    complaints.push(`CHANGELOG.md: the newest release has to be ## ${version}, the version of package.json`);
  return complaints;
}

/** Complaints about commands that the README has to give word for word. */
export function checkReadmeCommands(text: string, commands: readonly string[]): string[] {
  return commands
    .filter((command) => !text.includes(command))
    .map((command) => `README.md: give the command ${command}`);
}
