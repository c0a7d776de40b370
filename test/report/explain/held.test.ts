import { expect, test } from 'vitest';
import { FLUSH, WAIT, explained, flat, lateCrash, write } from '../cases.ts';

test('a case that holds says what was promised and why it held, or that it was luck', () => {
  const threads = [[write(4), WAIT, FLUSH]];
  const held = flat(explained({ name: 'held', stack: { mode: 'drain-flush' }, threads, crash: lateCrash() }));
  expect(held).toContain('Nothing is violated in held');
  expect(held).toContain('flush-durability: flush (op 1) completed with ok at [8]; op 0, the last that it covers,');
  expect(held).toContain('the flush for op 1, accepted at [6] and completed at [7], took it to the medium');
  const lucky = flat(explained({ name: 'lucky', threads, crash: lateCrash([4, 0]) }));
  expect(lucky).toContain('it survives in this image by luck');
});
