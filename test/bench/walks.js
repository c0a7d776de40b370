/** Walks of the model alone or with the exact check at every step: nothing of a runner's other work. */
import { fork } from '../../dist/base/random.js';
import { Decider } from '../../dist/fuzz/decider.js';
import { GuestPromise } from '../../dist/fuzz/promise.js';
import { RandomScheduler } from '../../dist/fuzz/scheduler.js';
import { generateWorkload } from '../../dist/guest/arbitrary/generate.js';
import { compileWorkload } from '../../dist/guest/program.js';
import { STACK_DEFAULT } from '../../dist/stack/config.js';
import { Stack } from '../../dist/stack/stack.js';
import { processorNanoseconds } from './reference.js';

/** Workloads of the benchmark's shape, over the first 64 sectors of a device that may have more. */
export function programs(count, ops, sectors) {
  return Array.from({ length: count }, (_, index) =>
    compileWorkload(generateWorkload(fork('bench', 'workload', index), { ops, threads: 2, sectors: 64 }), sectors),
  );
}

/** Goes through whole runs of these programs, in turn. */
export class Walker {
  constructor(ofPrograms, isExact) {
    const disk = { ...STACK_DEFAULT.disk, sectors: ofPrograms[0].sectorCount };
    this.programs = ofPrograms;
    this.stack = new Stack({ ...STACK_DEFAULT, mode: 'drain-flush', disk });
    this.promise = new GuestPromise(this.stack, 'power');
    this.decider = isExact ? new Decider(this.stack, 'power', false, this.promise) : null;
    this.scheduler = new RandomScheduler();
    this.index = 0;
    this.steps = 0;
  }

  /** Makes so many runs; nanoseconds of processor time per step. */
  time(runs) {
    this.steps = 0;
    const start = processorNanoseconds();
    for (let i = 0; i < runs; i++) this.steps += this.run();
    return (processorNanoseconds() - start) / this.steps;
  }

  run() {
    const { stack, scheduler, decider } = this;
    const program = this.programs[this.index % this.programs.length];
    const random = fork('bench', 'schedule', this.index++);
    stack.reset(program);
    this.promise.begin(program);
    decider?.begin(program, true);
    scheduler.begin(stack, random);
    let steps = 0;
    while (decider === null || decider.look(steps)) {
      stack.refresh();
      const action = scheduler.next(stack, random);
      if (action < 0) break;
      stack.perform(action);
      steps++;
    }
    decider?.end();
    return steps;
  }
}
