import { expect, test } from 'vitest';
import { fork, RandomStream } from '../../src/base/random.ts';
import type { Workload } from '../../src/guest/operation.ts';
import { compileWorkload } from '../../src/guest/program.ts';
import { actionName } from '../../src/stack/actions.ts';
import { resolveMode, type StackConfig } from '../../src/stack/config.ts';
import { disagreements } from './agreement.ts';
import { configurations, openOperations, outcomeOf, SECTORS, stackOf, titleOf, walk, workload } from './walk.ts';

const CONFIGS = configurations();

/** Whether such a run wedges for certain, may wedge, or ends. */
function fate(config: StackConfig, { threads }: Workload): 'wedges' | 'may wedge' | 'ends' {
  const mode = resolveMode(config);
  if (config.kernel !== '2.6.36' || (mode !== 'tag-flush' && mode !== 'tag-fua')) return 'ends';
  const hasPayload = threads.flat().some((operation) => operation.op === 'barrier' && operation.count > 0);
  if (mode === 'tag-flush' && hasPayload) return 'wedges';
  return config.backend !== 'direct' && config.ring.slots < 32 ? 'may wedge' : 'ends';
}

test('every run comes to its end with every operation completed once, but for the wedges of 2.6.36', () => {
  const wedged = new Map<string, number>();
  CONFIGS.forEach((config, index) => {
    const guest = workload(index);
    const stack = stackOf(config, compileWorkload(guest, SECTORS));
    walk(stack, fork('stack', 'schedule', index));
    const open = openOperations(stack);
    const expected = fate(config, guest);
    if (expected === 'ends') expect(open, titleOf(config)).toEqual([]);
    if (expected === 'wedges') expect(open, titleOf(config)).not.toEqual([]);
    if (open.length > 0) wedged.set(config.mode, (wedged.get(config.mode) ?? 0) + 1);
    expect([stack.history.twiceCount, stack.breachCount, stack.history.refusedCount]).toEqual([0, 0, 0]);
  });
  expect([...wedged.keys()].toSorted()).toEqual(['tag-flush', 'tag-fua']);
});

test('the same list of actions gives the same run', () => {
  CONFIGS.filter((_, index) => index % 2 === 0).forEach((config, index) => {
    const program = compileWorkload(workload(index), SECTORS);
    const stack = stackOf(config, program);
    const actions = walk(stack, fork('stack', 'schedule', index));
    const again = stackOf(config, program);
    for (const action of actions) {
      again.refresh();
      if (!again.isEnabled(action)) throw new Error(`${actionName(action)} is not enabled: ${titleOf(config)}`);
      again.perform(action);
    }
    expect(outcomeOf(again, program), titleOf(config)).toEqual(outcomeOf(stack, program));
  });
});

test('a stack reset in the middle of any run is as good as a new one', () => {
  CONFIGS.filter((_, index) => index % 2 === 1).forEach((config, index) => {
    const program = compileWorkload(workload(index), SECTORS);
    const fresh = stackOf(config, program);
    walk(fresh, fork('stack', 'schedule', index));
    const stream = new RandomStream(`partial ${index}`);
    const used = stackOf(config, compileWorkload(workload(index + 1, 30), SECTORS));
    for (let round = 0; round < 3; round++) {
      walk(used, stream, stream.below(150));
      used.reset(compileWorkload(workload(index + round, 5 + 10 * round), SECTORS));
    }
    used.reset(program);
    walk(used, stream, stream.below(150));
    used.reset(program);
    const schedule = fork('stack', 'schedule', index);
    while (walk(used, schedule, 20).length > 0) expect(disagreements(used)).toEqual([]);
    expect(outcomeOf(used, program), titleOf(config)).toEqual(outcomeOf(fresh, program));
  });
});

test('the first enabled action leads every run to its end', () => {
  CONFIGS.filter((config) => config.kernel === '2.6.35').forEach((config, index) => {
    const stack = stackOf(config, compileWorkload(workload(index), SECTORS));
    for (stack.refresh(); stack.enabledMask !== 0; stack.refresh()) stack.perform(stack.first());
    expect(openOperations(stack), titleOf(config)).toEqual([]);
  });
});
