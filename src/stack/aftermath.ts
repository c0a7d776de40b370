/** A run on a device that an earlier run left with an image. */
import { assert } from '../base/assert.ts';
import { type History, VERSION } from '../base/history.ts';
import type { Program } from '../guest/program.ts';
import type { Stack } from './stack.ts';

/**
 * Starts a run of a program on what is left of the device. The program begins with the rows of the earlier run, and
 * `before` says what became of them.
 */
export function resetAfter(stack: Stack, program: Program, before: History, image: Int32Array): void {
  const { history, disk } = stack;
  stack.reset(program);
  assert(before.crashAt > 0, 'the earlier run ended');
  stack.clock.now = before.crashAt;
  // As by FUA writes: each of them is on the medium.
  for (let sector = 0; sector < program.sectorCount; sector++)
    if (image[sector] !== VERSION.initial) disk.media.write(sector, 1, image[sector], 0, 0, true);
  stack.journal.clear();
  history.submit.set(before.submit.subarray(0, before.opCount));
  history.complete.set(before.complete.subarray(0, before.opCount));
  history.status.set(before.status.subarray(0, before.opCount));
  history.readVersions.set(before.readVersions.subarray(0, program.readSectorCount));
}
