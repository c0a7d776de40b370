/** `run --emit-histories`: the histories of the first runs, one a line, for an independent judge. */
import { EXIT } from '../../base/errors.ts';
import { encodeHistory } from '../../contract/encode.ts';
import { violationsOf } from '../../contract/verdict.ts';
import { Runner } from '../../fuzz/runner.ts';
import { compileWorkload } from '../../guest/program.ts';
import type { Terminal } from '../terminal.ts';
import type { RunPlan } from './plan.ts';

/** Prints `count` documents per mode; always exits with 0. */
export async function emitHistories(plan: RunPlan, count: number, terminal: Terminal): Promise<number> {
  const end = plan.single ? plan.start + 1 : plan.start + count;
  for (const { name, settings } of plan.modes) {
    const runner = new Runner(settings);
    for (let index = plan.start; index < end && !terminal.isClosed; index++) {
      runner.stack.disk.log = [];
      runner.run(index);
      await terminal.print(`${JSON.stringify(historyOf(runner, `${name}-run-${index}`))}\n`);
    }
  }
  return EXIT.held;
}

function historyOf({ settings, stack, verdict, workload }: Runner, name: string): unknown {
  const { disk } = settings.stack;
  const program = settings.program ?? compileWorkload(workload!, disk.sectors);
  return encodeHistory(stack.history, {
    name,
    scope: settings.scope,
    atomicSectors: disk.atomic / 512,
    files: program.fileName,
    violations: violationsOf(verdict),
    diskModel: disk,
    disk: stack.disk.log ?? [],
  });
}
