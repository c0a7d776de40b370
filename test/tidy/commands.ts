/** The commands that pages show: their names and options have to be ones that the program knows. */
import type { TextFile } from './tree.ts';

export interface ShownCommand {
  readonly path: string;
  /** What follows the name of the program. */
  readonly words: readonly string[];
}

/** The help text of a command, given by its words; of the program itself for no words. */
export type HelpOf = (command: readonly string[]) => string;

/** The calls of blkfuzz in the sh and console blocks of pages. In a console block only lines after a prompt are calls. */
export function shownCommands(pages: readonly TextFile[]): ShownCommand[] {
  return pages.flatMap(({ path, text }) =>
    [...text.matchAll(/^( *)```(sh|console)\n([^]*?)^\1```/gm)].flatMap(([, , language, block]) =>
      block
        .replace(/\\\n/g, ' ')
        .split('\n')
        .filter((line) => language === 'sh' || /^\s*\$ /.test(line))
        .flatMap((line) =>
          line
            .replace(/^\s*\$ /, '')
            .replace(/(^|\s)#.*$/, '')
            .split(/&&|\|\||[|;]/),
        )
        .map((call) => /^\s*(?:npx )?blkfuzz(?:\s+(.*))?$/.exec(call))
        .filter((match) => match !== null)
        .map((match) => ({ path, words: (match[1] ?? '').split(/\s+/).filter((word) => word !== '') })),
    ),
  );
}

/** Complaints about commands and options that the help of the program doesn't list. */
export function checkCommands(commands: readonly ShownCommand[], helpOf: HelpOf): string[] {
  return commands.flatMap(({ path, words }) => {
    const shown = `${path} shows blkfuzz ${words.join(' ')}`;
    const command = commandIn(words, helpOf);
    const first = words[command.length];
    if (command.length === 0 && first !== undefined && !first.startsWith('-'))
      return [`${shown}: there is no command ${first}; blkfuzz --help lists them`];
    const help = helpOf(command.length === 0 ? ['run'] : command) + (command.length === 0 ? helpOf([]) : '');
    return optionsIn(words)
      .filter((option) => !new RegExp(`(^|[\\s,])${option}(?![\\w-])`).test(help))
      .map((option) => `${shown}: it has no option ${option}; its --help lists them`);
  });
}

/** The leading words that name a command, or a command of a command. */
function commandIn(words: readonly string[], helpOf: HelpOf): string[] {
  const command: string[] = [];
  for (const word of words) {
    const known = /^Commands:\n((?:[ \t]+.*\n?)+)/m.exec(helpOf(command))?.[1] ?? '';
    if (!/^[a-z]+$/.test(word) || !new RegExp(`^\\s+${word}\\b`, 'm').test(known)) break;
    command.push(word);
  }
  return command;
}

function optionsIn(words: readonly string[]): string[] {
  return words.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.replace(/=.*$/, ''));
}
