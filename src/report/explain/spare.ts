/** In words: the flushes that a workload that holds could do without. */
import type { Spare } from '../../fuzz/advice/spare.ts';
import { type Mode, resolveMode } from '../../stack/config.ts';
import { nothing, openLines } from './open.ts';
import { nameOf } from './promise.ts';
import type { Scene } from './scene.ts';
import { enumeration, wrap } from './wrap.ts';

export function spareLines(scene: Scene, spare: Spare, statesMax: number): string[] {
  const isAny = spare.flushes.length + spare.modes.length > 0;
  const texts = [...guestTexts(scene, spare), ...stackTexts(resolveMode(scene.case.stack), spare)];
  return [...texts.flatMap((text) => wrap(text)), ...(isAny ? wrap(EXPLORED) : []), ...openLines([spare], statesMax)];
}

const EXPLORED =
  'So it is for this workload on this stack, each explored to its end: every schedule, every image, every guarantee.';

function guestTexts(scene: Scene, spare: Spare): string[] {
  const { flushes, flushCount } = spare;
  if (flushCount === 0) return ['In the guest: nothing. It has no flush, empty barrier or fsync.'];
  if (flushes.length === 0) return [`In the guest: ${nothing(spare, neededText(flushCount))}`];
  return flushes.map(({ op, by }) => {
    const why =
      by.length === 0
        ? 'there is never anything that it could promise'
        : `all that it promises ${enumeration(by.map((other) => nameOf(scene, other)))} promised before`;
    return `In the guest: ${nameOf(scene, op)}; ${why}.`;
  });
}

function neededText(flushCount: number): string {
  const which = flushCount === 1 ? 'Its flush' : `Each of its ${flushCount} flushes`;
  return ` ${which} is needed, for a promise of its own or for another's.`;
}

function stackTexts(mode: Mode, spare: Spare): string[] {
  const { modes, modeCount } = spare;
  if (mode === 'none') return ['In the stack: nothing. Mode none sends no flush.'];
  if (mode === 'flush-fua')
    return ['In the stack: no other mode was tried, since in flush-fua the guest itself waits.'];
  if (modeCount === 0) return [`In the stack: nothing. No mode sends fewer flushes than ${mode} and orders as well.`];
  if (modes.length === 0)
    return [`In the stack: ${nothing(spare, ` No mode that sends fewer flushes than ${mode} keeps every promise.`)}`];
  const groups = [modes.filter((own) => !own.endsWith('-fua')), modes.filter((own) => own.endsWith('-fua'))];
  return groups
    .filter((group) => group.length > 0)
    .map(
      (group) =>
        `In the stack: mode ${enumeration(group, 'or')} would do in place of ${mode}: ${savingText(mode, group[0])}.`,
    );
}

/** What a weaker mode leaves out of a barrier. */
function savingText(mode: Mode, weaker: Mode): string {
  if (weaker.endsWith('-fua')) return 'FUA in place of the POSTFLUSH';
  return mode.endsWith('-fua') ? 'no PREFLUSH, no FUA' : 'no PREFLUSH, no POSTFLUSH';
}
