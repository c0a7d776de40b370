/**
 * What a guest with transactions promises: after recovery its blocks are those that some first k transactions leave, and
 * every one that it was told of is among these. Which counts k an image allows is a set, a bit each; a block or a sector
 * of ordered data allows some, and the promise is broken where they have none in common.
 */
import type { History } from '../../base/history.ts';
import { assert } from '../../base/assert.ts';
import { TRANSACTIONS_MAX } from '../operation.ts';
import { acknowledged, type Meaning } from './meaning.ts';
import { contentOf, type Found, recover, sourceOf } from './recovery.ts';

/** Something that the state is made of. */
export interface Demand {
  /** -1: nothing is read. */
  readonly sector: number;
  /** The counts that a version there allows, a bit each. */
  readonly allowed: (version: number) => number;
  /** The block or the sector of data. */
  readonly block: number;
  /** The counts at which its content changes, ascending. */
  readonly changes: readonly number[];
}

/** Who broke the promise, in operations; -1: nobody. */
export interface Broken {
  readonly by: number;
  readonly lost: number;
  readonly sector: number;
}

/** The counts that the guest's knowledge allows; 0: nothing is promised. */
export function countsAllowed(meaning: Meaning, history: History): number {
  const told = acknowledged(meaning, history);
  const { transactions } = meaning;
  assert(transactions.length <= TRANSACTIONS_MAX, 'the counts of transactions fit a word');
  if (told < 0) return 0;
  const begun = transactions.findLastIndex(({ records }) => records.some(({ op }) => history.submit[op] > 0));
  return range(told, Math.max(told, begun + 1));
}

/** What recovery's state is made of. */
export function demandsOf(meaning: Meaning, found: Found): Demand[] {
  const blocks = meaning.blocks.map((block): Demand => {
    const changes = meaning.changes.get(block)!;
    const source = sourceOf(meaning, found, block);
    const inPlace = source?.inPlace ?? true;
    const allowed = (version: number): number =>
      countsOfContent(meaning, changes, contentOf(meaning, block, version, inPlace));
    return { sector: source?.sector ?? -1, allowed, block, changes };
  });
  const data = [...meaning.data].map(([sector, changes]): Demand => {
    const allowed = (version: number): number => {
      const role = version < 0 ? null : meaning.program.roles[version];
      const count = role?.part === 'data' ? meaning.transactions.findIndex(({ tx }) => tx === role.tx) + 1 : 0;
      const next = changes.find((change) => change > count) ?? meaning.transactions.length + 1;
      return range(0, next - 1);
    };
    return { sector, allowed, block: sector, changes };
  });
  return [...blocks, ...data];
}

/** Judges one image; null: the promise holds. @param allowed not 0. */
export function judgePromise(meaning: Meaning, allowed: number, image: Int32Array): Broken | null {
  const recovery = recover(meaning);
  let step = recovery.next();
  while (step.done !== true) step = recovery.next(image[step.value]);
  const demands = demandsOf(meaning, step.value);
  const masks = demands.map((demand) => demand.allowed(demand.sector < 0 ? -1 : image[demand.sector]));
  if (masks.reduce((left, mask) => left & mask, allowed) !== 0) return null;
  return blame(meaning, allowed, demands, masks);
}

/** Of the counts that most agree on the largest, and the first of what doesn't agree. */
function blame(meaning: Meaning, allowed: number, demands: readonly Demand[], masks: readonly number[]): Broken {
  const { transactions } = meaning;
  let best = { count: 0, agree: -1 };
  for (let count = 0; count <= transactions.length; count++) {
    if (((allowed >>> count) & 1) === 0) continue;
    const agree = masks.filter((mask) => ((mask >>> count) & 1) === 1).length;
    if (agree >= best.agree) best = { count, agree };
  }
  const demand = demands[masks.findIndex((mask) => ((mask >>> best.count) & 1) === 0)];
  const change = demand.changes.findLast((count) => count <= best.count) ?? demand.changes[0];
  const { tx, body, records, syncs } = transactions[change - 1];
  const by = syncs.at(-1) ?? records.at(-1)?.op ?? -1;
  const missing = missingAt(meaning, demand, tx);
  if (missing >= 0) return { by, lost: missing, sector: demand.sector };
  const copy = body.find((written) => written.block === demand.block) ?? records.at(-1);
  return { by, lost: copy?.op ?? -1, sector: copy?.sector ?? -1 };
}

/** The last operation that put what the transaction wants where recovery looks for it, or -1. */
function missingAt({ program }: Meaning, { sector, block }: Demand, tx: number): number {
  return program.roles.findLastIndex(
    (role, op) => role?.tx === tx && program.sector[op] === sector && (role.part === 'data' || role.block === block),
  );
}

/** The counts at which the block's content is that of transaction number `content`. */
function countsOfContent({ transactions }: Meaning, changes: readonly number[], content: number): number {
  if (content !== 0 && !changes.includes(content)) return 0;
  const next = changes.find((change) => change > content) ?? transactions.length + 1;
  return range(content, next - 1);
}

/** Bits `from` to `to`, both included. */
function range(from: number, to: number): number {
  return to < from ? 0 : (2 ** (to + 1) - 2 ** from) | 0;
}
