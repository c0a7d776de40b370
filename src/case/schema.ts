/**
 * The shape of a `blkfuzz.case/1` document: which fields there are, of which type, within which bounds, and what a
 * left-out one means. What fields say about each other is check.ts's business.
 */
import * as v from 'valibot';
import { BlkfuzzError } from '../base/errors.ts';
import { GUARANTEES, VERDICT_NAMES } from '../contract/guarantees.ts';
import { GUESTS, PARTS, TRANSACTIONS_MAX, type Operation, type Role, type Workload } from '../guest/operation.ts';
import {
  type BackendOptions,
  BACKENDS,
  DISK_DEFAULT,
  FAULTS,
  FEATURE_VALUES,
  FRONTENDS,
  GROUP_SYNCS,
  GUESTS_MAX,
  KERNELS,
  MODES,
  SCHEDULERS,
  SCOPES,
  RINGS_MAX,
  STACK_DEFAULT,
  type DiskConfig,
  type Features,
  type RingConfig,
  type StackConfig,
} from '../stack/config.ts';
import { MUTANTS } from '../stack/mutants.ts';
import { CASE_FORMAT, CASE_LIMITS, type Case, type Crash, type SecondCrash, type StreamReference } from './case.ts';
import { integer, list, oneOf, placeOf, record, text, wording, type Schema } from './fields.ts';

/** A document of the right shape; whether it has guests or a stream is not settled yet. */
export type CaseShape = Omit<Case, 'guests' | 'stream'> & {
  readonly guests?: readonly Workload[];
  readonly stream?: StreamReference;
};

const sector = integer(0, CASE_LIMITS.integerMax);
const count = integer(1, CASE_LIMITS.integerMax);
const file = integer(0, CASE_LIMITS.fileMax);

const role: Schema<Role> = record('a role: {"part": …, "tx": …}', {
  part: oneOf(PARTS),
  tx: integer(1, TRANSACTIONS_MAX),
  block: v.exactOptional(sector),
});
/** Any operation may have one. */
const roleField = { role: v.exactOptional(role) };

/** The fields that an operation of each kind has. */
const operations: { readonly [K in Operation['op']]: Schema<Operation> } = {
  write: ranged('write'),
  fua: ranged('fua'),
  flush: record('an operation', { op: oneOf(['flush']), ...roleField }),
  barrier: record('an operation', {
    op: oneOf(['barrier']),
    sector: v.exactOptional(sector),
    count: v.exactOptional(integer(0, CASE_LIMITS.integerMax), 0),
    ...roleField,
  }),
  bufwrite: record('an operation', { op: oneOf(['bufwrite']), file, sector, count, ...roleField }),
  fsync: record('an operation', { op: oneOf(['fsync']), file, ...roleField }),
  fdatasync: record('an operation', { op: oneOf(['fdatasync']), file, ...roleField }),
  discard: ranged('discard'),
  read: ranged('read'),
  wait: record('an operation', { op: oneOf(['wait']), ...roleField }),
};

/** Complains about what is no operation, or an operation of no known kind. */
const notAnOperation: Schema<Operation> = v.pipe(
  v.custom<object>(
    (input) => typeof input === 'object' && input !== null && !Array.isArray(input),
    wording('an operation such as {"op": "flush"}'),
  ),
  v.object({ op: oneOf(Object.keys(operations) as Operation['op'][]) }, 'missing; expected the kind of the operation'),
) as unknown as Schema<Operation>;

const operation = v.lazy((input): Schema<Operation> => {
  const kind: unknown = typeof input === 'object' && input !== null && 'op' in input ? input.op : undefined;
  return typeof kind === 'string' && Object.hasOwn(operations, kind)
    ? operations[kind as Operation['op']]
    : notAnOperation;
});

const disk: Schema<DiskConfig> = record('the settings of the disk', {
  sectors: v.exactOptional(integer(1, CASE_LIMITS.sectorCountMax), DISK_DEFAULT.sectors),
  cache: v.exactOptional(oneOf(['none', 'writeback', 'nonvolatile']), DISK_DEFAULT.cache),
  fua: v.exactOptional(oneOf([true, false]), DISK_DEFAULT.fua),
  tags: v.exactOptional(oneOf(['honoured', 'ignored']), DISK_DEFAULT.tags),
  destage: v.exactOptional(oneOf(['any', 'fifo', 'epoch']), DISK_DEFAULT.destage),
  flush: v.exactOptional(oneOf(['honest', 'ignored']), DISK_DEFAULT.flush),
  atomic: v.exactOptional(oneOf([512, 4096]), DISK_DEFAULT.atomic),
  depth: v.exactOptional(integer(1, 256), DISK_DEFAULT.depth),
});

const ring: Schema<RingConfig> = record('the settings of the ring', {
  slots: v.exactOptional(oneOf([2, 4, 8, 16, 32]), STACK_DEFAULT.ring.slots),
  start: v.exactOptional(integer(0, 2 ** 32 - 1), STACK_DEFAULT.ring.start),
  rings: v.exactOptional(integer(2, RINGS_MAX)),
});

const features: Schema<Partial<Features>> = record('what the backend writes to XenStore', {
  barrier: v.exactOptional(oneOf(FEATURE_VALUES)),
  flushCache: v.exactOptional(oneOf(FEATURE_VALUES)),
  barrierAfter: v.exactOptional(oneOf(FEATURE_VALUES)),
});

