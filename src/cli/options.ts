/** The options of every command but `run` and `explore`, which have tables of their own. */
import { GUARANTEES, type Guarantee } from '../contract/guarantees.ts';
import type { OptionTable } from './option.ts';
import { integerOf, nameOf, pathOf } from './values.ts';

export interface ReplayOptions {
  readonly workload?: string;
  readonly history?: boolean;
  readonly secondCrash?: boolean;
  readonly image?: string;
  readonly trace?: string;
  readonly json?: boolean;
}

export interface ShrinkOptions {
  readonly output?: string;
  readonly inPlace?: boolean;
  readonly guarantee?: Guarantee;
  readonly workload?: string;
}

export interface ExplainOptions {
  readonly noAdvice?: boolean;
  readonly states?: number;
  readonly workload?: string;
}

export interface JsonOptions {
  readonly json?: boolean;
}

const STATES_MAX = 100_000_000;
const WORKLOAD = {
  flags: '--workload <file>',
  help: 'the recorded stream that a case refers to',
  parse: pathOf,
  values: 'file',
} as const;
const JSON_FLAG = { flags: '--json', help: 'JSON instead of text' } as const;

export const REPLAY_OPTIONS: OptionTable<ReplayOptions> = {
  workload: WORKLOAD,
  secondCrash: {
    flags: '--second-crash',
    help: 'lose power again at every step of the recovery from each image that a case can leave',
  },
  history: { flags: '--history', help: 'print the history documents alone, one a line' },
  image: {
    flags: '--image <file>',
    help: 'write the surviving image as a raw disk image',
    parse: pathOf,
    values: 'file',
  },
  trace: { flags: '--trace <file>', help: 'write Chrome trace events', parse: pathOf, values: 'file' },
  json: JSON_FLAG,
};

export const SHRINK_OPTIONS: OptionTable<ShrinkOptions> = {
  output: {
    flags: '-o, --output <file>',
    help: 'where the smaller case goes; - for stdout',
    parse: pathOf,
    values: 'file',
  },
  inPlace: { flags: '--in-place', help: 'replace the case' },
  guarantee: {
    flags: '--guarantee <name>',
    help: 'what it has to go on violating (default: the first it violates)',
    parse: nameOf('guarantee', GUARANTEES),
    values: GUARANTEES,
  },
  workload: WORKLOAD,
};

export const EXPLAIN_OPTIONS: OptionTable<ExplainOptions> = {
  noAdvice: { flags: '--no-advice', help: 'leave out what would make it hold, or what could be left out' },
  states: {
    flags: '--states <n>',
    help: 'states at most of one workload that advice explores; of all, six times as many (default: 25000)',
    parse: integerOf(1, STATES_MAX),
  },
  workload: WORKLOAD,
};
export const JSON_OPTIONS: OptionTable<JsonOptions> = { json: JSON_FLAG };

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
