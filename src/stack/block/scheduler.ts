/** What a queue asks of an I/O scheduler (facts.md §7). */
import type { KeyBytes } from '../key/bytes.ts';
import type { RequestKey } from '../key/requests.ts';

export interface IoScheduler {
  reset(): void;
  writeKey(key: KeyBytes, names: RequestKey): void;
  add(rq: number): void;
  /** Moves one request to the dispatch FIFO (all of them when forced); false when it had none. */
  dispatch(force: boolean): boolean;
  /** The request a bio ending at `endSector` may be merged in front of, or NIL. */
  frontMerge(endSector: number, flags: number): number;
  /** The request that `sector` directly follows, or NIL. */
  backMerge(sector: number): number;
  /** Neighbours in the scheduler's own order, or NIL: candidates for a merge of two requests. */
  latter(rq: number): number;
  former(rq: number): number;
  /** The request's first sector has changed. */
  frontMerged(rq: number): void;
  /** `gone` was merged into `rq` and leaves the scheduler. */
  absorbed(rq: number, gone: number): void;
  /** The deadline of a direction (0 read, 1 write) has passed; true when that could change anything. */
  mayExpire(direction: number): boolean;
  expire(direction: number): void;
}
