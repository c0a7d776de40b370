/**
 * The table of the main job: backend blkback, power scope, the defaults, 20,000 runs a cell. What it comes to was found
 * by an independent simulation written from the same pages; a difference is to be explained, never bent.
 */
import { expect, test } from 'vitest';
import {
  GUARANTEES,
  type Guarantee,
  VERDICT_NAMES,
  type VerdictName,
  mergeWorse,
} from '../../dist/contract/guarantees.js';
import { Runner } from '../../dist/fuzz/runner.js';
import { type DiskConfig, MODES, type Mode, STACK_DEFAULT, type StackConfig } from '../../dist/stack/config.js';

const RUNS = 20_000;

const FLUSHES_LOST: Guarantee[] = [
  'empty-barrier-order',
  'empty-barrier-durability',
  'flush-durability',
  'fsync-durability',
  'fua-durability',
];
/** What a volatile cache without flushes loses, by mode; every other mode holds. */
const VIOLATED: Partial<Record<Mode, Guarantee[]>> = {
  none: ['fsync-durability', 'fua-durability'],
  drain: FLUSHES_LOST,
  tag: FLUSHES_LOST,
};
/** Mode none refuses barriers and flushes, so nothing about them can break. */
const REFUSED: Guarantee[] = [
  'barrier-order',
  'barrier-durability',
  'empty-barrier-order',
  'empty-barrier-durability',
  'flush-durability',
];

/** Worst verdict per guarantee over `runs` runs of a stack. */
export function worstOf(
  stack: StackConfig,
  runs: number,
  scope: 'power' | 'host' = 'power',
): Record<Guarantee, VerdictName> {
  const runner = new Runner({ seed: 'table', stack, scope, ops: 32, threads: 2, check: 'sample' });
  const worst = new Uint8Array(GUARANTEES.length);
  for (let index = 0; index < runs; index++) {
    runner.run(index);
    mergeWorse(worst, runner.code);
  }
  const named = GUARANTEES.map((guarantee, row) => [guarantee, VERDICT_NAMES[worst[row]]]);
  return Object.fromEntries(named) as Record<Guarantee, VerdictName>;
}

export function violatedOf(verdicts: Record<Guarantee, VerdictName>): Guarantee[] {
  return GUARANTEES.filter((guarantee) => verdicts[guarantee] === 'violated');
}

/** Tests of one column of the table: every mode over this disk. */
export function testColumn(title: string, disk: Partial<DiskConfig>): void {
  const isVolatile = disk.cache === 'writeback';
  for (const mode of MODES) {
    test(`${title}, mode ${mode}: what the table says, over ${RUNS} runs`, () => {
      const verdicts = worstOf({ ...STACK_DEFAULT, mode, disk: { ...STACK_DEFAULT.disk, ...disk } }, RUNS);
      expect(violatedOf(verdicts)).toEqual(isVolatile ? (VIOLATED[mode] ?? []) : []);
      const notApplicable = GUARANTEES.filter((guarantee) => verdicts[guarantee] === 'n/a');
      expect(notApplicable).toEqual([...(mode === 'none' ? REFUSED : []), 'error-honesty', 'guest-promise']);
    });
  }
  test(`${title}, mode tag-flush on 2.6.36: liveness is violated by every run with a payload barrier`, () => {
    const config = {
      ...STACK_DEFAULT,
      mode: 'tag-flush',
      kernel: '2.6.36',
      disk: { ...STACK_DEFAULT.disk, ...disk },
    } as const;
    expect(violatedOf(worstOf(config, RUNS))).toEqual(['liveness']);
    const { withBarrier, wedged } = wedges(config, 2000);
    expect(withBarrier).toBeGreaterThan(100);
    expect(wedged).toBe(withBarrier);
  });
}

/** Runs without power loss: how many have a payload barrier that was submitted, and how many of those never end. */
function wedges(stack: StackConfig, runs: number): { withBarrier: number; wedged: number } {
  const runner = new Runner({ seed: 'table', stack, scope: 'power', ops: 32, threads: 2, check: 'sample' });
  const liveness = GUARANTEES.indexOf('liveness');
  let withBarrier = 0;
  let wedged = 0;
  for (let index = 0; index < runs; index++) {
    runner.run(index);
    if (runner.crashed) continue;
    const { kind, count, submit, opCount } = runner.stack.history;
    const submitted = (op: number): boolean => kind[op] === 2 && count[op] > 0 && submit[op] > 0;
    const barrier = Array.from({ length: opCount }, (_, op) => op).some(submitted);
    if (barrier) withBarrier++;
    const violated = VERDICT_NAMES[runner.code[liveness]] === 'violated';
    expect(violated).toBe(barrier);
    if (violated) wedged++;
  }
  return { withBarrier, wedged };
}
