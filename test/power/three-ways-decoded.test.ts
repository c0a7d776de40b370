import { expect, test } from 'vitest';
import type { ExactCheck } from '../../dist/power/exact/check.js';
import type { Decoder } from '../../dist/stack/backend/decoder.js';
import type { Scope } from '../../dist/stack/config.js';
import type { Stack } from '../../dist/stack/stack.js';
import { compareAll, Ways } from './three-ways.ts';

test('canary: an exact check that takes every block of a sparse image for written is caught', () => {
  class Broken extends Ways {
    override createExact(stack: Stack, scope: Scope): ExactCheck {
      const check = super.createExact(stack, scope);
      const own = check as unknown as { decoder: Decoder };
      const { decoder } = own;
      own.decoder = {
        sectorAt: (sector, read) => read(sector),
        sectorNow: (sector, read) => decoder.sectorNow(sector, read),
        sectorReopened: (sector, read) => decoder.sectorReopened(sector, read),
        reopen: (read) => decoder.reopen(read),
        guestSectorOf: (sector) => decoder.guestSectorOf(sector),
        writeKey: (key) => decoder.writeKey(key),
      };
      return check;
    }
  }
  const { differences } = compareAll('tapdisk', 1, new Broken(), ['drain'], [{ image: 'sparse' }]);
  expect(differences.exact).toBeGreaterThan(0);
});
