/** A row of the catalogue of planted bugs: what it is, where it comes from, and on which stack it must be noticed. */
import type { Guarantee } from '../../contract/guarantees.ts';
import type { GuestName, Workload } from '../../guest/operation.ts';
import {
  type Backend,
  type BackendOptions,
  type DiskConfig,
  type Fault,
  type Features,
  type Frontend,
  DISK_DEFAULT,
  type Mode,
  type RingConfig,
  type Scope,
  STACK_DEFAULT,
  type StackConfig,
} from '../../stack/config.ts';

/** A bug that is on record, one derived from reading the code, or one made up to cover a rule of the protocol. */
export type Grade = 'historical' | 'derived' | 'protocol';

/** The stack on which the unmutated one holds and the mutant must break. */
export interface Trial {
  readonly stack: StackConfig;
  readonly scope: Scope;
  /** Operations and threads of a workload. */
  readonly ops: number;
  readonly threads: number;
  /** The guest that the bug is planted in, if it is. */
  readonly guest?: GuestName;
  /** In place of generated ones: what the stack without the mutant keeps in every schedule. */
  readonly workload?: Workload;
}

export interface MutantRow {
  /** As facts.md §16 numbers it. */
  readonly id: string;
  readonly component: string;
  readonly defect: string;
  /** What must break. */
  readonly guarantee: Guarantee;
  readonly source: string;
  readonly grade: Grade;
  /** Null: not planted, and `reason` says why. */
  readonly trial: Trial | null;
  readonly reason: string | null;
}

/** What a trial has other than the default stack: blkback over a write-back disk without FUA. */
export interface TrialOptions {
  readonly mode: Mode | 'negotiated';
  readonly frontend?: Frontend;
  readonly features?: Partial<Features>;
  readonly backend?: Backend;
  readonly backendOptions?: BackendOptions;
  readonly ring?: RingConfig;
  readonly disk?: Partial<DiskConfig>;
  readonly scope?: Scope;
  readonly faults?: readonly Fault[];
  readonly workload?: Workload;
  readonly ops?: number;
  readonly guest?: GuestName;
}

/** id, component, defect, guarantee, source, and the trial, or why there is none. */
type Entry = readonly [
  id: string,
  component: string,
  defect: string,
  guarantee: Guarantee,
  source: string,
  plan: TrialOptions | string,
];

const OPS_DEFAULT = 12;
const THREADS = 2;

export function rowsOf(grade: Grade, entries: readonly Entry[]): readonly MutantRow[] {
  return entries.map(([id, component, defect, guarantee, source, plan]) => ({
    id,
    component,
    defect,
    guarantee,
    source,
    grade,
    trial: typeof plan === 'string' ? null : trialOf(plan),
    reason: typeof plan === 'string' ? plan : null,
  }));
}

function trialOf(options: TrialOptions): Trial {
  const { mode, frontend, features, backend, backendOptions, ring, disk, scope, faults, workload, ops, guest } =
    options;
  return {
    stack: {
      ...STACK_DEFAULT,
      mode,
      frontend: frontend ?? STACK_DEFAULT.frontend,
      ...(features === undefined ? {} : { features }),
      backend: backend ?? STACK_DEFAULT.backend,
      ...(backendOptions === undefined ? {} : { backendOptions }),
      ring: ring ?? STACK_DEFAULT.ring,
      ...(faults === undefined ? {} : { faults }),
      disk: { ...DISK_DEFAULT, ...disk },
    },
    scope: scope ?? 'power',
    ...(workload === undefined ? {} : { workload }),
    ops: ops ?? OPS_DEFAULT,
    threads: THREADS,
    ...(guest === undefined ? {} : { guest }),
  };
}
