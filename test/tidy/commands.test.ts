import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkCommands, type HelpOf, shownCommands } from './commands.ts';
import { filesUnder, readTree, ROOT } from './tree.ts';

const answers = new Map<string, string>();

/** Asks the program itself, once per command. */
const helpOfProgram: HelpOf = (command) => {
  const key = command.join(' ');
  const spawn = () =>
    spawnSync(process.execPath, [join(ROOT, 'bin/blkfuzz.js'), ...command, '--help'], { encoding: 'utf8' });
  if (!answers.has(key)) answers.set(key, spawn().stdout);
  return answers.get(key)!;
};

const HELP: Record<string, string> = {
  '': 'Usage: blkfuzz\n\nOptions:\n  --version\n\nCommands:\n  run [options]  fuzz\n  corpus  cases\n',
  run: 'Options:\n  --mode <mode>\n  --no-shrink\n  -h, --help\n',
  corpus: 'Commands:\n  verify [options]\n',
  'corpus verify': 'Options:\n  --json\n',
};
const complaints = (line: string) =>
  checkCommands(
    shownCommands([{ path: 'a.md', text: `\`\`\`sh\n${line}\n\`\`\`\n` }]),
    (command) => HELP[command.join(' ')] ?? '',
  );

test('the README shows commands, and all that pages show exists', () => {
  const commands = shownCommands(filesUnder(readTree(), '', '.md'));
  expect(commands.filter(({ path }) => path === 'README.md')).not.toEqual([]);
  expect(checkCommands(commands, helpOfProgram)).toEqual([]);
});

test('calls are found in sh and console blocks, behind prompts, in chains and over several lines', () => {
  const text = [
    '```sh\nnpm ci && npx blkfuzz --mode tag  # the first run\nblkfuzz judge \\\n  a.ndjson | head\n```',
    '```console\n$ blkfuzz\nblkfuzz 0.1.0\n```',
    '```json\nblkfuzz nothing\n```',
  ].join('\n\n');
  expect(shownCommands([{ path: 'a.md', text: `${text}\n` }]).map(({ words }) => words)).toEqual([
    ['--mode', 'tag'],
    ['judge', 'a.ndjson'],
    [],
  ]);
});

test.each([
  ['blkfuzz', []],
  ['blkfuzz --mode=tag --no-shrink', []],
  ['blkfuzz --version', []],
  ['blkfuzz corpus verify --json', []],
  ['blkfuzz shred', ['a.md shows blkfuzz shred: there is no command shred; blkfuzz --help lists them']],
  ['blkfuzz run --mod tag', ['a.md shows blkfuzz run --mod tag: it has no option --mod; its --help lists them']],
  ['npx blkfuzz --shrink', ['a.md shows blkfuzz --shrink: it has no option --shrink; its --help lists them']],
  ['blkfuzz corpus --json', ['a.md shows blkfuzz corpus --json: it has no option --json; its --help lists them']],
])('%s gets %j', (line, expected) => {
  expect(complaints(line)).toEqual(expected);
});
