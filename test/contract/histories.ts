/** Random small histories for the properties of the oracle: documents in which every rule of the contract has something to decide. */
import fc from 'fast-check';
import type { KindName } from '../../src/base/history.ts';
import type { HistoryDocument, OperationDocument } from '../../src/contract/document.ts';
import type { DocumentVersion } from '../../src/contract/version.ts';

const SECTORS = 6;
const MARKERS = ['torn', 'stale', 'misplaced'] as const;

/** What a history is about: all kinds together, or few kinds that meet more often. */
const THEMES: readonly (readonly KindName[])[] = [
  [
    'write',
    'write',
    'write',
    'fua',
    'barrier',
    'barrier',
    'flush',
    'bufwrite',
    'bufwrite',
    'fsync',
    'fdatasync',
    'discard',
    'read',
  ],
  ['bufwrite', 'bufwrite', 'bufwrite', 'fsync', 'fdatasync', 'bufwrite', 'discard', 'read'],
  ['write', 'barrier', 'write', 'discard', 'read', 'fua', 'flush'],
];
const fate = fc.constantFrom('ok', 'ok', 'ok', 'ok', 'ok', 'open', 'open', 'eio', 'eopnotsupp', 'refused' as const);
/** Which version a sector holds: mostly a plausible one, see `pick`. */
const choice = fc.nat(5999);

const draft = fc.record({
  kind: fc.nat(1000),
  fate,
  sector: fc.nat(SECTORS - 1),
  count: fc.nat(3),
  file: fc.nat(1),
  begin: fc.nat(60),
  length: fc.nat(30),
  /** One in thirty completes before its submission: the oracle takes histories as they are. */
  early: fc.nat(29).map((n) => n === 0),
  versions: fc.tuple(choice, choice, choice),
});
type DrawnDraft = typeof draft extends fc.Arbitrary<infer T> ? T : never;
type Draft = Omit<DrawnDraft, 'kind'> & { kind: KindName };

export const historyDocument: fc.Arbitrary<HistoryDocument> = fc
  .record({
    theme: fc.constantFrom(...THEMES),
    drawn: fc.array(draft, { minLength: 1, maxLength: 10, size: 'max' }),
    image: fc.array(choice, { minLength: SECTORS, maxLength: SECTORS }),
    crash: fc.nat(3).map((n) => n > 0),
    refused: fc.array(fc.tuple(fc.nat(9), fc.nat(SECTORS - 1)), { maxLength: 3 }),
    twice: fc.nat(9).map((n) => n === 0),
    stride: fc.constantFrom(1, 1, 7),
    apart: fc.boolean(),
  })
  .map((parts) => {
    const drafts = parts.drawn.map((d) => ({ ...d, kind: parts.theme[d.kind % parts.theme.length] }));
    const times = timesOf(drafts);
    const bare = drafts.map((draftOp, i) => operation(draftOp, i, times, parts.stride, parts.apart));
    const ops = bare.map((op, i) => withVersions(op, drafts[i], bare));
    const image = parts.image.flatMap((c, x) => {
      const version = pick(c, x, bare);
      return version === -1 ? [] : [[x, version] as const];
    });
    const known = parts.refused.filter(([i]) => i < ops.length);
    return {
      format: 'blkfuzz.history/1',
      sectors: SECTORS,
      atomicSectors: 1,
      ops,
      crash: parts.crash ? { at: 1000 } : null,
      image,
      ...(known.length === 0 ? {} : { refused: known.map(([i, x]) => [ops[i].id, x] as const) }),
      ...(parts.twice ? { twice: [ops[0].id] } : {}),
    };
  });

/** Distinct times with gaps, in the order of the drafts' begins and ends. */
function timesOf(drafts: readonly Draft[]): Map<string, number> {
  const events = drafts.flatMap(({ begin, length, early }, i) => {
    const end = begin + length + 1;
    return [
      { key: `submit ${i}`, time: early ? end : begin, second: early },
      { key: `complete ${i}`, time: early ? begin : end, second: !early },
    ];
  });
  const order = events.toSorted((a, b) => a.time - b.time || Number(a.second) - Number(b.second));
  return new Map(order.map(({ key }, i) => [key, 3 * i + 1]));
}

function operation(d: Draft, i: number, times: Map<string, number>, stride: number, apart: boolean): OperationDocument {
  const open = d.fate === 'open' || d.fate === 'refused';
  const status = d.fate === 'open' ? null : d.fate === 'refused' ? 'eio' : d.fate;
  return {
    id: stride * i,
    kind: d.kind,
    thread: 0,
    ...(d.kind === 'bufwrite' || d.kind.endsWith('sync') ? { file: d.file } : {}),
    ...range(d, apart),
    submit: times.get(`submit ${i}`)!,
    complete: open ? null : times.get(`complete ${i}`)!,
    status,
  };
}

function range(d: Draft, apart: boolean): { sector?: number; count?: number } {
  if (d.kind === 'flush' || d.kind.endsWith('sync')) return {};
  if (d.kind === 'barrier' && d.count < 2) return d.count === 0 ? {} : { count: 0 };
  // Most workloads keep files and direct writes apart; the rules hold for the others too.
  const [low, high] = !apart ? [0, SECTORS] : d.kind === 'bufwrite' ? [4 + d.file, 5 + d.file] : [0, 4];
  const sector = low + (d.sector % (high - low));
  return { sector, count: Math.min(1 + (d.count % 3), high - sector) };
}

function withVersions(op: OperationDocument, d: Draft, ops: readonly OperationDocument[]): OperationDocument {
  if (op.kind !== 'read' || op.status !== 'ok') return op;
  const earlier = ops.filter((other) => other.submit < op.submit);
  const versions = Array.from({ length: op.count! }, (_, i) => pick(d.versions[i], op.sector! + i, earlier));
  return { ...op, versions };
}

/** Mostly the latest write to the sector, often any write to it or nothing, now and then what should never be there. */
function pick(drawn: number, x: number, ops: readonly OperationDocument[]): DocumentVersion {
  const sort = drawn % 60;
  const index = Math.floor(drawn / 60);
  const here = ops
    .filter((op) => op.count !== undefined && op.sector !== undefined && op.sector <= x && x < op.sector + op.count)
    .filter((op) => op.kind !== 'discard' && op.kind !== 'read')
    .toSorted((a, b) => a.submit - b.submit);
  if (sort < 30) return here.at(-1)?.id ?? -1;
  if (sort < 48) return here.length === 0 ? -1 : here[index % here.length].id;
  if (sort < 57) return -1;
  if (sort === 57) return ops.length === 0 ? 5000 : ops[index % ops.length].id;
  return index % 4 === 3 ? 5000 : MARKERS[index % 4];
}
