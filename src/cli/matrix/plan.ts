/** From the options of `matrix` to what is computed: every default is filled in here and nowhere else. */
import { BlkfuzzError } from '../../base/errors.ts';
import { MATRIX_BACKENDS, MATRIX_DISKS } from '../../campaign/matrix/disks.ts';
import type { NamedWorkload, Trial } from '../../campaign/matrix/cell.ts';
import type { MatrixAxes } from '../../campaign/matrix/matrix.ts';
import type { Case } from '../../case/case.ts';
import { readEntry } from '../../corpus/list.ts';
import { EXPLORE_BOUNDS } from '../../fuzz/explore/exploration.ts';
import { everyWorkload } from '../../guest/every/workloads.ts';
import { programOfStream } from '../../guest/stream/replay.ts';
import { type Backend, DISK_DEFAULT, MODES, OPTIONS_OF, type StackConfig } from '../../stack/config.ts';
import { readOneCase } from '../cases.ts';
import { litmusCases } from '../corpus.ts';
import { loadStream } from '../workload.ts';
import type { MatrixOptions } from './options.ts';

const STATES_DEFAULT = 100_000;
const RUNS_DEFAULT = 16;
const STREAM_RUNS_DEFAULT = 2;
const OPS_DEFAULT = 12;
const EVERY_DEFAULT = 1;
const THREADS = 2;
/** Litmus workloads of more operations are left to `explore`: they take longer than all others together. */
const LITMUS_OPS_MAX = 3;

export interface MatrixPlan {
  readonly axes: MatrixAxes;
  /** What every stack is made of besides the axes. */
  readonly base: Partial<StackConfig>;
  readonly trial: Trial;
  /** One workload alone: which modes does it survive in? */
  readonly single: boolean;
}

/** @throws BlkfuzzError usage, bad-input. */
export async function planMatrix(options: MatrixOptions): Promise<MatrixPlan> {
  checkTogether(options);
  const group = baseOf(options);
  const axes = axesOf(options);
  checkOptions(options, axes.backends);
  const bounds = { ...EXPLORE_BOUNDS, statesMax: options.states ?? STATES_DEFAULT };
  const random = {
    seed: options.seed ?? '1',
    runs: options.runs ?? RUNS_DEFAULT,
    ops: options.ops ?? OPS_DEFAULT,
    threads: THREADS,
  };
  if (options.workload !== undefined)
    return planStream(options.workload, axes, { workloads: [], bounds, random }, options);
  if (options.case === undefined)
    return {
      axes,
      base: group,
      trial: { workloads: [...litmusWorkloads(), ...everySmall(options.every ?? EVERY_DEFAULT)], bounds, random },
      single: false,
    };
  const c = await readOneCase(options.case);
  const workloads = [workloadOf(c)];
  const { kernel, scheduler, ring, frontend, disk, backendOptions } = c.stack;
  const { sectors, atomic, depth } = disk;
  const own = backendOptions === undefined ? {} : { backendOptions };
  const base = {
    ...own,
    ...group,
    kernel,
    scheduler,
    ring,
    frontend,
    disk: { ...DISK_DEFAULT, sectors, atomic, depth },
  };
  return { axes, base, trial: { workloads, bounds, random: { ...random, runs: 0 } }, single: true };
}

function axesOf({ mode = ['all'], disk, backend, crash, guests = 1 }: MatrixOptions): MatrixAxes {
  return {
    modes: MODES.filter((name) => mode.includes('all') || mode.includes(name)),
    disks: disk ?? MATRIX_DISKS,
    backends: backend ?? (guests === 1 ? MATRIX_BACKENDS : GROUP_BACKENDS),
    scopes: crash ?? ['power'],
  };
}

/** The backends that several guests are shown on. */
const GROUP_BACKENDS = ['blkback', 'reference'] as const;

/** What every stack has of the options besides the axes. */
function baseOf({ guests = 1, groupSync, backendOptions }: MatrixOptions): Partial<StackConfig> {
  return {
    ...(guests === 1 ? {} : { guests }),
    ...(groupSync === undefined ? {} : { groupSync }),
    ...(backendOptions === undefined ? {} : { backendOptions }),
  };
}

/** Each backend takes what it knows of the options; one that none knows is a mistake. @throws BlkfuzzError usage. */
function checkOptions({ backendOptions = {} }: MatrixOptions, backends: readonly Backend[]): void {
  for (const name of Object.keys(backendOptions))
    if (!backends.some((backend) => OPTIONS_OF[backend]?.some((known) => known === name) === true))
      throw new BlkfuzzError(
        'usage',
        `--backend-options ${name}: none of the backends ${backends.join(', ')} has it`,
        'name one that has with --backend',
      );
}

const TOGETHER: readonly (readonly [keyof MatrixOptions, keyof MatrixOptions])[] = [
  ['case', 'workload'],
  ['case', 'ops'],
  ['case', 'runs'],
  ['case', 'seed'],
  ['case', 'every'],
  ['workload', 'ops'],
  ['workload', 'states'],
  ['workload', 'every'],
  ['workload', 'guests'],
  ['json', 'markdown'],
];

function checkTogether(options: MatrixOptions): void {
  for (const [one, other] of TOGETHER)
    if (options[one] !== undefined && options[other] !== undefined)
      throw new BlkfuzzError('usage', `--${one} and --${other} contradict each other; give one of them`);
}

async function planStream(path: string, axes: MatrixAxes, trial: Trial, options: MatrixOptions): Promise<MatrixPlan> {
  if (options.runs === 0)
    throw new BlkfuzzError('usage', '--runs: expected an integer from 1 with --workload, found 0');
  const { stream } = await loadStream(path);
  const program = programOfStream(stream, stream.sectorCount);
  const random = { ...trial.random, runs: options.runs ?? STREAM_RUNS_DEFAULT, program };
  const base = { disk: { ...DISK_DEFAULT, sectors: stream.sectorCount } };
  return { axes, base, trial: { ...trial, random }, single: true };
}

function workloadOf(c: Case): NamedWorkload {
  if (c.guests === undefined)
    throw new BlkfuzzError('bad-input', 'the case refers to a recorded stream', 'give the log with --workload');
  if (c.guests.length > 1)
    throw new BlkfuzzError(
      'bad-input',
      `the case has ${c.guests.length} guests: expected one, whose operations --guests gives to several`,
      'blkfuzz explore takes cases of several guests',
    );
  return { name: c.name, workload: c.guests[0] };
}

/** Every workload of up to so many operations, by number. */
function everySmall(opsMax: number): NamedWorkload[] {
  return Array.from({ length: opsMax }, (_, i) => i + 1).flatMap((ops) =>
    Array.from(everyWorkload({ ops, threads: THREADS }), (workload, number) => ({
      name: `${ops}-operation workload ${number}`,
      workload,
    })),
  );
}

/** The different workloads of the litmus cases, each under the name of the first case that has it; the promises of guests are no part of the matrix. */
function litmusWorkloads(): NamedWorkload[] {
  const workloads = new Map<string, NamedWorkload>();
  for (const path of litmusCases()) {
    const { case: c } = readEntry(path);
    if (c?.guests?.length !== 1 || c.guests[0].guest !== undefined) continue;
    const { threads } = c.guests[0];
    const ops = threads.flat().filter(({ op }) => op !== 'wait').length;
    const key = JSON.stringify(threads);
    if (ops <= LITMUS_OPS_MAX && !workloads.has(key)) workloads.set(key, { name: c.name, workload: c.guests[0] });
  }
  return [...workloads.values()];
}
