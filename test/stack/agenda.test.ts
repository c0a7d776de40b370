import { expect, test } from 'vitest';
import { fork } from '../../src/base/random.ts';
import { compileWorkload } from '../../src/guest/program.ts';
import { FAULTS, STACK_DEFAULT } from '../../src/stack/config.ts';
import { disagreements } from './agreement.ts';
import { configurations, enabledActions, SECTORS, stackOf, walk, workload } from './walk.ts';

const CONFIGS = configurations();
const MORE = {
  tapdisk: { image: 'sparse' },
  blktap2: { open: 'buffered' },
  'tapdisk-vhd': { preallocate: true },
} as const;

test('what is enabled is the same by count, by number, by name and by question, at every step', () => {
  CONFIGS.filter((_, index) => index % 5 === 0).forEach((config, index) => {
    const stack = stackOf(config, compileWorkload(workload(index, 10), SECTORS));
    const stream = fork('agreement', 'schedule', index);
    for (stack.refresh(); stack.enabledMask !== 0; stack.refresh()) {
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

test('what an action does not touch stays as it was: looking at everything anew finds the same', () => {
  const backends = ['tapdisk', 'tapdisk-vhd', 'blktap2'] as const;
  const options = [{}, { fdatasync: true }] as const;
  const mapped = backends.flatMap((backend) =>
    options.flatMap((backendOptions) => [
      { ...STACK_DEFAULT, mode: 'drain' as const, backend, backendOptions },
      {
        ...STACK_DEFAULT,
        mode: 'drain-flush' as const,
        backend,
        backendOptions: { ...backendOptions, ...MORE[backend] },
      },
    ]),
  );
  const faulty = { ...STACK_DEFAULT, mode: 'drain-flush' as const, faults: FAULTS };
  const plain = CONFIGS.filter((_, index) => index % 3 === 1);
  for (const [index, config] of [...plain, ...mapped, faulty].entries()) {
    const sized = { ...config, disk: { ...config.disk, sectors: SECTORS } };
    for (let round = 0; round < 4; round++) {
      const stack = stackOf(sized, compileWorkload(workload(100 * index + round, 10), SECTORS));
      const stream = fork('touched', 'schedule', 100 * index + round);
      for (stack.refresh(); stack.enabledMask !== 0; stack.refresh()) {
        walk(stack, stream, 1);
        stack.refresh();
        const seen = enabledActions(stack);
        stack.agenda.reset();
        stack.refresh();
        expect(seen, JSON.stringify(config)).toEqual(enabledActions(stack));
      }
    }
  }
});
