/** The options of `explore`. Light to import: parser, help and completion need it. */
import type { Guarantee } from '../../contract/guarantees.ts';
import { EXPLORE_BOUNDS } from '../../fuzz/explore/exploration.ts';
import type { OptionTable } from '../option.ts';
import { RUN_OPTIONS, type RunOptions } from '../run/options.ts';
import type { StackOptions } from '../stack.ts';
import { integerOf } from '../values.ts';

export interface ExploreCommandOptions extends StackOptions, Pick<RunOptions, 'guests' | 'groupSync'> {
  readonly ops?: number;
  readonly threads?: number;
  readonly states?: number;
  readonly statesTotal?: number;
  readonly steps?: number;
  readonly keepGoing?: boolean;
  readonly only?: readonly Guarantee[];
  readonly ignore?: readonly Guarantee[];
  readonly secondCrash?: boolean;
  readonly noReduce?: boolean;
  readonly corpus?: string;
  readonly jobs?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Far above what anybody can wait for. */
const OPS_MAX = 8;
const STATES_MAX = 100_000_000;
const STATES_TOTAL_MAX = 1_000_000_000_000;

/** What means here what it means to `run`. */
const {
  groupSync,
  mode,
  backend,
  backendOptions,
  frontend,
  kernel,
  scheduler,
  ring,
  features,
  faults,
  disk,
  crash,
  only,
  ignore,
  corpus,
  jobs,
} = RUN_OPTIONS;

export const EXPLORE_OPTIONS: OptionTable<ExploreCommandOptions> = {
  ops: {
    flags: '--ops <n>',
    help: 'every workload of n operations up to renaming, instead of cases',
    parse: integerOf(1, OPS_MAX),
  },
  threads: {
    flags: '--threads <n>',
    help: 'with --ops: threads of the guest, at most (default: 2)',
    parse: integerOf(1, OPS_MAX),
  },
  guests: { ...RUN_OPTIONS.guests, help: 'with --ops: guests on the backend, all with the same workload (default: 1)' },
  groupSync,
  mode,
  backend,
  backendOptions,
  frontend,
  kernel,
  scheduler,
  ring,
  features,
  faults,
  disk,
  crash,
  states: {
    flags: '--states <n>',
    help: `states of a workload at most, or it is bounded out (default: ${EXPLORE_BOUNDS.statesMax})`,
    parse: integerOf(1, STATES_MAX),
  },
  statesTotal: {
    flags: '--states-total <n>',
    help: 'with --ops: no further workload of a mode once so many states are explored (default: no bound)',
    parse: integerOf(1, STATES_TOTAL_MAX),
  },
  steps: {
    flags: '--steps <n>',
    help: `actions of a schedule at most, or it is bounded out (default: ${EXPLORE_BOUNDS.stepsMax})`,
    parse: integerOf(1, EXPLORE_BOUNDS.stepsMax),
  },
  keepGoing: { flags: '--keep-going', help: 'go on after a violation; one case per guarantee, the rest counted' },
  secondCrash: {
    flags: '--second-crash',
    help: 'power is lost again at every state of every recovery from every image; wants cases whose guest recovers',
  },
  only,
  ignore,
  noReduce: {
    flags: '--no-reduce',
    help: 'both orders of actions that commute, too: slower, to check the reduction by',
  },
  corpus,
  jobs,
  json: { flags: '--json', help: 'one JSON document instead of the report' },
  quiet: { flags: '--quiet', help: 'no progress, no explanation' },
};
