/** `run --emit-histories`: the histories of the first runs, one a line, for an independent judge. */
import { EXIT } from '../../base/errors.ts';
import { encodeHistory } from '../../contract/encode.ts';
import { GUARANTEES, type Guarantee } from '../../contract/guarantees.ts';
import { violationsOf } from '../../contract/verdict.ts';
import { Runner } from '../../fuzz/runner.ts';
import { isDecided } from '../../fuzz/witness.ts';
import { compileGuests, programsOf } from '../../guest/program.ts';
import type { Terminal } from '../terminal.ts';
import type { RunPlan } from './plan.ts';

/**
 * Prints `count` documents per mode; always exits with 0. Crash and image are drawn as sampling does, whatever --check is;
 * unless it is sample, the documents say too what some image at that crash point violates.
 */
export async function emitHistories(plan: RunPlan, count: number, terminal: Terminal): Promise<number> {
  const end = plan.single ? plan.start + 1 : plan.start + count;
  for (const { name, settings } of plan.modes) {
    // Nothing is built for one word on what some image violates.
    const runner = new Runner(settings.check === 'enumerate' ? { ...settings, check: 'exact' } : settings);
    for (let index = plan.start; index < end && !terminal.isClosed; index++) {
      runner.stack.disk.log = [];
      runner.sample(index);
      for (const document of historiesOf(runner, `${name}-run-${index}`))
        await terminal.print(`${JSON.stringify(document)}\n`);
    }
  }
  return EXIT.held;
}

/** A document for each guest. */
function historiesOf(runner: Runner, name: string): unknown[] {
  const { settings, stack, verdicts, workloads } = runner;
  const { disk } = settings.stack;
  const program = settings.program ?? compileGuests(workloads!, disk.sectors);
  const programs = programsOf(program);
  return stack.evidence().map(({ history }, guest) =>
    encodeHistory(history, {
      name: programs.length === 1 ? name : `${name}-guest-${guest}`,
      ...(programs.length === 1 ? {} : { guest }),
      scope: settings.scope,
      atomicSectors: disk.atomic / 512,
      files: programs[guest].fileName,
      violations: violationsOf(verdicts[guest]),
      exact: exactOf(runner, guest),
      // Where addresses are mapped, disk events speak of other sectors than the guest's.
      ...(stack.decoder === null ? { diskModel: disk, disk: stack.diskEvents(guest) } : {}),
    }),
  );
}

/** What some image violates that the power loss could have left; undefined without power loss, and when sampling. */
function exactOf({ decider, crashed, verdicts, stack }: Runner, guest: number): Guarantee[] | undefined {
  if (decider === null || !crashed) return undefined;
  const violated = decider.violatedNow(guest);
  // What no image decides shows in the run, whichever was drawn.
  return GUARANTEES.filter((_, row) => (isDecided(row, stack) ? violated[row] === 1 : verdicts[guest].isViolated(row)));
}
