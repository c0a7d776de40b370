import { expect, test } from 'vitest';
import { FLUSH, barrier, explained, flat } from '../cases.ts';

test('the wedge of 2.6.36 is found, and what waits behind it', () => {
  const draft = {
    name: 'wedge',
    stack: { mode: 'tag-flush', kernel: '2.6.36' },
    threads: [[barrier(8)], [FLUSH]],
  } as const;
  const first = flat(explained({ ...draft, schedule: ['g0.t0', 'g0.t1'] }));
  expect(first).toContain('liveness is violated: barrier 8 (op 0) never completes.');
  expect(first).toContain("its POSTFLUSH never leaves the guest's queue");
  expect(first).toContain('─ POSTFLUSH ─✗');
  const fua = { op: 'fua', sector: 20, count: 1 } as const;
  const behind = flat(explained({ ...draft, threads: [[barrier(8)], [fua]], schedule: ['g0.t1', 'g0.t0'] }));
  expect(behind).toContain('liveness is violated: fua write 20 (op 1) never completes.');
  expect(behind).toContain("Op 1 waits behind barrier 8 (op 0), which is stuck in the guest's queue.");
});
