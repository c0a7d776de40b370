/** The stack that options ask for, its modes, and the line that says what it is. */
import { BlkfuzzError } from '../base/errors.ts';
import {
  type BackendOptions,
  type DiskConfig,
  type Features,
  MODES,
  type Scope,
  type RingConfig,
  STACK_DEFAULT,
  type StackConfig,
} from '../stack/config.ts';
import { nonsense, scopeNonsense } from '../stack/nonsense.ts';
import type { RunOptions } from './run/options.ts';

/** The options that say what a stack is put together from. */
export type StackOptions = Pick<
  RunOptions,
  | 'mode'
  | 'backend'
  | 'backendOptions'
  | 'frontend'
  | 'kernel'
  | 'scheduler'
  | 'ring'
  | 'features'
  | 'faults'
  | 'disk'
  | 'crash'
>;

/** Everything but the mode. */
export function stackOf(
  options: StackOptions & Pick<RunOptions, 'guests' | 'groupSync'>,
  disk: DiskConfig,
): StackConfig {
  return {
    kernel: options.kernel ?? STACK_DEFAULT.kernel,
    mode: STACK_DEFAULT.mode,
    frontend: options.frontend ?? STACK_DEFAULT.frontend,
    backend: options.backend ?? STACK_DEFAULT.backend,
    scheduler: options.scheduler ?? STACK_DEFAULT.scheduler,
    ring: ringOf(options.ring),
    ...(options.backendOptions === undefined ? {} : { backendOptions: options.backendOptions }),
    ...(options.features === undefined ? {} : { features: options.features }),
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    disk,
    ...((options.guests ?? 1) === 1 ? {} : { guests: options.guests! }),
    ...(options.groupSync === undefined ? {} : { groupSync: options.groupSync }),
  };
}

/** One ring is what a ring has unless it says otherwise. */
function ringOf({ rings = 1, ...ring }: Partial<RingConfig> = {}): RingConfig {
  return { ...STACK_DEFAULT.ring, ...ring, ...(rings === 1 ? {} : { rings }) };
}

interface Modes {
  readonly kept: readonly StackConfig['mode'][];
  readonly leftOut: readonly string[];
}

/** `all` leaves out what makes no sense on this stack and says so; a mode asked for by name is refused. */
export function sensibleModes(options: Pick<StackOptions, 'mode' | 'crash'>, stack: StackConfig): Modes {
  const asked = options.mode ?? ['all'];
  const names = new Set(asked.flatMap((name): readonly StackConfig['mode'][] => (name === 'all' ? MODES : [name])));
  const reasons = new Map(
    [...names].map((mode) => [mode, nonsense({ ...stack, mode }) ?? scopeNonsense(stack, options.crash ?? 'power')]),
  );
  const kept = [...names].filter((mode) => reasons.get(mode) === null);
  const refused = [...names].find((mode) => reasons.get(mode) !== null && (asked.includes(mode) || kept.length === 0));
  if (refused !== undefined)
    throw new BlkfuzzError('usage', reasons.get(refused)!, 'blkfuzz modes lists the combinations that make no sense');
  return { kept, leftOut: [...reasons.values()].filter((reason) => reason !== null) };
}

/** The stack in a line, without its mode. */
export function stackText(stack: StackConfig, scope: Scope): string {
  const { cache, fua, tags, destage, flush, atomic, depth, sectors } = stack.disk;
  const disk = `cache=${cache},fua=${fua ? 'yes' : 'no'},tags=${tags},destage=${destage},flush=${flush},atomic=${atomic},depth=${depth}`;
  const written = stack.features === undefined ? '' : `features ${featuresText(stack.features)}, `;
  const chosen = stack.backendOptions === undefined ? '' : ` (${optionsText(stack.backendOptions)})`;
  const wrong = stack.faults === undefined ? '' : `, faults ${stack.faults.join()}`;
  return `${stack.backend}${chosen}, ${groupText(stack)}${ringsText(stack)}${written}frontend ${stack.frontend}, kernel ${stack.kernel}, ${sectors} sectors, ${disk}, crash ${scope}${wrong}`;
}

function optionsText(options: BackendOptions): string {
  return Object.entries(options)
    .map(([name, value]) => `${name}=${typeof value === 'boolean' ? (value ? 'yes' : 'no') : value}`)
    .join(',');
}

function ringsText({ ring: { rings = 1 } }: StackConfig): string {
  return rings === 1 ? '' : `${rings} rings, `;
}

function groupText({ guests = 1, groupSync }: StackConfig): string {
  return `${guests === 1 ? '' : `${guests} guests, `}${groupSync === undefined ? '' : `group-sync ${groupSync}, `}`;
}

function featuresText({ barrier, flushCache, barrierAfter }: Partial<Features>): string {
  const named = [
    ['barrier', barrier],
    ['flush-cache', flushCache],
    ['barrier-after', barrierAfter],
  ] as const;
  return named.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])).join(',');
}
