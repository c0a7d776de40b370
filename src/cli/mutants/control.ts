/** `blkfuzz mutants --control`: what the hunt is worth. Nothing breaks without a mutant, and no guarantee is one too many. */
import { availableParallelism } from 'node:os';
import { EXIT } from '../../base/errors.ts';
import { controlAll, type Controls } from '../../campaign/controls.ts';
import { openPool } from '../../campaign/pool.ts';
import { isPlanted } from '../../fuzz/mutants/catalogue.ts';
import { controlsDocument, controlsMarkdown, controlsText, isClean } from '../../report/mutants/controls.ts';
import { Progress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import type { MutantsOptions } from './options.ts';
import type { MutantsPlan } from './plan.ts';

/** Exit code 1: something broke without a mutant, or a guarantee notices none alone. */
export async function controlMutants(plan: MutantsPlan, options: MutantsOptions, terminal: Terminal): Promise<number> {
  terminal.catchInterrupts();
  const controls = await controlThem(plan, options, terminal);
  if (controls === null) return EXIT.interrupted;
  const { seed, controlRuns: runs } = plan;
  if (options.json === true)
    await terminal.print(`${JSON.stringify(controlsDocument(controls, { seed, runs }), null, 2)}\n`);
  else if (options.markdown === true) await terminal.print(controlsMarkdown(controls));
  else await terminal.print(controlsText(controls, await terminal.style()));
  return isClean(controls) ? EXIT.held : EXIT.violated;
}

async function controlThem(plan: MutantsPlan, options: MutantsOptions, terminal: Terminal): Promise<Controls | null> {
  const progress = new Progress(options.quiet === true);
  const pool = await openPool({ modes: [], stream: null }, options.jobs ?? availableParallelism());
  let done = 0;
  try {
    return await controlAll(plan.rows.filter(isPlanted), { seed: plan.seed, runs: plan.controlRuns }, async (task) => {
      const result = await pool.control(task, terminal.signal);
      progress.show(() => `${++done} controls`);
      return result;
    });
  } catch (error) {
    if (terminal.signal.aborted) return null;
    throw error;
  } finally {
    progress.clear();
    await pool.close();
  }
}
