/** The operations of a guest as a person writes them (contract.md), what they mean to a guest with a promise of its own, and a workload made of them. */

/** Guests that mean something (docs/guests.md); a workload of none of them is the free mix. */
export const GUESTS = ['jbd', 'reiserfs', 'wal', 'cow'] as const;
export type GuestName = (typeof GUESTS)[number];

/** The highest number of a transaction; sets of their counts fit a word. */
export const TRANSACTIONS_MAX = 30;

/**
 * What an operation is part of: ordered data, a copy in the log, the commit record, a checkpoint's write in place, the
 * record of where the log begins; or a block in a new place and a root that names it. A wait or a flush has the part
 * that it belongs to.
 */
export const PARTS = ['data', 'log', 'commit', 'home', 'tail', 'block', 'root'] as const;
export type Part = (typeof PARTS)[number];

/** What an operation means to its guest; recovery goes by it. */
export interface Role {
  readonly part: Part;
  /** The transaction, from 1 in the order in which they commit; of a `tail`: the first that the log still holds. */
  readonly tx: number;
  /** The block whose content it carries: with a log its sector in place, with roots its number. */
  readonly block?: number;
}

export type Operation = (
  | { readonly op: 'write' | 'fua' | 'discard' | 'read'; readonly sector: number; readonly count: number }
  /** With count 0 an empty barrier, and then without a sector. */
  | { readonly op: 'barrier'; readonly sector?: number; readonly count: number }
  | { readonly op: 'flush' }
  | { readonly op: 'bufwrite'; readonly file: number; readonly sector: number; readonly count: number }
  | { readonly op: 'fsync' | 'fdatasync'; readonly file: number }
  /** Waits for the thread's own asynchronous operations; takes no operation id. */
  | { readonly op: 'wait' }
) & { readonly role?: Role };

/** One guest: what each of its threads does, one operation after the other. */
export interface Workload {
  /** Whose promise the roles make; left out: nobody's. */
  readonly guest?: GuestName;
  readonly threads: readonly (readonly Operation[])[];
}
