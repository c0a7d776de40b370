/** What the stack asks of a backend (facts.md §12–§14): take requests from the ring, work, answer in any order. */
import type { BioClient } from '../block/state.ts';
import type { KeyBytes } from '../key/bytes.ts';
import type { PendingRequests } from './pending.ts';

export interface Backend extends BioClient {
  readonly pending: PendingRequests;
  /** The backend's thread runs: it was notified, or is not through with its last look at the ring. */
  awake: boolean;
  reset(): void;
  /** A new process in the place of the old one. @param onSameHost what belongs to the host's kernel is still there. */
  restart(onSameHost: boolean): void;
  /** A bio of the backend's has ended after its death: what belongs to the host's kernel hears of it. */
  bioOutlived(bio: number, status: number): void;
  /** Its state besides the pending requests; `nameOf` says what a ring id is called. */
  writeKey(key: KeyBytes, nameOf: (id: number) => number): void;
  /** Whether the thread could take a request now, or look for one. */
  readonly canTake: boolean;
  take(): void;
  respond(row: number): boolean;
  /** Whether work in several steps can go on (a barrier that waits, an fsync). */
  readonly canStep: boolean;
  step(): void;
}
