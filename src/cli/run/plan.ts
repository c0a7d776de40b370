/** From the options of `run` to what will be done: every default is filled in here and nowhere else. */
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { BlkfuzzError } from '../../base/errors.ts';
import { PAGE_SECTORS } from '../../base/units.ts';
import { GUARANTEES } from '../../contract/guarantees.ts';
import type { RunSettings } from '../../fuzz/settings.ts';
import { programOfStream } from '../../guest/stream/replay.ts';
import { DISK_DEFAULT, isOutlived, type StackConfig } from '../../stack/config.ts';
import { isMapped } from '../../stack/layout.ts';
import { sensibleModes, stackOf } from '../stack.ts';
import type { LoadedStream } from '../workload.ts';
import type { RunOptions } from './options.ts';

const RUNS_DEFAULT = 10_000;
/** Runs of a recorded stream: each is worth thousands of the others. */
const STREAM_RUNS_DEFAULT = 64;
const OPS_DEFAULT = 32;
const THREADS_DEFAULT = 2;
const CORPUS_DEFAULT = 'corpus/found';

export interface RunPlan {
  readonly seed: string;
  /** The modes that make sense, in order; labels of the report. */
  readonly modes: readonly { readonly name: StackConfig['mode']; readonly settings: RunSettings }[];
  /** Why a mode of `all` is left out. */
  readonly leftOut: readonly string[];
  readonly start: number;
  /** Infinity: until the time is up. */
  readonly end: number;
  readonly timeMs: number | null;
  /** `--run`: one run alone. */
  readonly single: boolean;
  /** Operations of a workload. */
  readonly operationCount: number;
  /** Per guarantee. */
  readonly counted: readonly boolean[];
  readonly keepGoing: boolean;
  readonly shrink: boolean;
  readonly jobs: number;
  readonly corpus: string;
  readonly loaded: LoadedStream | null;
  readonly workloadPath: string | null;
}

/** @throws BlkfuzzError usage for options that contradict each other. */
export function planRun(options: RunOptions, loaded: LoadedStream | null): RunPlan {
  checkTogether(options);
  const seed = options.seed ?? String(randomInt(2 ** 47));
  const settings = baseSettings(options, seed, loaded);
  checkGuest(options, settings.stack);
  const { kept, leftOut } = sensibleModes(options, settings.stack);
  const start = options.run ?? 0;
  const runs = options.runs ?? (loaded === null ? RUNS_DEFAULT : STREAM_RUNS_DEFAULT);
  return {
    seed,
    modes: kept.map((mode) => ({ name: mode, settings: { ...settings, stack: { ...settings.stack, mode } } })),
    leftOut,
    start,
    end: options.run === undefined ? (options.time === undefined ? runs : Infinity) : start + 1,
    timeMs: options.time ?? null,
    single: options.run !== undefined,
    operationCount: settings.program?.opCount ?? settings.ops,
    counted: GUARANTEES.map((name) => isCounted(options, name)),
    keepGoing: options.keepGoing === true || options.expect !== undefined,
    shrink: options.noShrink !== true,
    jobs: options.jobs ?? availableParallelism(),
    corpus: options.corpus ?? CORPUS_DEFAULT,
    loaded,
    workloadPath: options.workload ?? null,
  };
}

const TOGETHER: readonly (readonly [keyof RunOptions, string, keyof RunOptions, string])[] = [
  ['runs', '--runs', 'time', '--time'],
  ['runs', '--runs', 'run', '--run'],
  ['time', '--time', 'run', '--run'],
  ['only', '--only', 'ignore', '--ignore'],
  ['workload', '--workload', 'ops', '--ops'],
  ['workload', '--workload', 'threads', '--threads'],
  ['workload', '--workload', 'kinds', '--kinds'],
  ['workload', '--workload', 'guests', '--guests'],
  ['workload', '--workload', 'guest', '--guest'],
  ['emitHistories', '--emit-histories', 'json', '--json'],
  ['emitHistories', '--emit-histories', 'time', '--time'],
  ['emitHistories', '--emit-histories', 'expect', '--expect'],
];

function checkTogether(options: RunOptions): void {
  for (const [key, name, otherKey, otherName] of TOGETHER)
    if (options[key] !== undefined && options[otherKey] !== undefined)
      throw new BlkfuzzError('usage', `${name} and ${otherName} contradict each other; give one of them`);
}

/** A promise is one of the disk's own sectors; who has no recovery has none to cut short. */
function checkGuest({ secondCrash, guest = 'mix', check, crash = 'power' }: RunOptions, stack: StackConfig): void {
  if (guest !== 'mix' && isMapped(stack))
    throw new BlkfuzzError(
      'usage',
      `--guest ${guest} and backend ${stack.backend}: images of its disk are decoded first; give --guest mix`,
    );
  if (secondCrash !== true) return;
  if (isOutlived(crash))
    throw new BlkfuzzError('usage', `--second-crash and --crash ${crash}: expected power or host, which end a run`);
  if (guest === 'mix')
    throw new BlkfuzzError('usage', '--second-crash wants a guest that recovers; give one with --guest');
  if (check === 'sample')
    throw new BlkfuzzError('usage', '--second-crash and --check sample contradict each other; give one of them');
}

function isCounted({ only, ignore }: RunOptions, name: (typeof GUARANTEES)[number]): boolean {
  return only === undefined ? ignore?.includes(name) !== true : only.includes(name);
}

/** Everything but the mode. */
function baseSettings(options: RunOptions, seed: string, loaded: LoadedStream | null): RunSettings {
  const disk = { ...DISK_DEFAULT, ...options.disk, sectors: sectorCount(options, loaded) };
  if (disk.atomic === 4096 && disk.sectors % PAGE_SECTORS !== 0)
    throw new BlkfuzzError(
      'usage',
      `--sectors: expected a multiple of ${PAGE_SECTORS} with atomic=4096, found ${disk.sectors}`,
    );
  return {
    seed,
    stack: stackOf(options, disk),
    scope: options.crash ?? 'power',
    check: options.check ?? 'exact',
    ops: options.ops ?? OPS_DEFAULT,
    threads: options.threads ?? THREADS_DEFAULT,
    ...(options.kinds === undefined ? {} : { kinds: options.kinds }),
    ...(options.price === true ? { price: true } : {}),
    ...(options.guest === undefined || options.guest === 'mix' ? {} : { guest: options.guest }),
    ...(options.secondCrash === true ? { secondCrash: true } : {}),
    ...(loaded === null ? {} : { program: programOfStream(loaded.stream, disk.sectors) }),
  };
}

function sectorCount(options: RunOptions, loaded: LoadedStream | null): number {
  if (loaded === null) return options.sectors ?? DISK_DEFAULT.sectors;
  const { sectorCount: needed } = loaded.stream;
  if (options.sectors !== undefined && options.sectors < needed)
    throw new BlkfuzzError(
      'usage',
      `--sectors: expected at least the ${needed} of the recorded stream, found ${options.sectors}`,
    );
  return options.sectors ?? needed;
}
