/** The options of `run`. Light to import: parser, help and completion need it, the run itself comes later. */
import { GUARANTEES, type Guarantee } from '../../contract/guarantees.ts';
import {
  BACKENDS,
  type Backend,
  type BackendOptions,
  type DiskConfig,
  type Features,
  FRONTENDS,
  type Frontend,
  GROUP_SYNCS,
  type GroupSync,
  GUESTS_MAX,
  KERNELS,
  type Kernel,
  MODES,
  type Mode,
  type RingConfig,
  SCHEDULERS,
  type Scheduler,
  SCOPES,
  type Scope,
  type Fault,
  FAULTS,
} from '../../stack/config.ts';
import { GUESTS, type GuestName } from '../../guest/operation.ts';
import { type Check, CHECKS } from '../../fuzz/check.ts';
import { WORKLOAD_KINDS, type WorkloadKind } from '../../guest/arbitrary/constraints.ts';
import type { OptionTable } from '../option.ts';
import { integerOf, nameOf, namesOf, parseDuration, pathOf, textOf } from '../values.ts';
import { parseBackendOptions, parseDisk, parseFeatures, parseRing } from './settings.ts';

export type ModeName = Mode | 'negotiated' | 'all';

export interface RunOptions {
  readonly mode?: readonly ModeName[];
  readonly seed?: string;
  readonly runs?: number;
  readonly time?: number;
  readonly run?: number;
  readonly ops?: number;
  readonly threads?: number;
  readonly kinds?: readonly WorkloadKind[];
  readonly sectors?: number;
  readonly guest?: GuestName | 'mix';
  readonly secondCrash?: boolean;
  readonly guests?: number;
  readonly groupSync?: GroupSync;
  readonly workload?: string;
  readonly backend?: Backend;
  readonly backendOptions?: BackendOptions;
  readonly frontend?: Frontend;
  readonly kernel?: Kernel;
  readonly scheduler?: Scheduler;
  readonly ring?: Partial<RingConfig>;
  readonly features?: Partial<Features>;
  readonly faults?: readonly Fault[];
  readonly disk?: Partial<DiskConfig>;
  readonly crash?: Scope;
  readonly check?: Check;
  readonly price?: boolean;
  readonly only?: readonly Guarantee[];
  readonly ignore?: readonly Guarantee[];
  readonly keepGoing?: boolean;
  readonly expect?: string;
  readonly noShrink?: boolean;
  readonly corpus?: string;
  readonly jobs?: number;
  readonly emitHistories?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** What every integer of `run` is bounded by. */
const RUNS_MAX = 1_000_000_000;
const OPS_MAX = 1_048_576;
const THREADS_MAX = 1024;
const SECTORS_MAX = 16_777_216;
const JOBS_MAX = 256;

export const GUEST_NAMES: readonly (GuestName | 'mix')[] = ['mix', ...GUESTS];
const MODE_NAMES: readonly ModeName[] = [...MODES, 'negotiated', 'all'];

export const RUN_OPTIONS: OptionTable<RunOptions> = {
  mode: {
    flags: '--mode <modes>',
    help: 'queue-ordering mode, several with commas, negotiated, or all (default: all)',
    parse: namesOf('mode', MODE_NAMES),
    values: MODE_NAMES,
  },
  seed: { flags: '--seed <text>', help: 'what everything is drawn from (default: drawn, and printed)', parse: textOf },
  runs: {
    flags: '--runs <n>',
    help: 'runs of each mode (default: 10000; 64 with --workload)',
    parse: integerOf(1, RUNS_MAX),
  },
  time: {
    flags: '--time <time>',
    help: 'runs until the time is up, 30s, 10m or 1h, instead of --runs',
    parse: parseDuration,
  },
  run: { flags: '--run <k>', help: 'the run with this index alone', parse: integerOf(0, RUNS_MAX - 1) },
  ops: {
    flags: '--ops <n>',
    help: 'operations of a workload over all threads (default: 32)',
    parse: integerOf(1, OPS_MAX),
  },
  threads: {
    flags: '--threads <n>',
    help: 'threads of the guest, at most (default: 2)',
    parse: integerOf(1, THREADS_MAX),
  },
  kinds: {
    flags: '--kinds <kinds>',
    help: 'operations of these kinds alone, several with commas (default: any, drawn for each workload)',
    parse: namesOf('kind', WORKLOAD_KINDS),
    values: WORKLOAD_KINDS,
  },
  sectors: {
    flags: '--sectors <n>',
    help: 'sectors of the disk (default: 64; what the stream needs with --workload)',
    parse: integerOf(1, SECTORS_MAX),
  },
  guests: {
    flags: '--guests <n>',
    help: 'guests on the backend, each with a frontend of its own (default: 1)',
    parse: integerOf(1, GUESTS_MAX),
  },
  groupSync: {
    flags: '--group-sync <how>',
    help: 'serial: barriers of several guests drain one by one; merge: all that wait share one drain (default: serial)',
    parse: nameOf('group sync', GROUP_SYNCS),
    values: GROUP_SYNCS,
  },
  guest: {
    flags: '--guest <name>',
    help: 'a free mix of operations, or a guest with transactions and a promise of its own (default: mix)',
    parse: nameOf('guest', GUEST_NAMES),
    values: GUEST_NAMES,
  },
  secondCrash: {
    flags: '--second-crash',
    help: 'power is lost again while the guest recovers, at every step of a few recoveries a run',
  },
  workload: {
    flags: '--workload <file>',
    help: 'a recorded stream (dm-log-writes, plain or gzip) as the guest; - for stdin',
    parse: pathOf,
    values: 'file',
  },
  backend: {
    flags: '--backend <name>',
    help: 'default: blkback',
    parse: nameOf('backend', BACKENDS),
    values: BACKENDS,
  },
  backendOptions: {
    flags: '--backend-options <settings>',
    help: 'image=full,open=direct,fdatasync=no of tapdisk and blktap2; preallocate=no,fdatasync=no of tapdisk-vhd',
    parse: parseBackendOptions,
  },
  frontend: {
    flags: '--frontend <name>',
    help: 'default: generic',
    parse: nameOf('frontend', FRONTENDS),
    values: FRONTENDS,
  },
  kernel: {
    flags: '--kernel <version>',
    help: "the guest's (default: 2.6.35)",
    parse: nameOf('kernel', KERNELS),
    values: KERNELS,
  },
  scheduler: {
    flags: '--scheduler <name>',
    help: 'default: noop',
    parse: nameOf('scheduler', SCHEDULERS),
    values: SCHEDULERS,
  },
  ring: { flags: '--ring <settings>', help: 'slots=32,start=0,rings=1', parse: parseRing },
  features: {
    flags: '--features <settings>',
    help: 'barrier and flush-cache: absent, 0 or 1 (default: as the backend writes them)',
    parse: parseFeatures,
  },
  disk: {
    flags: '--disk <settings>',
    help: 'cache=writeback,fua=no,tags=honoured,destage=any,flush=honest,atomic=512,depth=32',
    parse: parseDisk,
  },
  crash: {
    flags: '--crash <scope>',
    help: 'what the crash takes with it (default: power)',
    parse: nameOf('scope', SCOPES),
    values: SCOPES,
  },
  faults: {
    flags: '--faults <names>',
    help: 'what may go wrong, two times a run at most: ' + FAULTS.join(', '),
    parse: namesOf('fault', FAULTS),
    values: FAULTS,
  },
  check: {
    flags: '--check <how>',
    help: 'sample: one image of one crash point a run; exact: all of every crash point, decided; enumerate: and built (default: exact)',
    parse: nameOf('check', CHECKS),
    values: CHECKS,
  },
  price: { flags: '--price', help: 'what barriers cost: flushes, drains, steps waited (always with several guests)' },
  only: {
    flags: '--only <guarantee>',
    help: 'judge this guarantee alone; repeatable',
    parse: namesOf('guarantee', GUARANTEES),
    values: GUARANTEES,
  },
  ignore: {
    flags: '--ignore <guarantee>',
    help: "don't judge this guarantee; repeatable",
    parse: namesOf('guarantee', GUARANTEES),
    values: GUARANTEES,
  },
  keepGoing: { flags: '--keep-going', help: 'make all runs; one case per mode and guarantee, the rest counted' },
  expect: {
    flags: '--expect <file>',
    help: 'mode × guarantee → verdict; exit 1 on what is not as expected (implies --keep-going)',
    parse: pathOf,
    values: 'file',
  },
  noShrink: { flags: '--no-shrink', help: 'save what was found as it was found' },
  corpus: {
    flags: '--corpus <folder>',
    help: 'where found cases go (default: corpus/found)',
    parse: pathOf,
    values: 'folder',
  },
  jobs: {
    flags: '--jobs <n>',
    help: 'threads that work (default: one a core); the results are the same',
    parse: integerOf(1, JOBS_MAX),
  },
  emitHistories: {
    flags: '--emit-histories <n>',
    help: 'print the histories of the first n runs of each mode instead, one a line',
    parse: integerOf(1, RUNS_MAX),
  },
  json: { flags: '--json', help: 'one JSON document instead of the report' },
  quiet: { flags: '--quiet', help: 'no progress, no explanation' },
  verbose: { flags: '--verbose', help: 'what takes how long, on stderr' },
};
