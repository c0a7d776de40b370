/** The option tables: what every command takes, from which parser, help and shell completion derive. */
import type { Command } from 'commander';

/** One option of a command. `T` is what the command gets; an option without `parse` is a switch. */
export interface OptionSpec<T> {
  /** As commander writes them: `-o, --output <file>`, `--json`, `--no-shrink`. */
  readonly flags: string;
  readonly help: string;
  /**
   * Takes the text given; `previous` is what an earlier use of the same option came to.
   * @throws BlkfuzzError usage, one line starting with `name`.
   */
  readonly parse?: (text: string, name: string, previous: T | undefined) => T;
  /** What completion offers: names, or files or folders. */
  readonly values?: readonly string[] | 'file' | 'folder';
}

/** Every option of a command has its entry, and nothing else has one. */
export type OptionTable<V> = { readonly [K in keyof V]-?: OptionSpec<NonNullable<V[K]>> };

/** A table with the types of its values forgotten. */
type Specs = Readonly<Record<string, OptionSpec<unknown>>>;

/** The long name of an option: `--keep-going`. */
export function longName(flags: string): string {
  return /--[a-z][\w-]*/.exec(flags)![0];
}

/** Gives a command its options. */
export function addOptions(command: Command, specs: Specs): void {
  for (const spec of Object.values(specs)) {
    const name = longName(spec.flags);
    const { parse } = spec;
    const option = command.createOption(spec.flags, spec.help);
    if (parse !== undefined) option.argParser((text: string, previous: unknown) => parse(text, name, previous));
    command.addOption(option);
  }
}

/** What was given, by the table's own keys; a switch that wasn't given is undefined. */
export function optionValues(command: Command, specs: Specs): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, spec] of Object.entries(specs)) {
    const option = command.options.find(({ flags }) => flags === spec.flags)!;
    const value: unknown = command.getOptionValue(option.attributeName());
    if (option.negate ? value === false : value !== undefined) values[key] = option.negate ? true : value;
  }
  return values;
}
