/** From the words behind `mutants` to what is done: every default is filled in here and nowhere else. */
import { BlkfuzzError } from '../../base/errors.ts';
import { nearestName } from '../../case/nearest.ts';
import { CATALOGUE } from '../../fuzz/mutants/catalogue.ts';
import type { HuntOptions } from '../../fuzz/mutants/hunt.ts';
import type { MutantRow } from '../../fuzz/mutants/row.ts';
import { quote } from '../values.ts';
import type { MutantsOptions } from './options.ts';

const SEED_DEFAULT = '1';
const SEEDS_DEFAULT = 10;
const RUNS_DEFAULT = 20_000;
const CONTROL_RUNS_DEFAULT = 2000;
const OF_THE_HUNT = ['seeds', 'keep'] as const;
const OF_BOTH = ['seed', 'runs', 'jobs'] as const;

export interface MutantsPlan {
  /** In the order of the catalogue. */
  readonly rows: readonly MutantRow[];
  readonly seed: string;
  readonly hunt: Omit<HuntOptions, 'version'>;
  /** Runs of each control. */
  readonly controlRuns: number;
}

/** @throws BlkfuzzError usage. */
export function planMutants(ids: readonly string[], options: MutantsOptions): MutantsPlan {
  checkTogether(options);
  const asked = new Set(ids.map(checkId));
  const rows = CATALOGUE.filter(({ id }) => asked.size === 0 || asked.has(id));
  if (options.kill === true || options.control === true) checkPlanted(rows);
  const seed = options.seed ?? SEED_DEFAULT;
  return {
    rows,
    seed,
    controlRuns: options.runs ?? CONTROL_RUNS_DEFAULT,
    hunt: {
      seed,
      seedCount: options.seeds ?? SEEDS_DEFAULT,
      runsMax: options.runs ?? RUNS_DEFAULT,
    },
  };
}

function checkTogether(options: MutantsOptions): void {
  const { kill, control, json, markdown } = options;
  const lonely = OF_THE_HUNT.find((key) => options[key] !== undefined && kill !== true);
  if (lonely !== undefined) throw new BlkfuzzError('usage', `--${lonely} goes with --kill`);
  const idle = OF_BOTH.find((key) => options[key] !== undefined && kill !== true && control !== true);
  if (idle !== undefined) throw new BlkfuzzError('usage', `--${idle} goes with --kill or --control`);
  if (kill === true && control === true)
    throw new BlkfuzzError('usage', '--kill and --control contradict each other; give one of them');
  if (markdown === true && json === true)
    throw new BlkfuzzError('usage', '--markdown and --json contradict each other; give one of them');
}

function checkId(text: string): string {
  const ids = CATALOGUE.map(({ id }) => id);
  if (ids.includes(text)) return text;
  const near = nearestName(text, ids);
  const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
  throw new BlkfuzzError('usage', `unknown mutant ${quote(text)}${hint}`, 'blkfuzz mutants lists them');
}

/** Nothing to hunt is no success. */
function checkPlanted(rows: readonly MutantRow[]): void {
  if (rows.some(({ trial }) => trial !== null)) return;
  const [{ id, reason }] = rows;
  throw new BlkfuzzError('usage', `${id} is not planted: ${reason}`, 'blkfuzz mutants lists those that are');
}
