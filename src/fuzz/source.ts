/** Where the workloads of runs come from: drawn from the seed, or a recorded stream. */
import { fork } from '../base/random.ts';
import { generateWorkload } from '../guest/arbitrary/generate.ts';
import type { Workload } from '../guest/operation.ts';
import { compileGuests, type Program } from '../guest/program.ts';
import { generateTransactions } from '../guest/transactions/generate.ts';
import type { Planted } from '../stack/mutants.ts';
import type { RunSettings } from './settings.ts';

/**
 * The first runs have a workload each, since what is easy to find is found soonest by looking at much; from then on runs
 * share one, sixteen in a row, since generating it takes a good part of the time of a run.
 */
const OWN_WORKLOADS = 256;
export const RUNS_PER_WORKLOAD = 16;
export class WorkloadSource {
  /** The workload of each guest in the last run asked for; null for a recorded stream. */
  workloads: readonly Workload[] | null = null;
  private program: Program | null = null;
  private group = -1;
  private readonly settings: RunSettings;
  private readonly planted: Planted;

  constructor(settings: RunSettings, planted: Planted) {
    this.settings = settings;
    this.planted = planted;
  }

  programOf(index: number): Program {
    const { settings } = this;
    if (settings.program !== undefined) return settings.program;
    const shared = Math.floor((index - OWN_WORKLOADS) / RUNS_PER_WORKLOAD);
    const group = shared < 0 ? index : OWN_WORKLOADS + shared;
    if (group !== this.group) {
      this.workloads = this.workloadsOf(group);
      this.program = compileGuests(this.workloads, settings.stack.disk.sectors);
      this.group = group;
    }
    return this.program!;
  }

  /** Every guest has its share of the operations. */
  private workloadsOf(group: number): Workload[] {
    const { seed, ops, threads, kinds, apart, guest: name, stack } = this.settings;
    const { guests = 1, disk } = stack;
    const { sectors } = disk;
    const random = fork(seed, 'workload', group);
    if (name !== undefined) return [generateTransactions(name, random, { ops, threads, sectors }, this.planted)];
    return Array.from({ length: guests }, (_, guest) =>
      generateWorkload(random, {
        ops: guests === 1 ? ops : Math.max(1, Math.floor((ops + guests - 1 - guest) / guests)),
        threads,
        sectors,
        atomicSectors: disk.atomic === 4096 ? 8 : 1,
        ...(kinds === undefined ? {} : { kinds }),
        ...(apart === undefined ? {} : { apart }),
      }),
    );
  }
}