const backendOptions: Schema<BackendOptions> = record('the options of the backend', {
  image: v.exactOptional(oneOf(['full', 'sparse', 'fallocated'])),
  open: v.exactOptional(oneOf(['direct', 'dsync', 'sync', 'buffered'])),
  fdatasync: v.exactOptional(oneOf([true, false])),
  preallocate: v.exactOptional(oneOf([true, false])),
});

/** Mode and backend are what a case is about, so they are never left out. */
const stack: Schema<StackConfig> = record('the settings of the stack', {
  kernel: v.exactOptional(oneOf(KERNELS), STACK_DEFAULT.kernel),
  mode: oneOf([...MODES, 'negotiated']),
  frontend: v.exactOptional(oneOf(FRONTENDS), STACK_DEFAULT.frontend),
  backend: oneOf(BACKENDS),
  backendOptions: v.exactOptional(backendOptions),
  scheduler: v.exactOptional(oneOf(SCHEDULERS), STACK_DEFAULT.scheduler),
  ring: v.exactOptional(ring, STACK_DEFAULT.ring),
  features: v.exactOptional(features),
  disk: v.exactOptional(disk, DISK_DEFAULT),
  groupSync: v.exactOptional(oneOf(GROUP_SYNCS)),
  faults: v.exactOptional(list('a list of faults', oneOf(FAULTS))),
  mutant: v.exactOptional(oneOf(MUTANTS, 'the id of a planted bug (blkfuzz mutants lists them)')),
});

const found = record('where the case was found', {
  version: text('a version', (value) => value.length <= CASE_LIMITS.nameLengthMax && !hasControl(value)),
  // The command line takes any string as a seed.
  seed: text('a string', () => true),
  run: integer(0, Number.MAX_SAFE_INTEGER),
});

const guest: Schema<Workload> = record('a guest: {"threads": [[…], …]}', {
  guest: v.exactOptional(oneOf(GUESTS)),
  threads: list('a list of threads', list('a list of operations', operation)),
});

const stream: Schema<StreamReference> = record('a reference to a recorded stream', {
  sha256: text('64 lower-case hexadecimal digits', (value) => /^[0-9a-f]{64}$/.test(value)),
  entries: integer(1, CASE_LIMITS.integerMax),
});

const image = list(
  'a list of [sector, version]',
  v.pipe(
    v.custom<unknown[]>((input) => Array.isArray(input) && input.length === 2, wording('a pair [sector, version]')),
    v.tuple([sector, integer(-CASE_LIMITS.integerMax, CASE_LIMITS.integerMax)]),
  ),
);

const schedule = list(
  'a list of action names',
  text(`the name of an action, 1 to ${CASE_LIMITS.actionLengthMax} printable characters`, isAction),
);

const second: Schema<SecondCrash> = record('a second crash: {"schedule": […], "step": …, "image": […]}', {
  schedule,
  step: integer(0, CASE_LIMITS.integerMax),
  image: v.exactOptional(image),
});

const crash: Schema<Crash> = record('a crash: {"step": …, "image": […]}', {
  step: integer(0, CASE_LIMITS.integerMax),
  guest: v.exactOptional(integer(0, GUESTS_MAX - 1)),
  image: v.exactOptional(image),
  second: v.exactOptional(second),
});

const verdict = oneOf(VERDICT_NAMES);
const expect = record(
  'verdicts by guarantee',
  Object.fromEntries(GUARANTEES.map((name) => [name, v.exactOptional(verdict)])),
);

const document = record('a case', {
  format: oneOf([CASE_FORMAT]),
  name: text(`a name of 1 to ${CASE_LIMITS.nameLengthMax} printable characters`, isName),
  comment: v.exactOptional(text('a text without control characters', isComment)),
  found: v.exactOptional(found),
  stack,
  scope: v.exactOptional(oneOf(SCOPES), 'power'),
  guests: v.exactOptional(list('a list of guests', guest)),
  stream: v.exactOptional(stream),
  schedule,
  crash: v.exactOptional(crash),
  expect: v.exactOptional(expect),
});

/**
 * Takes parsed JSON as a document of the case's shape, with the defaults filled in.
 * @throws BlkfuzzError `bad-input`: one line, the place and what was expected there.
 */
export function readShape(json: unknown): CaseShape {
  const result = v.safeParse(document, json, { abortEarly: true });
  if (result.success) return result.output as CaseShape;
  const [issue] = result.issues;
  const place = placeOf((issue.path ?? []).map((step) => step.key));
  throw new BlkfuzzError('bad-input', place === '' ? `not a case: ${issue.message}` : `${place}: ${issue.message}`);
}

function ranged(kind: 'write' | 'fua' | 'discard' | 'read'): Schema<Operation> {
  return record('an operation', { op: oneOf([kind]), sector, count, ...roleField });
}

function isName(value: string): boolean {
  return value.length >= 1 && value.length <= CASE_LIMITS.nameLengthMax && !hasControl(value);
}

function isComment(value: string): boolean {
  return value.length <= CASE_LIMITS.commentLengthMax && !hasControl(value.replace(/[\n\t]/g, ''));
}

function isAction(value: string): boolean {
  return value.length >= 1 && value.length <= CASE_LIMITS.actionLengthMax && !hasControl(value);
}

/** Control characters could steer a terminal that the text is shown on. */
function hasControl(value: string): boolean {
  return /\p{Cc}/u.test(value);
}
