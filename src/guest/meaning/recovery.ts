/**
 * How a guest finds its state after power loss, from what the sectors hold and nothing else. With a log: read where it
 * begins, go from transaction to transaction as long as the next one's commit record stands, and take each block from its
 * newest copy among these, else from its place. With roots: take the newest that stands, and each block from where it says.
 * Trusting a commit record is all that journals of the time did; the write-ahead log has checksums, so that a
 * transaction counts only when all of it stands.
 */
import type { Meaning, Transaction, Written } from './meaning.ts';
import { countUpTo } from './meaning.ts';

/** What recovery has come to: the first `end` transactions, those from `first` on out of the log. */
export interface Found {
  readonly first: number;
  readonly end: number;
}

/** Asks for the version of one sector after the other. */
export type Recovery = Generator<number, Found, number>;

/** A place to take a block's content from. */
export interface Source {
  readonly sector: number;
  /** It is the block's place, whose initial content is that of the device; any other has never held the block. */
  readonly inPlace: boolean;
}

export function recover(meaning: Meaning): Recovery {
  return meaning.guest === 'cow' ? findRoot(meaning) : scanLog(meaning);
}

/** The source of a block; null: nothing ever wrote it. */
export function sourceOf({ guest, transactions }: Meaning, { first, end }: Found, block: number): Source | null {
  const from = guest === 'cow' ? 0 : first;
  for (let i = end - 1; i >= from; i--) {
    const copy = transactions[i].body.find((written) => written.block === block);
    if (copy !== undefined) return { sector: copy.sector, inPlace: false };
  }
  return guest === 'cow' ? null : { sector: block, inPlace: true };
}

/** Which transaction's content of the block a version is, counted from 1; 0: the initial one, -1: none. */
export function contentOf(meaning: Meaning, block: number, version: number, inPlace: boolean): number {
  if (version < 0) return version === -1 && inPlace ? 0 : -1;
  const role = meaning.program.roles[version] ?? null;
  const carries = role !== null && role.block === block && role.part !== 'data';
  return carries ? countUpTo(meaning, role.tx) : -1;
}

function* scanLog(meaning: Meaning): Recovery {
  const { transactions, tailSectors, program } = meaning;
  let first = 0;
  for (const sector of tailSectors) {
    const role = program.roles[yield sector] ?? null;
    if (role?.part === 'tail') first = Math.max(first, countUpTo(meaning, role.tx - 1));
  }
  let end = first;
  while (end < transactions.length && (yield* isWhole(meaning, transactions[end]))) end++;
  return { first, end };
}

function* isWhole({ guest }: Meaning, { body, records }: Transaction): Generator<number, boolean, number> {
  if (records.length === 0) return false;
  const checked = guest === 'wal' ? body : body.filter(({ block }) => block < 0);
  for (const { op, sector } of [...records, ...checked]) if ((yield sector) !== op) return false;
  return true;
}

function* findRoot({ transactions, rootSectors }: Meaning): Recovery {
  const versions = new Map<number, number>();
  for (const sector of rootSectors) versions.set(sector, yield sector);
  const stands = ({ op, sector }: Written): boolean => versions.get(sector) === op;
  const end = 1 + transactions.findLastIndex(({ records }) => records.some(stands));
  return { first: 0, end };
}
