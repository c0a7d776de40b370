import { expect, test } from 'vitest';
import type { BlkfuzzError } from '../../src/base/errors.ts';
import { parseWords } from '../../src/cli/program.ts';
import { COMMANDS } from '../../src/cli/table.ts';
import { thrown } from '../corpus/folder.ts';

const refused = (...words: string[]) => thrown(() => parseWords(words, '1.2.3')) as BlkfuzzError;

test.each([
  [[]],
  [['run']],
  [['--mode', 'tag']],
  [['run', '--runs', '5', '--json']],
  [['replay', '-']],
  [['corpus', 'list']],
])('%j leads to a command', (words) => {
  expect(parseWords(words, '1.2.3')).toEqual({ text: '', run: expect.any(Function) });
});

test('--version and --help print and do nothing else', () => {
  expect(parseWords(['--version'], '1.2.3')).toEqual({ text: '1.2.3\n', run: null });
  const { text, run } = parseWords(['--help'], '1.2.3');
  expect(run).toBeNull();
  for (const { name } of COMMANDS) expect(text).toContain(`\n  ${name.split(' ')[0]} `);
});

test.each(COMMANDS.map((command) => [command.name, command] as const))(
  'the help of %s shows its options and its examples',
  (name, { options, examples }) => {
    const { text } = parseWords([...name.split(' '), '--help'], '1.2.3');
    for (const { flags } of Object.values(options)) expect(text).toContain(flags);
    for (const example of examples) expect(text).toContain(example);
  },
);

test.each(COMMANDS.flatMap(({ examples }) => examples))('the example %s is understood', (example) => {
  const call = /blkfuzz ([^|)]*)/.exec(example)![1].trim();
  const words = call.split(' ').map((word) => word.replace('*', 'x'));
  expect(parseWords(words, '1.2.3').run).not.toBeNull();
});

test.each([
  [['--seedd', '1'], "unknown option '--seedd' (did you mean --seed?)"],
  [['replya', 'x'], "unknown command 'replya' (did you mean replay?)"],
  [['\u001b[2J\nx'], "unknown command '?[2J?x'"],
  [['corpus'], 'a command is missing'],
  [['corpus', 'vreify'], "unknown command 'vreify' (did you mean verify?)"],
  [['replay'], "missing required argument 'case'"],
  [['explain', 'a', 'b'], 'too many arguments'],
  [['run', 'a'], 'too many arguments'],
  [['--runs'], "option '--runs <n>' argument missing"],
  [['--runs', '-5'], "--runs: expected an integer from 1 to 1000000000, found '-5'"],
  [['--check', 'exatc'], "--check: unknown check 'exatc' (did you mean exact?)"],
  [['--guests', '9'], "--guests: expected an integer from 1 to 8, found '9'"],
])('%j is refused in one line with exit code 2', (words, message) => {
  const error = refused(...words);
  expect(error.message.startsWith(message), error.message).toBe(true);
  expect(error.message).not.toMatch(/\n/);
  expect(error.exitCode).toBe(2);
});
