/**
 * Every second crash that may follow the first one of a case: each image that the first can leave, or the one that the case
 * names, is recovered from in the documented order, and at every step of that every image of the second is decided.
 * Left out: other orders of recovery's actions, which drawn runs take.
 */
import { BlkfuzzError } from '../base/errors.ts';
import type { Case } from '../case/case.ts';
import { GUARANTEES, type Guarantee } from '../contract/guarantees.ts';
import { compileWorkload } from '../guest/program.ts';
import { enumerateImages } from '../power/enumerate.ts';
import { parseAction } from '../stack/actions.ts';
import { isOutlived } from '../stack/config.ts';
import { Stack } from '../stack/stack.ts';
import { layImage } from './decide.ts';
import { extremes } from './recoveries.ts';
import { SecondCrash } from './second.ts';
import { Walk, takeListed, takeNext } from './walk.ts';

/** Images of a first crash that are recovered from; of more, those with the least and the most. */
const IMAGES_MAX = 4096;

export interface EverySecondCrash {
  /** Images of the first crash that were recovered from, or had nothing to recover. */
  readonly images: number;
  /** They are all that it can leave, or the one that the case names. */
  readonly exhausted: boolean;
  readonly recoveries: number;
  readonly crashPoints: number;
  /** In the contract's order. */
  readonly violated: readonly Guarantee[];
}

/** @throws BlkfuzzError bad-input: the case has no power loss, or a guest that never recovers. */
export function loseEverythingTwice(c: Case): EverySecondCrash {
  if (c.guests?.[0].guest === undefined || c.crash === undefined)
    throw new BlkfuzzError('bad-input', 'a second crash wants a case with a crash and a guest that recovers');
  if (isOutlived(c.scope))
    throw new BlkfuzzError('bad-input', `a second crash wants a case of scope power or host, found ${c.scope}`);
  const program = compileWorkload(c.guests[0], c.stack.disk.sectors);
  const stack = new Stack(c.stack);
  const walk = new Walk();
  stack.reset(program);
  takeListed(stack, walk, c.schedule.map(parseAction), c.crash.step, false);
  while (takeNext(stack, walk, c.crash.step));
  stack.history.crashAt = stack.clock.tick();
  const second = new SecondCrash(c.stack, c.scope);
  const { images, exhausted } = firstImages(c, stack);
  const rows = new Set<number>();
  for (const image of images)
    if (second.begin(program, stack.history, image)) for (const { guarantee } of second.run(null)) rows.add(guarantee);
  return {
    images: images.length,
    exhausted,
    recoveries: second.recoveryCount,
    crashPoints: second.crashPoints,
    violated: GUARANTEES.filter((_, row) => rows.has(row)),
  };
}

function firstImages(c: Case, stack: Stack): { images: Int32Array[]; exhausted: boolean } {
  const { disk, history } = stack;
  if (c.crash!.image !== undefined) {
    layImage(stack, c.scope, 'crash', c.crash!.step, c.crash!.image);
    return { images: [history.image.slice()], exhausted: true };
  }
  const images: Int32Array[] = [];
  const count = enumerateImages(disk, c.scope, IMAGES_MAX, history.image, () => images.push(history.image.slice()) > 0);
  if (count >= 0) return { images, exhausted: true };
  const extreme = extremes(stack, c.scope).map((write) => {
    const image = new Int32Array(disk.media.sectorCount);
    write(image);
    return image;
  });
  return { images: extreme, exhausted: false };
}
