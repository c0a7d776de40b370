/** The options of `mutants`. Light to import: parser, help and completion need it. */
import type { OptionTable } from '../option.ts';
import { integerOf, pathOf, textOf } from '../values.ts';

export interface MutantsOptions {
  readonly kill?: boolean;
  readonly control?: boolean;
  readonly seed?: string;
  readonly seeds?: number;
  readonly runs?: number;
  readonly keep?: string;
  readonly jobs?: number;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly quiet?: boolean;
}

export const MUTANTS_OPTIONS: OptionTable<MutantsOptions> = {
  kill: { flags: '--kill', help: 'hunt them: runs of each on its stack until something breaks' },
  control: {
    flags: '--control',
    help: 'run their stacks without them, and for each guarantee a mutant that no other notices',
  },
  seed: {
    flags: '--seed <text>',
    help: 'what the seeds are named after: <text>.1, <text>.2 … (default: 1)',
    parse: textOf,
  },
  seeds: { flags: '--seeds <n>', help: 'seeds of each mutant (default: 10)', parse: integerOf(1, 10_000) },
  runs: {
    flags: '--runs <n>',
    help: 'runs of each seed at most (default: 20000; of each control 2000)',
    parse: integerOf(1, 1_000_000_000),
  },
  keep: {
    flags: '--keep <folder>',
    help: 'save the shrunk case of each killed mutant, and its twin without the mutant',
    parse: pathOf,
    values: 'folder',
  },
  jobs: { flags: '--jobs <n>', help: 'threads (default: one per processor)', parse: integerOf(1, 256) },
  json: { flags: '--json', help: 'JSON instead of text' },
  markdown: { flags: '--markdown', help: 'as Markdown' },
  quiet: { flags: '--quiet', help: 'no progress' },
};
