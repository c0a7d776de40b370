import { expect, test } from 'vitest';
import { checkChangelog, checkLinks, checkReadmeCommands, checkTitles } from './markdown.ts';
import { filesUnder, readTree } from './tree.ts';

const tree = readTree();
const pages = filesUnder(tree, '', '.md');
const textOf = (path: string) => tree.find((file) => file.path === path)?.text ?? '';
const page = (text: string) => [{ path: 'docs/a.md', text }];
const FENCED = '```sh\n# a comment [x](y.md)\n```\n';

test('every page has one title', () => {
  expect(checkTitles(pages)).toEqual([]);
});

test('every relative link leads to a file', () => {
  expect(
    checkLinks(
      pages,
      tree.map(({ path }) => path),
    ),
  ).toEqual([]);
});

test('the changelog says what is in this version', () => {
  const { version } = JSON.parse(textOf('package.json')) as { version: string };
  expect(checkChangelog(textOf('CHANGELOG.md'), version)).toEqual([]);
});

test('the README says how to test and how to start', () => {
  const commands = ['npm ci && npm test', 'npm ci && npx blkfuzz --mode tag --seed 1'];
  expect(checkReadmeCommands(textOf('README.md'), commands)).toEqual([]);
});

test('a page without a title, or with two, is refused; a comment in a block is no title', () => {
  expect(checkTitles(page('## Only a section\n'))).toEqual([expect.stringContaining('docs/a.md has 0 headings')]);
  expect(checkTitles(page('# One\n\n# Two\n'))).toEqual([expect.stringContaining('docs/a.md has 2 headings')]);
  expect(checkTitles(page(`# One\n\n${FENCED}`))).toEqual([]);
});

test.each(['[b](b.md)', '[b](../docs/b.md#part)', '![b](b.png "title")', '[b]: ./b.md'])(
  'the dead link %s is refused',
  (text) => {
    expect(checkLinks(page(text), ['docs/a.md'])).toEqual([expect.stringContaining('which is not there')]);
  },
);

test.each(['[b](c.md#part)', '[b](../src)', '[b](https://kernel.org/)', '[b](#part)', FENCED])(
  'the link %s is fine',
  (text) => {
    expect(checkLinks(page(text), ['docs/c.md', 'src/a.ts'])).toEqual([]);
  },
);

test.each([
  ['## 0.1.0\n', 'begin with # Changelog'],
  ['# Changelog\n', 'the newest release has to be ## 0.1.0'],
  ['# Changelog\n\n## 0.0.9\n', 'the newest release has to be ## 0.1.0'],
  ['# Changelog\n\n## 0.1.0\n\n## Older things\n', '## Older things is no release'],
])('the changelog %j is refused', (text, complaint) => {
  expect(checkChangelog(text, '0.1.0')).toEqual([expect.stringContaining(complaint)]);
});

test('a changelog may have unreleased changes and dates', () => {
  expect(checkChangelog('# Changelog\n\n## Unreleased\n\n## 0.1.0 - 2025-01-31\n', '0.1.0')).toEqual([]);
});

test('a README without a command is refused', () => {
  expect(checkReadmeCommands('run npm test', ['npm ci && npm test'])).toEqual([
    'README.md: give the command npm ci && npm test',
  ]);
});
