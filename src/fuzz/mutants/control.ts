/**
 * The controls of the hunt. Nothing breaks on the stacks of the trials without their mutants: what kills a mutant is no
 * false alarm. And each guarantee earns its place: there is a mutant that nothing else gives away.
 */
import { assert } from '../../base/assert.ts';
import { GUARANTEES, type Guarantee, VERDICT } from '../../contract/guarantees.ts';
import type { WorkloadKind } from '../../guest/arbitrary/constraints.ts';
import type { DiskConfig } from '../../stack/config.ts';
import type { Mutant } from '../../stack/mutants.ts';
import type { Runner } from '../runner.ts';
import { CATALOGUE, isPlanted, type PlantedRow } from './catalogue.ts';
import { runnerOf } from './hunt.ts';

/** Runs of trials without their mutants. */
export interface Control {
  /** Mutants whose trial this is. */
  readonly ids: readonly Mutant[];
  readonly runs: number;
  readonly crashPoints: number;
  /** What was violated all the same, each with the first run. */
  readonly alarms: readonly { readonly guarantee: Guarantee; readonly run: number }[];
}

/** The trials of the rows without their mutants, each different one once. */
export function trialsOf(rows: readonly PlantedRow[]): readonly (readonly Mutant[])[] {
  const byTrial = new Map<string, Mutant[]>();
  for (const { id, trial } of rows) {
    const key = JSON.stringify(trial);
    byTrial.set(key, [...(byTrial.get(key) ?? []), id]);
  }
  return [...byTrial.values()];
}

/** @param ids mutants that share a trial. */
export function control(ids: readonly Mutant[], seed: string, runs: number): Control {
  const runner = runnerOf(plantedRow(ids[0]).trial, seed, { mutant: null });
  const alarms: { guarantee: Guarantee; run: number }[] = [];
  let crashPoints = 0;
  for (let run = 0; run < runs; run++) {
    runner.run(run);
    crashPoints += runner.crashPoints;
    for (const guarantee of violatedBy(runner))
      if (!alarms.some((alarm) => alarm.guarantee === guarantee)) alarms.push({ guarantee, run });
  }
  return { ids, runs, crashPoints, alarms };
}

/** A mutant that one guarantee alone notices, for a guest that uses these kinds of operations. */
export interface Alone {
  readonly guarantee: Guarantee;
  readonly id: Mutant;
  /** Left out: the guest of the trial does what it does. */
  readonly kinds?: readonly WorkloadKind[];
  /** Its requests share no sector, so that an older write never covers a newer one. */
  readonly apart?: true;
  readonly disk?: Partial<DiskConfig>;
}

/** A device with room for requests that share no sector. */
const APART: Partial<DiskConfig> = { sectors: 512 };

/** One for each guarantee. */
export const ALONE: readonly Alone[] = [
  { guarantee: 'barrier-order', id: 'B10', kinds: ['write', 'barrier'], apart: true, disk: APART },
  { guarantee: 'barrier-durability', id: 'D19', kinds: ['write', 'barrier'] },
  { guarantee: 'empty-barrier-order', id: 'G13', kinds: ['write', 'empty-barrier'], apart: true, disk: APART },
  { guarantee: 'empty-barrier-durability', id: 'B12', kinds: ['write', 'empty-barrier'], disk: { destage: 'fifo' } },
  { guarantee: 'flush-durability', id: 'B12', kinds: ['write', 'flush'] },
  { guarantee: 'fsync-durability', id: 'B44', kinds: ['bufwrite', 'fsync'] },
  { guarantee: 'fua-durability', id: 'B31', kinds: ['write', 'fua'] },
  { guarantee: 'integrity', id: 'G09', kinds: ['write'] },
  { guarantee: 'read-consistency', id: 'G08', kinds: ['write', 'read'] },
  { guarantee: 'liveness', id: 'D01', kinds: ['write', 'barrier'] },
  { guarantee: 'error-honesty', id: 'B13', kinds: ['write'] },
  { guarantee: 'protocol', id: 'G06', kinds: ['write'] },
  { guarantee: 'guest-promise', id: 'B26' },
];

/** What runs of a mutant come to when one guarantee is looked at, and when all the others are. */
export interface AloneReport extends Alone {
  readonly runs: number;
  /** Runs up to and including the first that violated the guarantee; null: none did. */
  readonly killedAfter: number | null;
  /** Others that were violated in some run: with the guarantee switched off the mutant would be found by them. */
  readonly others: readonly Guarantee[];
}

export function aloneReport(alone: Alone, seed: string, runs: number): AloneReport {
  const { guarantee, id, ...guest } = alone;
  const runner = runnerOf(plantedRow(id).trial, seed, { mutant: id, ...guest });
  const others = new Set<Guarantee>();
  let killedAfter: number | null = null;
  for (let run = 0; run < runs; run++) {
    runner.run(run);
    for (const name of violatedBy(runner))
      if (name !== guarantee) others.add(name);
      else killedAfter ??= run + 1;
  }
  return { ...alone, runs, killedAfter, others: GUARANTEES.filter((name) => others.has(name)) };
}

function violatedBy({ code }: Runner): Guarantee[] {
  return GUARANTEES.filter((_, row) => code[row] === VERDICT.violated);
}

function plantedRow(id: Mutant): PlantedRow {
  const row = CATALOGUE.filter(isPlanted).find((candidate) => candidate.id === id);
  assert(row !== undefined, `${id} is planted`);
  return row;
}
