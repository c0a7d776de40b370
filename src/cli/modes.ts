/** `blkfuzz modes`: everything a stack can be put together from, and what makes no sense together. */
import { EXIT } from '../base/errors.ts';
import {
  type Backend,
  BACKENDS,
  FAULTS,
  FRONTENDS,
  GROUP_SYNCS,
  GUESTS_MAX,
  RINGS_MAX,
  KERNELS,
  MODES,
  OPTIONS_OF,
  SCHEDULERS,
  SCOPES,
  STACK_DEFAULT,
  type StackConfig,
} from '../stack/config.ts';
import { nonsense, scopeNonsense } from '../stack/nonsense.ts';
import { GUEST_NAMES } from './run/options.ts';
import { BACKEND_OPTION_VALUES, DISK_VALUES, FEATURE_VALUE_NAMES } from './run/settings.ts';
import type { JsonOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

/** What a mode does at a barrier (facts.md §2). */
const MEANING: Readonly<Record<StackConfig['mode'], string>> = {
  none: 'barriers end with eopnotsupp; the guest goes on without',
  drain: 'drain ⇒ BAR',
  'drain-flush': 'drain ⇒ PREFLUSH ⇒ BAR ⇒ POSTFLUSH',
  'drain-fua': 'drain ⇒ PREFLUSH ⇒ BAR+FUA',
  tag: 'BAR as ordered tag; an empty barrier becomes a drain and no command',
  'tag-flush': 'PREFLUSH → BAR → POSTFLUSH, tagged',
  'tag-fua': 'PREFLUSH → BAR+FUA, tagged',
  'flush-fua': 'no barriers (2.6.37 on): the guest waits and sends writes with FLUSH and FUA',
  negotiated: 'what the frontend picks by the features of the backend',
};
const MODE_NAMES = Object.keys(MEANING) as StackConfig['mode'][];

export async function modes(options: JsonOptions, terminal: Terminal): Promise<number> {
  await terminal.print(options.json === true ? `${JSON.stringify(modesDocument())}\n` : modesText());
  return EXIT.held;
}

function modesDocument(): Record<string, unknown> {
  return {
    format: 'blkfuzz.modes/1',
    modes: MODE_NAMES.map((name) => ({ name, meaning: MEANING[name] })),
    backends: BACKENDS,
    backendOptions: OPTIONS_OF,
    frontends: FRONTENDS,
    kernels: KERNELS,
    schedulers: SCHEDULERS,
    guests: [`1 to ${GUESTS_MAX}`],
    groupSyncs: GROUP_SYNCS,
    scopes: SCOPES,
    guestKinds: GUEST_NAMES,
    faults: FAULTS,
    features: {
      barrier: FEATURE_VALUE_NAMES,
      'flush-cache': FEATURE_VALUE_NAMES,
      'barrier-after': FEATURE_VALUE_NAMES,
    },
    disk: DISK_VALUES,
    ring: { slots: ['2', '4', '8', '16', '32'], start: ['0 to 4294967295'], rings: [`1 to ${RINGS_MAX}`] },
    nonsense: nonsenseReasons(),
  };
}

function modesText(): string {
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ['--backend', BACKENDS],
    ['--frontend', FRONTENDS],
    ['--kernel', KERNELS],
    ['--scheduler', SCHEDULERS],
    ['--guests', [`1 to ${GUESTS_MAX}`]],
    ['--group-sync', GROUP_SYNCS],
    ['--crash', SCOPES],
    ['--guest', GUEST_NAMES],
    ['--faults', FAULTS],
    ['--ring slots=', ['2', '4', '8', '16', '32']],
    ['--ring start=', ['0 to 4294967295']],
    ['--ring rings=', [`1 to ${RINGS_MAX}`]],
    ...Object.entries(BACKEND_OPTION_VALUES).map(
      ([key, values]) =>
        [
          `--backend-options ${key}=`,
          [`${values.join(', ')} (${BACKENDS.filter((name) => takes(name, key)).join(', ')})`],
        ] as const,
    ),
    ['--features barrier=', FEATURE_VALUE_NAMES],
    ['--features flush-cache=', FEATURE_VALUE_NAMES],
    ['--features barrier-after=', FEATURE_VALUE_NAMES],
    ...Object.entries(DISK_VALUES).map(([key, values]) => [`--disk ${key}=`, values] as const),
  ];
  const width = Math.max(...lists.map(([name]) => name.length));
  return [
    `--mode all (${MODES.length} modes in turn), or one of`,
    ...MODE_NAMES.map((name) => `  ${name.padEnd(12)}${MEANING[name]}`),
    '',
    ...lists.map(([name, values]) => `${name.padEnd(width)}  ${values.join(', ')}`),
    '',
    'What makes no sense together:',
    ...nonsenseReasons().map((reason) => `  ${reason}`),
    '',
  ].join('\n');
}

function takes(backend: Backend, option: string): boolean {
  return (OPTIONS_OF[backend] as readonly string[] | undefined)?.includes(option) ?? false;
}

const RINGS = { ...STACK_DEFAULT.ring, rings: 2 };
/** What else may make no sense. */
const MORE = [
  {},
  { features: { barrier: 1 } },
  { guests: 2 },
  { groupSync: 'merge' },
  { faults: ['eio'] },
  { ring: RINGS },
  { ring: RINGS, guests: 2 },
  { ring: RINGS, faults: ['eio'] },
] as const;

/** Every reason that some combination gives, once. */
function nonsenseReasons(): string[] {
  const reasons = new Set<string>();
  for (const kernel of KERNELS)
    for (const backend of BACKENDS)
      for (const frontend of FRONTENDS)
        for (const mode of MODE_NAMES) {
          for (const more of MORE) {
            const reason = nonsense({ ...STACK_DEFAULT, kernel, backend, frontend, mode, ...more });
            if (reason !== null) reasons.add(reason);
          }
        }
  for (const backend of BACKENDS)
    for (const scope of SCOPES)
      for (const more of [{}, { faults: ['migrate'] }, { ring: RINGS }] as const) {
        const reason = scopeNonsense({ ...STACK_DEFAULT, backend, ...more }, scope);
        if (reason !== null) reasons.add(reason);
      }
  return [...reasons];
}
