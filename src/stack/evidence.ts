/**
 * What one guest is judged by: its history, and the disk as far as it is the guest's own. Of a stack with one guest it
 * is the stack itself; several guests share a disk, and each is shown its part (group/view.ts).
 */
import type { History } from '../base/history.ts';
import type { Decoder } from './backend/decoder.ts';
import type { Bios } from './block/bios.ts';
import type { Clock } from './clock.ts';
import type { StackConfig } from './config.ts';
import type { Disk } from './disk/disk.ts';
import type { Journal } from './journal.ts';

export interface Evidence {
  readonly config: StackConfig;
  readonly history: History;
  readonly disk: Disk;
  /** The bios of the disk's commands. */
  readonly bios: Bios;
  readonly journal: Journal;
  readonly clock: Clock;
  /** What makes the guest's image of one of the disk; null: they are the same. */
  readonly decoder: Decoder | null;
  /** Where an image of the disk is built: the history's own, or one that `decode` makes it of. */
  readonly diskImage: Int32Array;
  /** Leaves in the history what the guest finds after recovery from the image of the disk. */
  decode(): void;
}
