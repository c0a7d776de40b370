/** Valid cases for properties: every field, kind of operation and setting turns up. */
import fc from 'fast-check';
import { CASE_FORMAT, type Case, type Crash, type ImagePair } from '../../src/case/case.ts';
import { GUARANTEES, VERDICT_NAMES } from '../../src/contract/guarantees.ts';
import { GUESTS, PARTS, type Operation, type Role, type Workload } from '../../src/guest/operation.ts';
import {
  BACKENDS,
  FEATURE_VALUES,
  FRONTENDS,
  KERNELS,
  MODES,
  isOutlived,
  SCHEDULERS,
  SCOPES,
  type StackConfig,
} from '../../src/stack/config.ts';
import { isMapped } from '../../src/stack/layout.ts';
import { nonsense, scopeNonsense } from '../../src/stack/nonsense.ts';
import { MUTANTS } from '../../src/stack/mutants.ts';

/** Sectors 0..31 are for direct operations; file f has the eight from 32 + 8f on. */
const SECTORS = 64;

const feature = fc.constantFrom(...FEATURE_VALUES);
const written = fc.option(
  fc.record({ barrier: feature, flushCache: feature }, { requiredKeys: [], noNullPrototype: true }),
  { nil: undefined },
);

const stack: fc.Arbitrary<StackConfig> = fc
  .record({
    kernel: fc.constantFrom(...KERNELS),
    mode: fc.constantFrom(...MODES, 'negotiated' as const),
    frontend: fc.constantFrom(...FRONTENDS),
    backend: fc.constantFrom(...BACKENDS),
    scheduler: fc.constantFrom(...SCHEDULERS),
    ring: fc.record({ slots: fc.constantFrom(2, 4, 8, 16, 32), start: fc.constantFrom(0, 1, 2 ** 32 - 1) }),
    disk: fc.record({
      sectors: fc.constantFrom(SECTORS, 72, 2 ** 16),
      cache: fc.constantFrom('none' as const, 'writeback' as const, 'nonvolatile' as const),
      fua: fc.boolean(),
      tags: fc.constantFrom('honoured' as const, 'ignored' as const),
      destage: fc.constantFrom('any' as const, 'fifo' as const, 'epoch' as const),
      flush: fc.constantFrom('honest' as const, 'ignored' as const),
      atomic: fc.constantFrom(512 as const, 4096 as const),
      depth: fc.integer({ min: 1, max: 256 }),
    }),
    mutant: fc.option(fc.constantFrom(...MUTANTS), { nil: undefined }),
  })
  .chain((config) => written.map((features) => ({ ...config, ...(features && { features }) })))
  .map(({ mutant, ...rest }): StackConfig => (mutant === undefined ? rest : { ...rest, mutant }))
  .filter((config) => nonsense(config) === null);

const direct = fc.record({ sector: fc.integer({ min: 0, max: 28 }), count: fc.integer({ min: 1, max: 4 }) });
const file = fc.integer({ min: 0, max: 3 });

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('write' as const, 'fua' as const, 'barrier' as const, 'discard' as const, 'read' as const),
      direct,
    )
    .map(([op, range]): Operation => ({ op, ...range })),
  fc.constantFrom<Operation>({ op: 'barrier', count: 0 }, { op: 'flush' }, { op: 'wait' }),
  fc
    .tuple(file, fc.integer({ min: 0, max: 7 }))
    .map(([f, offset]): Operation => ({ op: 'bufwrite', file: f, sector: 32 + 8 * f + offset, count: 8 - offset })),
  fc
    .tuple(fc.constantFrom('fsync' as const, 'fdatasync' as const), file)
    .map(([op, f]): Operation => ({ op, file: f })),
);

const role: fc.Arbitrary<Role> = fc
  .record({
    part: fc.constantFrom(...PARTS),
    tx: fc.integer({ min: 1, max: 30 }),
    block: fc.option(fc.nat({ max: 63 }), { nil: undefined }),
  })
  .map(({ block, ...rest }) => (block === undefined ? rest : { ...rest, block }));

