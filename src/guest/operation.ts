/** The operations of a guest as a person writes them (contract.md, cli.md), and a workload made of them. */

export type Operation =
  | { readonly op: 'write' | 'fua' | 'discard' | 'read'; readonly sector: number; readonly count: number }
  /** With count 0 an empty barrier, and then without a sector. */
  | { readonly op: 'barrier'; readonly sector?: number; readonly count: number }
  | { readonly op: 'flush' }
  | { readonly op: 'bufwrite'; readonly file: number; readonly sector: number; readonly count: number }
  | { readonly op: 'fsync' | 'fdatasync'; readonly file: number }
  /** Waits for the thread's own asynchronous operations; takes no operation id. */
  | { readonly op: 'wait' };

/** One guest: what each of its threads does, one operation after the other. */
export interface Workload {
  readonly threads: readonly (readonly Operation[])[];
}
