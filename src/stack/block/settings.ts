/** What a block layer queue is made with: the mode and scheduler of its kernel, and what its device takes. */
import type { Mode, Scheduler } from '../config.ts';
import type { Planted } from '../mutants.ts';
import type { QueueLimits } from './state.ts';

export interface QueueSettings {
  readonly mode: Mode;
  readonly scheduler: Scheduler;
  readonly limits: QueueLimits;
  /** Kernel 2.6.36: flush singletons are FS type. */
  readonly flushIsFs: boolean;
  /** flush-fua only: the device takes FUA writes. */
  readonly hasFua: boolean;
  /** flush-fua only: the device takes flushes; else an empty one ends at once and a write is a plain one (facts.md §14). */
  readonly hasFlush: boolean;
  /** Left out: none. */
  readonly planted?: Planted;
}
