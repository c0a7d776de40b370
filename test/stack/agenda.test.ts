import { expect, test } from 'vitest';
import { fork } from '../../src/base/random.ts';
import { compileWorkload } from '../../src/guest/program.ts';
import { disagreements } from './agreement.ts';
import { configurations, enabledActions, SECTORS, stackOf, walk, workload } from './walk.ts';

const CONFIGS = configurations();

test('what is enabled is the same by count, by number, by name and by question, at every step', () => {
  CONFIGS.filter((_, index) => index % 5 === 0).forEach((config, index) => {
    const stack = stackOf(config, compileWorkload(workload(index, 10), SECTORS));
    const stream = fork('agreement', 'schedule', index);
    for (stack.refresh(); stack.enabledCount > 0; stack.refresh()) {
      expect(disagreements(stack)).toEqual([]);
      walk(stack, stream, 1);
    }
  });
});

test('what is enabled does not depend on how often one asks', () => {
  CONFIGS.filter((_, index) => index % 3 === 0).forEach((config, index) => {
    const program = compileWorkload(workload(index), SECTORS);
    const stack = stackOf(config, program);
    const seldom = stackOf(config, program);
    const stream = fork('seldom', 'schedule', index);
    for (const action of walk(stackOf(config, program), stream)) {
      stack.refresh();
      stack.perform(action);
      seldom.perform(action);
      if (stream.below(5) > 0) continue;
      stack.refresh();
      seldom.refresh();
      expect(enabledActions(seldom)).toEqual(enabledActions(stack));
    }
  });
});