/** The same operation as part of a transaction, of one sector. */
const meaningful: fc.Arbitrary<Operation> = fc
  .tuple(operation, role)
  .map(([own, meant]): Operation => ({ ...own, ...('count' in own && own.count > 1 && { count: 1 }), role: meant }));

const printable = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).filter((s) => !/\p{Cc}/u.test(s));
const hex = fc.string({ minLength: 64, maxLength: 64, unit: fc.constantFrom(...'0123456789abcdef') });
const actions = fc.array(
  fc.constantFrom('g0.t0', 'g0.t1', 'g0.writeback 8', 'host.dispatch', 'disk.complete 3', '"\\'),
  {
    maxLength: 60,
  },
);

/** A crash whose image holds versions that exist. */
function crash(threads: readonly (readonly Operation[])[]): fc.Arbitrary<Crash> {
  const numbered = threads.flat().filter(({ op }) => op !== 'wait');
  const versions = numbered.flatMap((o, id) =>
    'count' in o && o.count > 0 && !['read', 'discard'].includes(o.op) ? [id] : [],
  );
  const pair: fc.Arbitrary<ImagePair> = fc.tuple(
    fc.integer({ min: 0, max: SECTORS - 1 }),
    fc.constantFrom(-1, ...versions),
  );
  return fc.record(
    { step: fc.nat(), image: fc.uniqueArray(pair, { selector: ([sector]) => sector, maxLength: 40 }) },
    { requiredKeys: ['step'] },
  );
}

const expectations = fc
  .dictionary(fc.constantFrom(...GUARANTEES), fc.constantFrom(...VERDICT_NAMES), { noNullPrototype: true })
  .map((verdicts): NonNullable<Case['expect']> => verdicts);

const threadsOf = (one: fc.Arbitrary<Operation>): fc.Arbitrary<Operation[][]> =>
  fc.array(fc.array(one, { maxLength: 12 }), { minLength: 1, maxLength: 3 });
const workloads: fc.Arbitrary<Workload> = fc.oneof(
  { weight: 3, arbitrary: threadsOf(operation).map((threads) => ({ threads })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...GUESTS), threadsOf(fc.oneof(operation, meaningful)))
      .map(([guest, threads]) => ({ guest, threads })),
  },
);
const common = fc
  .record(
    {
      format: fc.constant(CASE_FORMAT),
      name: printable,
      comment: fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\t', '"', 'é', '\u2028', '😀') }),
      found: fc.record({ version: fc.constant('0.1.0'), seed: fc.string({ unit: 'binary' }), run: fc.maxSafeNat() }),
      stack,
      scope: fc.constantFrom(...SCOPES),
      schedule: actions,
      expect: expectations,
    },
    { requiredKeys: ['format', 'name', 'stack', 'scope', 'schedule'] },
  )
  .filter(({ stack, scope }) => scopeNonsense(stack, scope) === null);

/** A case with one guest. */
export const guestCases: fc.Arbitrary<Case> = workloads
  .chain((guest) =>
    fc.tuple(common, fc.option(crash(guest.threads), { nil: undefined })).map(([fields, lost]): Case => {
      const crashed = lost && isOutlived(fields.scope) ? { step: lost.step } : lost;
      return { ...fields, guests: [guest], ...(crashed && { crash: crashed }) };
    }),
  )
  .filter(({ stack, guests }) => guests![0].guest === undefined || !isMapped(stack));

/** A case of a recorded stream. */
export const streamCases: fc.Arbitrary<Case> = fc
  .tuple(common, fc.record({ sha256: hex, entries: fc.integer({ min: 1, max: 2 ** 31 - 1 }) }))
  .map(([fields, stream]): Case => ({ ...fields, stream }));
