/** The options of `matrix`. Light to import: parser, help and completion need it. */
import { MATRIX_BACKENDS, MATRIX_DISKS, NAMED_DISKS, type NamedDisk } from '../../campaign/matrix/disks.ts';
import {
  type Backend,
  type BackendOptions,
  BACKENDS,
  type GroupSync,
  type Mode,
  MODES,
  type Scope,
  SCOPES,
} from '../../stack/config.ts';
import type { OptionTable } from '../option.ts';
import { RUN_OPTIONS } from '../run/options.ts';
import { parseDisk } from '../run/settings.ts';
import { integerOf, namesOf, parseName, pathOf, textOf } from '../values.ts';

export interface MatrixOptions {
  readonly mode?: readonly (Mode | 'all')[];
  readonly backend?: readonly Backend[];
  readonly backendOptions?: BackendOptions;
  readonly disk?: readonly NamedDisk[];
  readonly crash?: readonly Scope[];
  readonly guests?: number;
  readonly groupSync?: GroupSync;
  readonly case?: string;
  readonly workload?: string;
  readonly every?: number;
  readonly states?: number;
  readonly runs?: number;
  readonly ops?: number;
  readonly seed?: string;
  readonly jobs?: number;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly html?: string;
  readonly quiet?: boolean;
}

const MODE_NAMES: readonly (Mode | 'all')[] = [...MODES, 'all'];
const DISK_NAMES = NAMED_DISKS.map(({ name }) => name);

export const MATRIX_OPTIONS: OptionTable<MatrixOptions> = {
  mode: {
    flags: '--mode <modes>',
    help: 'rows, with commas (default: all)',
    parse: namesOf('mode', MODE_NAMES),
    values: MODE_NAMES,
  },
  backend: {
    flags: '--backend <names>',
    help: `tables, with commas (default: ${MATRIX_BACKENDS.join(', ')})`,
    parse: namesOf('backend', BACKENDS),
    values: BACKENDS,
  },
  backendOptions: RUN_OPTIONS.backendOptions,
  disk: {
    flags: '--disk <disk>',
    help: `columns: a name or settings like cache=writeback,fua=yes; repeatable (default: ${MATRIX_DISKS.map(({ name }) => name).join(', ')})`,
    parse: parseNamedDisk,
    values: DISK_NAMES,
  },
  crash: {
    flags: '--crash <scopes>',
    help: 'what power loss takes with it, with commas (default: power)',
    parse: namesOf('scope', SCOPES),
    values: SCOPES,
  },
  guests: { ...RUN_OPTIONS.guests, help: 'guests on the backend, all with the same operations (default: 1)' },
  groupSync: RUN_OPTIONS.groupSync,
  case: {
    flags: '--case <file>',
    help: 'the operations of this case alone, on its kernel, ring, backend options and size of disk, and the weakest mode they survive in',
    parse: pathOf,
    values: 'file',
  },
  workload: {
    flags: '--workload <file>',
    help: 'this recorded stream alone, and the weakest mode it survives in',
    parse: pathOf,
    values: 'file',
  },
  every: {
    flags: '--every <n>',
    help: 'besides the litmus workloads every one of up to n operations; 0: none (default: 1)',
    parse: integerOf(0, 3),
  },
  states: {
    flags: '--states <n>',
    help: 'states of a workload explored at most (default: 100000)',
    parse: integerOf(1, 100_000_000),
  },
  runs: {
    flags: '--runs <n>',
    help: 'random runs of each cell, each decided at every step (default: 16; 2 of a recorded stream)',
    parse: integerOf(0, 1_000_000),
  },
  ops: { flags: '--ops <n>', help: 'operations of a random run (default: 12)', parse: integerOf(1, 1024) },
  seed: { flags: '--seed <text>', help: 'what the random runs are drawn from (default: 1)', parse: textOf },
  jobs: { flags: '--jobs <n>', help: 'threads (default: one per processor)', parse: integerOf(1, 256) },
  json: { flags: '--json', help: 'JSON instead of tables' },
  markdown: { flags: '--markdown', help: 'Markdown instead of tables for a terminal' },
  html: {
    flags: '--html <file>',
    help: 'write a page that opens in any browser as well',
    parse: pathOf,
    values: 'file',
  },
  quiet: { flags: '--quiet', help: 'no progress' },
};

function parseNamedDisk(text: string, name: string, previous: readonly NamedDisk[] | undefined): readonly NamedDisk[] {
  const more = text.includes('=')
    ? [{ name: text, settings: parseDisk(text, name, undefined) }]
    : text.split(',').map((word) => {
        const known = parseName(word, name, 'disk', DISK_NAMES);
        return NAMED_DISKS.find((disk) => disk.name === known)!;
      });
  const known = previous ?? [];
  return [...known, ...more.filter(({ name: own }) => !known.some((disk) => disk.name === own))];
}
