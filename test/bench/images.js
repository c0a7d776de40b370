/** The images of one crash point: how many distinct ones are built a second, and judged; how long counting them takes. */
import { fork } from '../../dist/base/random.js';
import { ImageJudge } from '../../dist/contract/incremental/judge.js';
import { VERDICT } from '../../dist/contract/guarantees.js';
import { Oracle } from '../../dist/contract/oracle.js';
import { RandomScheduler } from '../../dist/fuzz/scheduler.js';
import { generateWorkload } from '../../dist/guest/arbitrary/generate.js';
import { compileWorkload } from '../../dist/guest/program.js';
import { imageCount } from '../../dist/power/count.js';
import { ImageEnumerator } from '../../dist/power/enumerate.js';
import { STACK_DEFAULT } from '../../dist/stack/config.js';
import { Stack } from '../../dist/stack/stack.js';
import { processorNanoseconds, referenceNanoseconds } from './reference.js';

const SLICES = 7;
const COUNT_MAX = 2 ** 20;
/** Of images judged anew each, fewer. */
const ANEW_MAX = 2 ** 16;
const COUNTS = 2000;

export function measureImages() {
  const stack = stackAtCrash();
  const { disk, history } = stack;
  const { image } = history;
  const enumerator = new ImageEnumerator();
  const judge = new ImageJudge();
  const oracle = new Oracle();
  let violations = 0;
  const judged = (changed) => {
    if (changed === null) judge.begin(history);
    else judge.change(changed.items, changed.count);
    if (judge.violated !== 0) violations++;
    return true;
  };
  const anew = () => {
    oracle.judge(history);
    return true;
  };
  const all = (countMax, visit) => () => {
    let count = 0;
    const built = (changed) => ++count <= countMax && visit(changed);
    enumerator.enumerate(disk, 'power', Infinity, image, built);
    return Math.min(count, countMax);
  };
  const counted = () => {
    for (let i = 0; i < COUNTS; i++) imageCount(disk, 'power');
    return COUNTS;
  };
  return {
    images: String(imageCount(disk, 'power')),
    built: measure(all(COUNT_MAX, () => true)),
    judged: measure(all(COUNT_MAX, judged)),
    judgedAnew: measure(all(ANEW_MAX, anew)),
    counted: measure(counted),
    violated: violations > 0,
  };
}

/** The first crash point with more than a million images, of which the least violates something, in runs without a ring. */
function stackAtCrash() {
  const config = { ...STACK_DEFAULT, mode: 'drain', backend: 'direct' };
  const stack = new Stack(config);
  const oracle = new Oracle();
  const isWanted = () => {
    if (imageCount(stack.disk, 'power') < BigInt(COUNT_MAX)) return false;
    stack.history.image.set(stack.disk.media.floor);
    stack.history.crashAt = stack.clock.now + 1;
    const isViolated = oracle.judge(stack.history).code.includes(VERDICT.violated);
    if (!isViolated) stack.history.crashAt = 0;
    return isViolated;
  };
  for (let index = 0; ; index++) {
    const workload = generateWorkload(fork('bench', 'workload', index), { ops: 64, threads: 2, sectors: 64 });
    stack.reset(compileWorkload(workload, config.disk.sectors));
    const random = fork('bench', 'schedule', index);
    const scheduler = new RandomScheduler();
    scheduler.begin(stack, random);
    for (let action = 0; action >= 0;) {
      if (isWanted()) return stack;
      stack.refresh();
      action = scheduler.next(stack, random);
      if (action >= 0) stack.perform(action);
    }
  }
}

/** Median over slices, each beside a slice of the reference loop. `work` returns how many units of it were done. */
function measure(work) {
  work();
  const slices = [];
  for (let slice = 0; slice < SLICES; slice++) {
    const reference = referenceNanoseconds(2000);
    const start = processorNanoseconds();
    const count = work();
    slices.push({ reference, own: (processorNanoseconds() - start) / count });
  }
  return {
    perSecond: 1e9 / median(slices.map(({ own }) => own)),
    inIterations: median(slices.map(({ own, reference }) => own / reference)),
  };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
