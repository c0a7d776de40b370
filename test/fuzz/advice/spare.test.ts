/**
 * What known workloads can do without, and that leaving out takes no promise: on random walks of random workloads, told
 * the obvious way from times alone.
 */
import { expect, test } from 'vitest';
import { fork } from '../../../dist/base/random.js';
import type { GuestCase } from '../../../dist/case/case.js';
import { adviseCase } from '../../../dist/fuzz/advice/advice.js';
import { weakerModes } from '../../../dist/fuzz/advice/candidates.js';
import type { Spare } from '../../../dist/fuzz/advice/spare.js';
import { RandomScheduler } from '../../../dist/fuzz/scheduler.js';
import { generateWorkload } from '../../../dist/guest/arbitrary/generate.js';
import type { Operation } from '../../../dist/guest/operation.js';
import { compileWorkload } from '../../../dist/guest/program.js';
import { STACK_DEFAULT } from '../../../dist/stack/config.js';
import { Stack } from '../../../dist/stack/stack.js';
import { caseWith, holds, litmus, type Threads } from './known.ts';

function spareOf(c: GuestCase, statesMax = 100_000): Spare {
  const advice = adviseCase(c, { statesMax });
  if (advice.outcome !== 'holds') throw new Error(`${c.name}: ${advice.outcome}`);
  return advice.spare;
}

const write = (sector: number): Operation => ({ op: 'write', sector, count: 1 });
const barrier = (sector: number): Operation => ({ op: 'barrier', sector, count: 1 });
const EMPTY: Operation = { op: 'barrier', count: 0 };
const WAIT: Operation = { op: 'wait' };
const FLUSH: Operation = { op: 'flush' };
const FSYNC: Operation = { op: 'fsync', file: 1 };
const BUFWRITE: Operation = { op: 'bufwrite', file: 1, sector: 40, count: 1 };

/** Operations, and which can be left out with who promises the same. */
const KNOWN: readonly [what: string, threads: Threads, flushes: Spare['flushes']][] = [
  ['a flush alone is needed', [[write(8), WAIT, FLUSH]], []],
  ['the second of two flushes promises nothing new', [[write(8), WAIT, FLUSH, FLUSH]], [{ op: 2, by: [1] }]],
  ['a flush with a write since the last one is needed', [[write(8), WAIT, FLUSH, write(9), WAIT, FLUSH]], []],
  ['a flush covers no buffered write: it promises nothing', [[BUFWRITE, FSYNC, FLUSH]], [{ op: 2, by: [] }]],
  [
    'of three fsyncs the first is needed',
    [[BUFWRITE, FSYNC, FSYNC, FSYNC]],
    [
      { op: 2, by: [1] },
      { op: 3, by: [1] },
    ],
  ],
  ['a flush behind a barrier that was waited for', [[write(8), barrier(16), WAIT, FLUSH]], [{ op: 2, by: [1] }]],
  ['a flush before a barrier promises earlier', [[write(8), WAIT, FLUSH, barrier(16)]], []],
  ['an empty barrier that orders is needed', [[write(8), EMPTY, write(24)]], []],
  [
    'an empty barrier behind a barrier orders nothing new',
    [[write(8), barrier(16), EMPTY, write(24)]],
    [{ op: 2, by: [1] }],
  ],
  ['a fua write promises for itself', [[{ op: 'fua', sector: 8, count: 1 }, WAIT, FLUSH]], [{ op: 1, by: [0] }]],
  ['the flush of another thread may come first', [[write(8), WAIT, FLUSH], [FLUSH]], []],
  [
    'a flush that promises nothing may keep a write behind a discard',
    [[{ op: 'discard', sector: 8, count: 1 }, FLUSH, write(8)]],
    [],
  ],
];

test.each(KNOWN)('%s', (_, threads, flushes) => {
  const c = caseWith(litmus('barrier-order-kept-by-preflush'), threads);
  expect(spareOf(c).flushes).toEqual(flushes);
});

test('an empty barrier is needed for the order alone, where what it covers is promised already', () => {
  const fua: Operation = { op: 'fua', sector: 8, count: 1 };
  const c = litmus('fua-durability-kept-by-flush-fua');
  expect(spareOf(caseWith(c, [[fua, EMPTY]])).flushes).toEqual([{ op: 1, by: [0] }]);
  expect(spareOf(caseWith(c, [[fua, EMPTY, write(24)]])).flushes).toEqual([]);
});

