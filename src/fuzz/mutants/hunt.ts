/**
 * Hunts a mutant: runs on its stack, from several seeds, until something is violated. Nothing here knows what a mutant
 * does; it is found because a guarantee breaks, like any other bug.
 */
import { assert } from '../../base/assert.ts';
import type { Case } from '../../case/case.ts';
import { GUARANTEES, type Guarantee, VERDICT } from '../../contract/guarantees.ts';
import { caseOfRun } from '../found.ts';
import { replayCase } from '../replay.ts';
import type { WorkloadKind } from '../../guest/arbitrary/constraints.ts';
import { compileWorkload } from '../../guest/program.ts';
import type { DiskConfig } from '../../stack/config.ts';
import type { Mutant } from '../../stack/mutants.ts';
import { Runner } from '../runner.ts';
import { shrinkCase } from '../shrink.ts';
import { actionName } from '../../stack/actions.ts';
import type { PlantedRow } from './catalogue.ts';
import type { Trial } from './row.ts';

export interface HuntOptions {
  /** Seed number k is called `<seed>.<k>`, from 1. */
  readonly seed: string;
  readonly seedCount: number;
  /** Runs of a seed at most. */
  readonly runsMax: number;
  /** Version of blkfuzz, for the cases. */
  readonly version: string;
}

/** The first run of a seed that violated something. */
export interface Kill {
  readonly seed: string;
  readonly run: number;
  /** The row's own guarantee if it broke, else the first that did. */
  readonly guarantee: Guarantee;
  /** Time that it took, by the caller's clock. */
  readonly milliseconds: number;
}

/** A shrunk case that breaks, and the same without the mutant. */
export interface Twins {
  readonly broken: Case;
  readonly sound: Case;
}

export interface Hunt {
  /** One for each seed that found it, in order. */
  readonly kills: readonly Kill[];
  /** The engine has done otherwise than without the mutant at least once. */
  readonly isReached: boolean;
  /** Of the first kill. */
  readonly twins: Twins | null;
}

/** @param clock milliseconds; what is found doesn't depend on it. */
export function hunt(row: PlantedRow, options: HuntOptions, clock: () => number = () => 0): Hunt {
  const kills: Kill[] = [];
  let isReached = false;
  let twins: Twins | null = null;
  for (let k = 1; k <= options.seedCount; k++) {
    const seed = `${options.seed}.${k}`;
    const runner = runnerOf(row.trial, seed, { mutant: row.id });
    const begun = clock();
    const found = killOf(row, runner, options.runsMax);
    const milliseconds = clock() - begun;
    isReached ||= runner.stack.parts.planted.reachedCount > 0;
    if (found === null) continue;
    kills.push({ seed, ...found, milliseconds });
    twins ??= twinsOf(row, runner, kills[0], options.version);
  }
  return { kills, isReached, twins };
}

/** What a run of a trial has other than its row says. */
interface Variation {
  /** Null: without it. */
  readonly mutant: Mutant | null;
  readonly kinds?: readonly WorkloadKind[];
  readonly apart?: boolean;
  readonly disk?: Partial<DiskConfig>;
}

/** The runner of a trial. */
export function runnerOf(trial: Trial, seed: string, { mutant, disk, ...guest }: Variation): Runner {
  const { stack, workload, ...rest } = trial;
  const program = workload === undefined ? {} : { program: compileWorkload(workload, stack.disk.sectors) };
  const planted = { ...stack, disk: { ...stack.disk, ...disk }, ...(mutant === null ? {} : { mutant }) };
  return new Runner({ seed, stack: planted, check: 'exact', ...rest, ...program, ...guest });
}

function killOf(row: PlantedRow, runner: Runner, runsMax: number): Pick<Kill, 'run' | 'guarantee'> | null {
  for (let run = 0; run < runsMax; run++) {
    runner.run(run);
    const guarantee = violated(row.guarantee, runner.code);
    if (guarantee !== null) return { run, guarantee };
  }
  return null;
}

/** Where data goes to the wrong place only integrity counts: the exact check takes every version to be at its own. */
function violated(expected: Guarantee, code: Uint8Array): Guarantee | null {
  if (code[GUARANTEES.indexOf(expected)] === VERDICT.violated) return expected;
  if (expected === 'integrity') return null;
  return GUARANTEES[code.indexOf(VERDICT.violated)] ?? null;
}

function twinsOf({ id, trial }: PlantedRow, runner: Runner, { seed, run, guarantee }: Kill, version: string): Twins {
  const workloads = trial.workload === undefined ? runner.workloads! : [trial.workload];
  const whole = caseOfRun(runner, run, version, workloads, guarantee);
  const small = shrinkCase(whole, guarantee).case;
  const broken: Case = { ...small, name: `${id}-broken` };
  const found = trial.guest === undefined ? soundTwin(broken) : soundGuest(broken, trial, seed, run);
  return { broken, sound: confirmed(found, id) };
}

/** The same operations and schedule without the mutant, judged by every image: nothing may be violated. */
function soundTwin(broken: Case): Case {
  const { mutant: _, ...stack } = broken.stack;
  const { step } = broken.crash ?? {};
  const { crash: _crash, expect: _expect, ...rest } = broken;
  return { ...rest, stack, ...(step === undefined ? {} : { crash: { step } }) };
}

/** A bug of the guest is in what it wrote: the same run of the guest without it, judged at its end by every image. */
function soundGuest(broken: Case, { stack, ...rest }: Trial, seed: string, run: number): Case {
  const runner = new Runner({ seed, stack, check: 'exact', ...rest });
  runner.run(run);
  assert(
    runner.code.every((code) => code !== VERDICT.violated),
    'without its bug the guest keeps every promise',
  );
  const schedule = Array.from(runner.schedule.subarray(0, runner.stepCount), actionName);
  const { expect: _, ...common } = broken;
  return { ...common, stack, guests: runner.workloads!, schedule, crash: { step: runner.stepCount } } as Case;
}

function confirmed(found: Case, id: string): Case {
  const twin: Case = { ...found, name: `${id}-sound` };
  const { verdicts } = replayCase(twin);
  const worst = GUARANTEES.find((guarantee) => verdicts[guarantee] === 'violated');
  assert(worst === undefined, `without ${id} its case holds ${worst}`);
  return { ...twin, expect: verdicts };
}
