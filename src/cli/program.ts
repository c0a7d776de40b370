/** The parser, made of the table of commands. Commander's refusals become errors of one line and exit code 2. */
import { Command, CommanderError } from 'commander';
import { BlkfuzzError, EXIT } from '../base/errors.ts';
import { nearestName } from '../case/nearest.ts';
import { addOptions, optionValues } from './option.ts';
import type { CommandSpec } from './command.ts';
import { COMMANDS } from './table.ts';
import type { Terminal } from './terminal.ts';
import { printable, quote } from './values.ts';

const DEFAULT_COMMAND = 'run';

/** What `--help` and the like come to: text to print and nothing to do. */
export interface Parsed {
  readonly text: string;
  readonly run: ((terminal: Terminal) => Promise<number>) | null;
}

/**
 * Takes the words behind the name of the program.
 * @throws BlkfuzzError usage, one line.
 */
export function parseWords(words: readonly string[], version: string): Parsed {
  let text = '';
  let run: Parsed['run'] = null;
  const program = createProgram(version, (spec, command, operands) => {
    const options = optionValues(command, spec.options);
    run = (terminal) => spec.run(operands, options, terminal);
  });
  everyCommand(program).forEach((command) =>
    command.exitOverride().configureOutput({
      writeOut: (more) => (text += more),
      writeErr: () => {},
      outputError: () => {},
    }),
  );
  try {
    program.parse(withCommand(words), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== EXIT.held) throw refusal(error);
  }
  return { text, run };
}

type Action = (spec: CommandSpec, command: Command, operands: readonly string[]) => void;

function createProgram(version: string, action: Action): Command {
  const program = new Command('blkfuzz')
    .description('A crash-consistency fuzzer for block storage stacks.')
    .version(version, '-V, --version')
    .helpCommand(false)
    .addHelpText('after', '\nblkfuzz <command> --help tells more; run is the default command.');
  for (const spec of COMMANDS) addCommand(program, spec, action);
  return program;
}

function addCommand(program: Command, spec: CommandSpec, action: Action): void {
  const names = spec.name.split(' ');
  const name = names.pop()!;
  const parent = names.length === 0 ? program : groupOf(program, names[0]);
  const command = parent.command(name).description(spec.summary).allowExcessArguments(false);
  if (spec.operands !== undefined) command.argument(spec.operands, spec.operandHelp);
  addOptions(command, spec.options);
  command.addHelpText('after', `\nExamples:\n${spec.examples.map((line) => `  ${line}\n`).join('')}`);
  command.action(() => action(spec, command, command.args));
}

/** `corpus`, which has commands of its own. */
function groupOf(program: Command, name: string): Command {
  const known = program.commands.find((command) => command.name() === name);
  if (known !== undefined) return known;
  const examples = COMMANDS.filter((spec) => spec.name.startsWith(`${name} `)).map((spec) => spec.examples[0]);
  return program
    .command(name)
    .description('the cases of a corpus: list, verify')
    .helpCommand(false)
    .addHelpText('after', `\nExamples:\n${examples.map((line) => `  ${line}\n`).join('')}`);
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap((child) => everyCommand(child))];
}

/** Puts the default command in front where none is named. */
function withCommand(words: readonly string[]): string[] {
  const [first] = words;
  const names = [...new Set(COMMANDS.map(({ name }) => name.split(' ')[0]))];
  if (first === undefined) return [DEFAULT_COMMAND];
  if (names.includes(first) || ['-h', '--help', '-V', '--version'].includes(first)) return [...words];
  if (first.startsWith('-')) return [DEFAULT_COMMAND, ...words];
  throw unknownCommand(first, names);
}

function unknownCommand(word: string, names: readonly string[]): BlkfuzzError {
  const near = nearestName(word, names);
  const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
  return new BlkfuzzError('usage', `unknown command ${quote(word)}${hint}`, 'blkfuzz --help lists them');
}

/** One line out of commander's: without its prefix, its own hint in brackets. */
function refusal(error: CommanderError): BlkfuzzError {
  if (error.code === 'commander.help')
    return new BlkfuzzError('usage', 'a command is missing', 'add --help to see which');
  const [first, ...rest] = error.message.replace(/^error: /, '').split('\n');
  const hint = rest.join(' ').replace(/^\(Did you/, '(did you');
  return new BlkfuzzError('usage', printable(hint === '' ? first : `${first} ${hint}`));
}