test('a mode that sends less would do exactly where exploring says so', () => {
  const cacheless = litmus('drain-empty-barrier-kept-without-cache');
  const cases = [
    litmus('drain-flush-fsync-kept'),
    litmus('drain-fua-barrier-kept-with-fua'),
    litmus('tag-fua-order-kept-with-tags-honoured'),
    caseWith(cacheless, cacheless.guests[0].threads, 'drain-flush'),
    caseWith(cacheless, cacheless.guests[0].threads, 'tag-flush'),
  ];
  const found = cases.map((c) => {
    const { modes, modeCount } = spareOf(c);
    const weaker = weakerModes(c.stack);
    expect(modeCount).toBe(weaker.length);
    expect(modes).toEqual(weaker.filter((mode) => holds(caseWith(c, c.guests[0].threads, mode))));
    return modes;
  });
  expect(found).toEqual([
    ['drain-fua', 'tag-fua'],
    [],
    [],
    ['drain', 'tag', 'drain-fua', 'tag-fua'],
    ['tag', 'drain', 'tag-fua', 'drain-fua'],
  ]);
});

test('modes that are weaker send fewer flushes, and none is never one of them', () => {
  const weaker = (mode: GuestCase['stack']['mode']) => weakerModes({ ...STACK_DEFAULT, mode });
  expect(weaker('drain-flush')).toEqual(['drain', 'tag', 'drain-fua', 'tag-fua']);
  expect(weaker('tag-fua')).toEqual(['tag', 'drain']);
  for (const mode of ['none', 'drain', 'tag', 'flush-fua'] as const) expect(weaker(mode)).toEqual([]);
});

/** In every state of random walks: each write that `flush` promises is promised by one that has completed beside it. */
function isAlwaysPromised(c: GuestCase, flush: number, walks: number): boolean {
  const stack = new Stack(c.stack);
  const program = compileWorkload(c.guests[0], c.stack.disk.sectors);
  const { history } = stack;
  const scheduler = new RandomScheduler();
  const ids = Array.from({ length: program.opCount }, (_, id) => id);
  const isDone = (id: number): boolean => history.complete[id] > 0 && history.status[id] === 1;
  const kindOf = (id: number): string => c.guests[0].threads.flat().filter(({ op }) => op !== 'wait')[id].op;
  const promisedBy = (id: number): number[] =>
    ids.filter((write) => {
      const kind = kindOf(write);
      const isDirect = ['write', 'fua', 'barrier'].includes(kind) && program.count[write] > 0;
      const isOver = isDone(write) && history.complete[write] < history.submit[id];
      if (!isDone(id)) return false;
      if (kindOf(id) === 'fua') return write === id;
      if (kindOf(id) === 'barrier')
        return isDirect && history.submit[write] > 0 && history.submit[write] <= history.submit[id];
      if (kindOf(id) === 'flush') return isDirect && isOver;
      return kindOf(id).endsWith('sync') && kind === 'bufwrite' && isOver && program.file[write] === program.file[id];
    });
  for (let walk = 0; walk < walks; walk++) {
    const random = fork(`spare ${flush}`, 'schedule', walk);
    scheduler.begin(stack, random);
    stack.reset(program);
    for (;;) {
      stack.refresh();
      const action = scheduler.next(stack, random);
      if (action < 0) break;
      stack.perform(action);
      const others = new Set(ids.filter((id) => id !== flush).flatMap(promisedBy));
      if (promisedBy(flush).some((write) => !others.has(write))) return false;
    }
  }
  return true;
}

test('random workloads: what is left out had been promised on every walk, and the rest holds', () => {
  const base = litmus('barrier-order-kept-by-preflush');
  const count = { leftOut: 0, needed: 0, unseen: 0 };
  for (let index = 0; index < 24; index++) {
    const shape = { ops: 5, threads: 2, sectors: 16, files: 2, atomicSectors: 1 } as const;
    const workload = generateWorkload(fork('spare', 'workload', index), shape);
    const c = caseWith(
      { ...base, stack: { ...base.stack, disk: { ...base.stack.disk, sectors: 16 } } },
      workload.threads,
    );
    const advice = adviseCase(c, { statesMax: 1_500 });
    if (advice.outcome !== 'holds') continue;
    const { flushes } = advice.spare;
    const operations = workload.threads.flat().filter(({ op }) => op !== 'wait');
    for (const { op } of flushes) expect(isAlwaysPromised(c, op, 20)).toBe(true);
    count.leftOut += flushes.length;
    operations.forEach((operation, id) => {
      const isFlush =
        ['flush', 'fsync', 'fdatasync'].includes(operation.op) || ('count' in operation && operation.count === 0);
      if (isFlush && !flushes.some(({ op }) => op === id)) count[isAlwaysPromised(c, id, 20) ? 'unseen' : 'needed']++;
    });
    const left = new Set(flushes.map(({ op }) => operations[op]));
    expect(
      holds(
        caseWith(
          c,
          workload.threads.map((steps) => steps.filter((step) => !left.has(step))),
        ),
      ),
    ).toBe(true);
  }
  expect(count.leftOut).toBeGreaterThan(4);
  expect(count.needed).toBeGreaterThan(4);
});
