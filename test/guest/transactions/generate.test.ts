import { expect, test } from 'vitest';
import { RandomStream } from '../../../src/base/random.ts';
import { meaningOf } from '../../../src/guest/meaning/meaning.ts';
import { isSound } from '../../../src/guest/meaning/sound.ts';
import {
  GUESTS,
  type GuestName,
  type Operation,
  TRANSACTIONS_MAX,
  type Workload,
} from '../../../src/guest/operation.ts';
import { compileWorkload } from '../../../src/guest/program.ts';
import { generateTransactions } from '../../../src/guest/transactions/generate.ts';
import { type Mutant, Planted } from '../../../src/stack/mutants.ts';

function workloads(guest: GuestName, count: number, sectors = 64, mutant: Mutant | null = null): Workload[] {
  const shape = { ops: 40, threads: 2, sectors };
  return Array.from({ length: count }, (_, i) =>
    generateTransactions(guest, new RandomStream(`${guest} ${i}`), shape, new Planted(mutant)),
  );
}

test.each(GUESTS)('%s writes transactions that it could have written, on small devices too', (guest) => {
  for (const sectors of [12, 13, 24, 64])
    for (const workload of workloads(guest, 50, sectors)) {
      expect(isSound(workload.threads)).toBe(true);
      const { transactions } = meaningOf(compileWorkload(workload, sectors))!;
      expect(transactions.length).toBeGreaterThan(0);
      expect(transactions.length).toBeLessThanOrEqual(TRANSACTIONS_MAX);
      for (const { body, records } of transactions) expect(Math.min(body.length, records.length)).toBeGreaterThan(0);
      const sectorsUsed = workload.threads.flat().flatMap((one) => ('sector' in one ? [one.sector ?? 0] : []));
      expect(Math.max(...sectorsUsed)).toBeLessThan(sectors);
    }
});

test.each(GUESTS)('%s uses places again, so that what was freed too early would show', (guest) => {
  const written = (operation: Operation): number[] =>
    'sector' in operation && operation.role !== undefined ? [operation.sector ?? 0] : [];
  const again = workloads(guest, 20).filter(({ threads }) => {
    const sectors = threads.flat().flatMap(written);
    return new Set(sectors).size < sectors.length;
  });
  expect(again.length).toBeGreaterThan(15);
});

test('too few sectors are refused in a line', () => {
  expect(() => workloads('jbd', 1, 11)).toThrow('sectors is 11, expected at least 12 for guest jbd');
});

test.each<[Mutant, GuestName]>([
  ['B24', 'jbd'],
  ['B25', 'jbd'],
  ['B26', 'jbd'],
  ['B27', 'cow'],
  ['B28', 'wal'],
  ['B30', 'jbd'],
  ['B40', 'wal'],
  ['D20', 'jbd'],
])(
  '%s changes what %s writes, and only by its deviation: the same transactions of the same blocks',
  (mutant, guest) => {
    const blocksOf = (workload: Workload): (readonly number[])[] =>
      meaningOf(compileWorkload(workload, 64))!.transactions.map(({ body }) => body.map(({ block }) => block));
    const sound = workloads(guest, 20);
    const planted = workloads(guest, 20, 64, mutant);
    expect(planted).not.toEqual(sound);
    planted.forEach((workload, i) => {
      const common = Math.min(blocksOf(workload).length, blocksOf(sound[i]).length);
      expect(blocksOf(workload).slice(0, common)).toEqual(blocksOf(sound[i]).slice(0, common));
    });
  },
);

test('a log that is written over, a tail that moves too far and a live block written over are noticed', () => {
  const write = (sector: number, role: Operation['role']): Operation => ({
    op: 'write',
    sector,
    count: 1,
    role: role!,
  });
  const log = write(1, { part: 'log', tx: 1, block: 5 });
  const commit = write(2, { part: 'commit', tx: 1 });
  const home = write(5, { part: 'home', tx: 1, block: 5 });
  const tail = write(0, { part: 'tail', tx: 2 });
  const again = write(1, { part: 'log', tx: 2, block: 5 });
  expect(isSound([[log, commit, home, tail, again]])).toBe(true);
  expect(isSound([[log, commit, home, again]])).toBe(false);
  expect(isSound([[log, commit, tail]])).toBe(false);
  expect(isSound([[log, home, commit]])).toBe(false);
  const place = (sector: number, tx: number): Operation => write(sector, { part: 'block', tx, block: 0 });
  const root = (tx: number): Operation => write(0, { part: 'root', tx });
  expect(isSound([[place(4, 1), root(1), place(5, 2), root(2), place(4, 3)]])).toBe(true);
  expect(isSound([[place(4, 1), root(1), place(4, 2)]])).toBe(false);
});
