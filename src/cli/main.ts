/** Where the program begins: words in, exit code out. Whatever goes wrong becomes one line on stderr. */
import { BlkfuzzError, EXIT } from '../base/errors.ts';
import { Interrupts, ProcessTerminal } from './terminal.ts';
import { printable } from './values.ts';
import { packageVersion } from './version.ts';

const words = process.argv.slice(2);

async function main(): Promise<number> {
  // Scripts ask for the version often: nothing is loaded for that.
  const terminal = new ProcessTerminal(new Interrupts());
  let code: number;
  try {
    code = await answer(terminal);
    // What was printed last may still be on its way.
    await terminal.print('');
  } catch (error) {
    code = explain(error);
  }
  if (terminal.failure === null) return code;
  return explain(terminal.failure);
}

async function answer(terminal: ProcessTerminal): Promise<number> {
  const version = packageVersion();
  if (words.length === 1 && ['--version', '-V'].includes(words[0])) {
    await terminal.print(`${version}\n`);
    return EXIT.held;
  }
  const { parseWords } = await import('./program.ts');
  const { text, run } = parseWords(words, version);
  await terminal.print(text);
  return run === null ? EXIT.held : run(terminal);
}

/** Says what went wrong in one line; returns the exit code. */
function explain(error: unknown): number {
  if (error instanceof BlkfuzzError) {
    say(error.remedy === undefined ? error.message : `${error.message}; ${error.remedy}`);
    return error.exitCode;
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  say(`${text}; this is a defect of blkfuzz, please report it with the command line`);
  if (words.includes('--verbose') && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return EXIT.defect;
}

function say(line: string): void {
  process.stderr.write(`blkfuzz: ${printable(line)}\n`);
}

process.exitCode = await main();
