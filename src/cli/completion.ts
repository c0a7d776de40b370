/** `blkfuzz completion`: scripts for shells, written from the table of commands. */
import { EXIT } from '../base/errors.ts';
import { longName } from './option.ts';
import type { CommandSpec } from './command.ts';
import { SHELLS } from './options.ts';
import type { Terminal } from './terminal.ts';
import { parseName } from './values.ts';

type Values = CommandSpec['operandValues'];

type Commands = readonly CommandSpec[];

export async function completion(shell: string, commands: Commands, terminal: Terminal): Promise<number> {
  const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };
  await terminal.print(scripts[parseName(shell, 'completion', 'shell', SHELLS)](commands));
  return EXIT.held;
}

/** The first words that stand for a command, and the second words of those that have some. */
function words(commands: Commands): { readonly first: string[]; readonly second: Map<string, string[]> } {
  const first = [...new Set(commands.map(({ name }) => name.split(' ')[0]))];
  const second = new Map<string, string[]>();
  for (const { name } of commands) {
    const [head, tail] = name.split(' ');
    if (tail !== undefined) second.set(head, [...(second.get(head) ?? []), tail]);
  }
  return { first, second };
}

/** What completes a word of this kind, as bash's compgen takes it. */
function generator(values: Values): string {
  if (values === 'file') return '-f';
  if (values === 'folder') return '-d';
  return values === undefined ? '' : `-W '${values.join(' ')}'`;
}

function bashScript(commands: Commands): string {
  return `# blkfuzz completion for bash: source <(blkfuzz completion bash)\n${bashFunction(commands)}complete -o filenames -F _blkfuzz blkfuzz\n`;
}

/** zsh has an emulation of bash's completion. */
function zshScript(commands: Commands): string {
  return [
    '# blkfuzz completion for zsh: source <(blkfuzz completion zsh)',
    'autoload -U +X compinit && compinit',
    'autoload -U +X bashcompinit && bashcompinit',
    `${bashFunction(commands)}complete -o filenames -F _blkfuzz blkfuzz`,
    '',
  ].join('\n');
}

function bashFunction(commands: Commands): string {
  const { first, second } = words(commands);
  return [
    '_blkfuzz() {',
    '  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" command="${COMP_WORDS[1]}" values=""',
    `  case "$command" in ${first.join('|')}) ;; *) command=run ;; esac`,
    ...[...second].map(
      ([head]) => `  [ "$command" = ${head} ] && [ "$COMP_CWORD" -gt 2 ] && command="${head} \${COMP_WORDS[2]}"`,
    ),
    '  case "$command $before" in',
    ...commands.flatMap((spec) => optionCases(spec)),
    '  esac',
    '  if [ -n "$values" ]; then eval "COMPREPLY=( \\$(compgen $values -- \\"\\$word\\") )"; return; fi',
    '  case "$command" in',
    ...[...second].map(([head, tails]) => `    ${head}) values="-W '${tails.join(' ')}'" ;;`),
    ...commands.map((spec) => `    '${spec.name}') values="${commandWords(spec)}" ;;`),
    '  esac',
    `  if [ "$COMP_CWORD" -eq 1 ]; then values="-W '${[...first, ...optionNames(commands[0])].join(' ')}'"; fi`,
    '  eval "COMPREPLY=( \\$(compgen $values -- \\"\\$word\\") )"',
    '}',
    '',
  ].join('\n');
}

function optionNames(spec: CommandSpec): string[] {
  return [...Object.values(spec.options).map(({ flags }) => longName(flags)), '--help'];
}

/** Options, and whatever else may stand there. */
function commandWords(spec: CommandSpec): string {
  const names = Array.isArray(spec.operandValues) ? spec.operandValues : [];
  const files =
    spec.operandValues === 'file' || spec.operandValues === 'folder' ? ` ${generator(spec.operandValues)}` : '';
  return `-W '${[...optionNames(spec), ...names].join(' ')}'${files}`;
}

function optionCases(spec: CommandSpec): string[] {
  return Object.values(spec.options)
    .filter(({ values }) => values !== undefined)
    .map(({ flags, values }) => `    '${spec.name} ${longName(flags)}') values="${generator(values)}" ;;`);
}

function fishScript(commands: Commands): string {
  const { first, second } = words(commands);
  const groups = [...second.keys()];
  const none = `not __fish_seen_subcommand_from ${first.join(' ')}`;
  return [
    '# blkfuzz completion for fish: blkfuzz completion fish | source',
    'complete -c blkfuzz -f',
    ...commands.filter(({ name }) => !name.includes(' ')).map((spec) => fishWord(none, spec.name, spec.summary)),
    ...groups.map((group) => fishWord(none, group, `${second.get(group)!.join(', ')}`)),
    ...commands.flatMap((spec) => fishCommand(spec, none)),
    '',
  ].join('\n');
}

function fishWord(condition: string, word: string, help: string): string {
  return `complete -c blkfuzz -n '${condition}' -a ${word} -d ${fishQuote(help)}`;
}

function fishCommand(spec: CommandSpec, none: string): string[] {
  const [head, tail] = spec.name.split(' ');
  const seen = [head, tail].filter((word) => word !== undefined).map((word) => `__fish_seen_subcommand_from ${word}`);
  // The default command's options complete without its name, too.
  const conditions = head === 'run' ? [seen.join('; and '), none] : [seen.join('; and ')];
  const second = tail === undefined ? [] : [fishWord(`__fish_seen_subcommand_from ${head}`, tail, spec.summary)];
  return [...second, ...conditions.flatMap((condition) => fishOptions(spec, condition))];
}

function fishOptions(spec: CommandSpec, condition: string): string[] {
  const start = `complete -c blkfuzz -n '${condition}'`;
  const options = Object.values(spec.options).map(({ flags, help, parse, values }) => {
    const wants = parse === undefined ? '' : ` -r${fishValues(values)}`;
    return `${start} -l ${longName(flags).slice(2)}${wants} -d ${fishQuote(help)}`;
  });
  return spec.operandValues === undefined ? options : [...options, `${start}${fishValues(spec.operandValues)}`];
}

function fishValues(values: Values): string {
  if (values === undefined) return '';
  return typeof values === 'string' ? ' -F' : ` -a '${values.join(' ')}'`;
}

function fishQuote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
