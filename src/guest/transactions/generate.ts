/** Workloads of the guests with transactions, out of a run's own random stream: one thread of transactions, and others that disturb it. */
import * as fc from 'fast-check';
import { BlkfuzzError } from '../../base/errors.ts';
import type { RandomStream } from '../../base/random.ts';
import type { Planted } from '../../stack/mutants.ts';
import { below, chance } from '../arbitrary/draws.ts';
import { generatorOf } from '../arbitrary/generate.ts';
import type { GuestName, Operation, Workload } from '../operation.ts';
import { CowWriter, COW_SECTORS_MIN } from './cow.ts';
import { Draft, type Shape } from './draft.ts';
import { JournalWriter, JOURNAL_SECTORS_MIN } from './journal.ts';
import { WalWriter, WAL_SECTORS_MIN } from './wal.ts';

interface Writer {
  readonly sectorEnd: number;
  thread(): Operation[];
}

/** Sectors that the smallest layout of each guest takes. */
const SECTORS_MIN: Readonly<Record<GuestName, number>> = {
  jbd: JOURNAL_SECTORS_MIN,
  reiserfs: JOURNAL_SECTORS_MIN,
  wal: WAL_SECTORS_MIN,
  cow: COW_SECTORS_MIN,
};
/** One operation in so many is one that disturbs. */
const DISTURBING = 6;

/**
 * The workload that `stream` leads to: roughly `ops` operations, whole transactions. A mutant moves no draw, but for how many transactions fit.
 * @throws BlkfuzzError `usage`: too few sectors.
 */
export function generateTransactions(
  guest: GuestName,
  stream: RandomStream,
  { ops, threads, sectors }: Shape,
  planted: Planted,
): Workload {
  if (sectors < SECTORS_MIN[guest])
    throw new BlkfuzzError(
      'usage',
      `sectors is ${sectors}, expected at least ${SECTORS_MIN[guest]} for guest ${guest}`,
    );
  const random = new fc.Random(generatorOf(stream));
  const disturbing = threads > 1 && chance(random, 4) ? Math.floor(ops / DISTURBING) : 0;
  const draft = new Draft(random, planted, ops - disturbing);
  const writer = writerOf(guest, draft, sectors);
  const own = writer.thread();
  const free = sectors - writer.sectorEnd;
  if (disturbing === 0 || free === 0) return { guest, threads: [own] };
  return { guest, threads: [own, disturb(random, disturbing, writer.sectorEnd, free)] };
}

function writerOf(guest: GuestName, draft: Draft, sectors: number): Writer {
  switch (guest) {
    case 'jbd':
      return new JournalWriter(draft, true, sectors);
    case 'reiserfs':
      return new JournalWriter(draft, false, sectors);
    case 'wal':
      return new WalWriter(draft, sectors);
    case 'cow':
      return new CowWriter(draft, sectors);
  }
}

/** Writes and reads that are no part of any transaction. */
function disturb(random: fc.Random, count: number, sector: number, free: number): Operation[] {
  return Array.from({ length: count }, () => ({
    op: chance(random, 6) ? ('write' as const) : ('read' as const),
    sector: sector + below(random, free),
    count: 1,
  }));
}
