/** What a command is, to the parser, the help and shell completion. */
import type { OptionSpec, OptionTable } from './option.ts';
import type { Terminal } from './terminal.ts';

/** One command with options of type `V`. */
interface TypedCommand<V> {
  /** With the command it belongs to in front: `corpus verify`. */
  readonly name: string;
  readonly summary: string;
  /** As commander writes them: `<case...>`, `[folder...]`. */
  readonly operands?: string;
  readonly operandHelp?: string;
  readonly operandValues?: readonly string[] | 'file' | 'folder';
  readonly options: OptionTable<V>;
  readonly examples: readonly string[];
  /** Runs it; the exit code. */
  readonly run: (operands: readonly string[], options: V, terminal: Terminal) => Promise<number>;
}

/** Any command, as the parser, the help and shell completion see it. */
export type CommandSpec = Omit<TypedCommand<Record<string, unknown>>, 'options' | 'run'> & {
  readonly options: Readonly<Record<string, OptionSpec<unknown>>>;
  readonly run: (operands: readonly string[], options: unknown, terminal: Terminal) => Promise<number>;
};

/** The parser fills in options by the command's own table, so their types can be forgotten between the two. */
export function command<V>(typed: TypedCommand<V>): CommandSpec {
  return typed as unknown as CommandSpec;
}
