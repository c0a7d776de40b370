/** Cases written by hand for the reports, and replayed for real with their trace. */
import type { Case, Crash } from '../../src/case/case.ts';
import { type Replay, replayCase } from '../../src/fuzz/replay.ts';
import type { Operation } from '../../src/guest/operation.ts';
import { DISK_DEFAULT, type DiskConfig, STACK_DEFAULT, type StackConfig } from '../../src/stack/config.ts';
import { explainCase } from '../../src/report/explain.ts';
import { createStyle } from '../../src/report/style.ts';

export interface Draft {
  readonly name: string;
  readonly stack?: Partial<Omit<StackConfig, 'disk'>>;
  readonly disk?: Partial<DiskConfig>;
  readonly threads: readonly (readonly Operation[])[];
  readonly schedule?: readonly string[];
  readonly crash?: Crash;
}

export function caseOf({ name, stack, disk, threads, schedule, crash }: Draft): Case {
  return {
    format: 'blkfuzz.case/1',
    name,
    stack: { ...STACK_DEFAULT, ...stack, disk: { ...DISK_DEFAULT, ...disk } },
    scope: 'power',
    guests: [{ threads }],
    schedule: schedule ?? [],
    ...(crash === undefined ? {} : { crash }),
  };
}

export function replayed(c: Case): Replay {
  return replayCase(c, { trace: true });
}

/** The explanation without colour. */
export function explained(draft: Draft): string {
  const c = caseOf(draft);
  return explainCase(c, replayed(c), createStyle(false));
}

/** Power loss after everything has happened; the sectors named survive, all others are at their floor. */
export function lateCrash(...image: (readonly [number, number])[]): Crash {
  return { step: 1000, image };
}

export function write(sector: number, count = 1): Operation {
  return { op: 'write', sector, count };
}

export function barrier(sector: number): Operation {
  return { op: 'barrier', sector, count: 1 };
}

export const EMPTY_BARRIER: Operation = { op: 'barrier', count: 0 };
export const WAIT: Operation = { op: 'wait' };
export const FLUSH: Operation = { op: 'flush' };

/** The founding bug: in mode tag an fsync never reaches the device. */
export const TAG_FSYNC: Draft = {
  name: 'tag-fsync-lost',
  threads: [
    [
      { op: 'bufwrite', file: 1, sector: 8, count: 1 },
      { op: 'fsync', file: 1 },
    ],
  ],
  crash: lateCrash(),
};

/** One line, so that a sentence can be looked for wherever the lines break. */
export function flat(text: string): string {
  return text.replace(/\s+/g, ' ');
}
