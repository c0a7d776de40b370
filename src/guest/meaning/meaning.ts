/**
 * What a program means to a guest with transactions: its roles, arranged for recovery and for the promise. Transactions
 * are counted in the order in which they commit; "the first k" are transactions 0 .. k-1 of the list.
 * Left out: checksums but for the write-ahead log's, revoke records, and a guest that reacts to what it hears (programs
 * are static, so one that hears of an error goes on; its promise is then void).
 */
import { type History, KIND, STATUS } from '../../base/history.ts';
import type { GuestName, Role } from '../operation.ts';
import type { Program } from '../program.ts';

/** A write of a transaction. */
export interface Written {
  readonly op: number;
  readonly sector: number;
  /** The block whose content it carries, or -1: a descriptor, a record. */
  readonly block: number;
}

export interface Transaction {
  readonly tx: number;
  /** Everything up to its commit. */
  readonly ops: readonly number[];
  /** Copies in the log and what describes them, or blocks in new places. */
  readonly body: readonly Written[];
  /** The commit record, or the roots. */
  readonly records: readonly Written[];
  /** A flush or fsync that the guest was told by; empty: it was told once all of it had completed. */
  readonly syncs: readonly number[];
}

export interface Meaning {
  readonly guest: GuestName;
  readonly program: Program;
  readonly transactions: readonly Transaction[];
  readonly blocks: readonly number[];
  /** Where a record of the log's beginning may be. */
  readonly tailSectors: readonly number[];
  /** Where a root may be. */
  readonly rootSectors: readonly number[];
  /** By sector, the counts of the transactions whose ordered data it takes, ascending. */
  readonly data: ReadonlyMap<number, readonly number[]>;
  /** By block, the counts of the transactions that change it, ascending. */
  readonly changes: ReadonlyMap<number, readonly number[]>;
}

/** Null: the program promises nothing of its own. */
export function meaningOf(program: Program): Meaning | null {
  const { guest, roles } = program;
  if (guest === null) return null;
  const ops = roles.flatMap((role, op) => (role === null ? [] : [{ op, role }]));
  const transactions = [...new Set(ops.filter(({ role }) => isOwn(role)).map(({ role }) => role.tx))]
    .sort((a, b) => a - b)
    .map((tx) => transactionOf(program, tx, ops));
  const sectorsOf = (part: Role['part']): number[] => [
    ...new Set(
      ops.filter(({ op, role }) => role.part === part && program.count[op] > 0).map(({ op }) => program.sector[op]),
    ),
  ];
  const data = new Map<number, number[]>();
  const changes = new Map<number, number[]>();
  transactions.forEach(({ tx, body }, index) => {
    for (const { block } of body) if (block >= 0) add(changes, block, index + 1);
    for (const { op, role } of ops)
      if (role.part === 'data' && role.tx === tx && program.count[op] > 0) add(data, program.sector[op], index + 1);
  });
  const blocks = [...changes.keys()];
  return {
    guest,
    program,
    transactions,
    blocks,
    tailSectors: sectorsOf('tail'),
    rootSectors: sectorsOf('root'),
    data,
    changes,
  };
}

/** The count of the transactions up to the one with this number; of a tail, those that the log no longer holds. */
export function countUpTo({ transactions }: Meaning, tx: number): number {
  return transactions.filter((transaction) => transaction.tx <= tx).length;
}

/** How many first transactions the guest has been told of; -1: it has heard of an error, and nothing is promised. */
export function acknowledged({ transactions, program }: Meaning, history: History): number {
  for (let op = 0; op < program.opCount; op++)
    if (program.roles[op] !== null && history.status[op] > STATUS.ok) return -1;
  const isDone = (op: number): boolean => history.complete[op] !== 0;
  const isTold = ({ ops, records, syncs }: Transaction): boolean =>
    syncs.length > 0 ? syncs.some(isDone) : records.length > 0 && ops.every(isDone);
  return transactions.findLastIndex(isTold) + 1;
}

function transactionOf(program: Program, tx: number, ops: readonly { op: number; role: Role }[]): Transaction {
  const own = ops.filter(({ role }) => role.tx === tx);
  const written = (...parts: Role['part'][]): Written[] =>
    own
      .filter(({ op, role }) => parts.includes(role.part) && program.count[op] > 0)
      .map(({ op, role }) => ({ op, sector: program.sector[op], block: role.block ?? -1 }));
  const syncs = own.filter(({ op, role }) => (role.part === 'commit' || role.part === 'root') && isSync(program, op));
  return {
    tx,
    ops: own.filter(({ role }) => isOwn(role)).map(({ op }) => op),
    body: written('log', 'block'),
    records: written('commit', 'root'),
    syncs: syncs.map(({ op }) => op),
  };
}

function isOwn({ part }: Role): boolean {
  return part !== 'home' && part !== 'tail';
}

function isSync({ kind }: Program, op: number): boolean {
  return kind[op] === KIND.flush || kind[op] === KIND.fsync || kind[op] === KIND.fdatasync;
}

function add(lists: Map<number, number[]>, key: number, value: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else if (list.at(-1) !== value) list.push(value);
}
