import { expect, test } from 'vitest';
import { fork, type RandomStream } from '../../src/base/random.ts';
import type { Operation } from '../../src/guest/operation.ts';
import { compileWorkload } from '../../src/guest/program.ts';
import { resolveMode, type StackConfig } from '../../src/stack/config.ts';
import { Stack } from '../../src/stack/stack.ts';
import { configurations, openOperations, readOf, titleOf, walk } from './walk.ts';

const SECTORS = 64;
/** Sectors from here on belong to files, 16 each. */
const FILES_FROM = 32;

/** One thread's operations; before one that overlaps an open one stands a wait. */
function serial(stream: RandomStream, operationCount: number): Operation[] {
  const operations: Operation[] = [];
  let busy = new Set<number>();
  for (let i = 0; i < operationCount; i++) {
    const operation = draw(stream);
    const sectors = operation.op === 'bufwrite' ? [] : sectorsOf(operation);
    if (sectors.some((sector) => busy.has(sector))) {
      operations.push({ op: 'wait' });
      busy = new Set();
    }
    sectors.forEach((sector) => busy.add(sector));
    operations.push(operation);
  }
  return operations;
}

function draw(stream: RandomStream): Operation {
  const sector = stream.below(FILES_FROM - 6);
  const count = stream.between(1, 6);
  const file = stream.below(2);
  switch (stream.below(10)) {
    case 0:
      return { op: 'fua', sector, count };
    case 1:
      return { op: 'barrier', sector, count };
    case 2:
      return { op: 'discard', sector, count };
    case 3:
      return { op: 'read', sector, count };
    case 4:
    case 5:
      return { op: 'bufwrite', file, sector: FILES_FROM + 16 * file + stream.below(10), count };
    case 6:
      return stream.chance(1, 2) ? { op: 'flush' } : { op: 'fsync', file };
    case 7:
      return { op: 'barrier', count: 0 };
    default:
      return { op: 'write', sector, count };
  }
}

function sectorsOf(operation: Operation): number[] {
  if (!('count' in operation)) return [];
  return Array.from({ length: operation.count }, (_, i) => (operation.sector ?? 0) + i);
}

interface Expected {
  readonly content: number[];
  /** Versions by read, statuses that are not ok by operation. */
  readonly reads: Map<number, number[]>;
  readonly refused: number[];
}

/** What the device holds when one operation is done after the other. */
function expectedOf(operations: readonly Operation[], config: StackConfig): Expected {
  const content = Array.from({ length: SECTORS }, () => -1);
  const reads = new Map<number, number[]>();
  const refused: number[] = [];
  const hasNone = ['loop', 'qemu-xendisk', 'blktap2', 'tapdisk', 'tapdisk-vhd'];
  const hasDiscard = !hasNone.includes(config.backend) && !config.frontend.startsWith('2.6');
  const hasBarrier = resolveMode(config) !== 'none';
  operations
    .filter((operation) => operation.op !== 'wait')
    .forEach((operation, id) => {
      const { op } = operation;
      if (op === 'read')
        reads.set(
          id,
          sectorsOf(operation).map((sector) => content[sector]),
        );
      const isRefused = op === 'discard' ? !hasDiscard : (op === 'barrier' || op === 'flush') && !hasBarrier;
      if (isRefused) refused.push(id);
      else if (op !== 'read') for (const sector of sectorsOf(operation)) content[sector] = op === 'discard' ? -1 : id;
    });
  return { content, reads, refused };
}

test('without power loss the device holds the last write of every sector, and reads return what was last written', () => {
  const configs = configurations().filter((config) => {
    const wedges = config.kernel === '2.6.36' && (config.mode === 'tag-flush' || config.mode === 'tag-fua');
    return !wedges;
  });
  configs.forEach((config, index) => {
    const operations = serial(fork('content', 'workload', index), 20);
    const program = compileWorkload({ threads: [operations] }, SECTORS);
    const stack = new Stack(config);
    stack.reset(program);
    walk(stack, fork('content', 'schedule', index));
    const expected = expectedOf(operations, config);
    expect(openOperations(stack), titleOf(config)).toEqual([]);
    stack.readDevice();
    expect([...stack.history.image.subarray(0, SECTORS)], titleOf(config)).toEqual(expected.content);
    const ids = Array.from({ length: program.opCount }, (_, op) => op);
    expect(ids.filter((op) => stack.history.status[op] !== 1)).toEqual(expected.refused);
    for (const [op, versions] of expected.reads) expect(readOf(stack, op), titleOf(config)).toEqual(versions);
  });
  expect(configs.length).toBeGreaterThan(200);
});
