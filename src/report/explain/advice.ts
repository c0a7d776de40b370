/** Advice in words: what would make a workload hold; what one that holds could do without is told in spare.ts. */
import type { GuestCase } from '../../case/case.ts';
import type { Guarantee } from '../../contract/guarantees.ts';
import { ADVICE_OPS_MAX, type Advice } from '../../fuzz/advice/advice.ts';
import { sparePayload } from '../../fuzz/advice/candidates.ts';
import type { DiskRemedy, Mend, Mending } from '../../fuzz/advice/mend.ts';
import { resolveMode } from '../../stack/config.ts';
import { stepText, threadTexts } from './edits.ts';
import { isOpen, nothing, openLines } from './open.ts';
import type { Scene } from './scene.ts';
import { spareLines } from './spare.ts';
import { enumeration, wrap } from './wrap.ts';

export interface AdviceGiven {
  readonly advice: Advice;
  /** The bound that it was made with. */
  readonly statesMax: number;
}

export interface AdviceSection {
  readonly title: string;
  readonly lines: readonly string[];
}

export function adviceSection(scene: Scene, { advice, statesMax }: AdviceGiven): AdviceSection {
  switch (advice.outcome) {
    case 'too-large':
      return { title: 'Advice', lines: wrap(tooLargeText(advice.reason, statesMax)) };
    case 'holds':
      return { title: 'What could be left out', lines: spareLines(scene, advice.spare, statesMax) };
    case 'violated':
      return {
        title: 'What would make it hold',
        lines: [
          ...violatedLines(scene, advice.violated),
          ...mendLines(scene.case as GuestCase, advice.mend, statesMax),
        ],
      };
  }
}

function tooLargeText(reason: (Advice & { outcome: 'too-large' })['reason'], statesMax: number): string {
  switch (reason) {
    case 'stream':
      return 'None: the operations of a recorded stream are too many to explore.';
    case 'guests':
      return 'None: advice is for one guest alone.';
    case 'operations':
      return `None: the workload has more than the ${ADVICE_OPS_MAX} operations that can be explored. Shrink it first.`;
    case 'states':
      return `None: the workload has more than ${statesMax} states (--states raises this bound).`;
    case 'steps':
      return 'None: a schedule of the workload has more steps than are explored.';
  }
}

/** What other schedules and images violate, where that is more than the run shows. */
function violatedLines({ replay }: Scene, violated: readonly Guarantee[]): string[] {
  const others = violated.filter((guarantee) => replay.verdicts[guarantee] !== 'violated');
  if (others.length === 0) return [];
  const verb = others.length === 1 ? 'is' : 'are';
  return wrap(
    `In other schedules or images of this workload ${enumeration(others)} ${verb} violated. They count, too.`,
  );
}

function mendLines(c: GuestCase, mend: Mend, statesMax: number): string[] {
  const { stack, guest, both } = mend;
  const searches = [stack, guest, ...(both === null ? [] : [both])];
  const texts = [...mend.disk.map(diskText), ...lyingText(c, mend), stackText(c, stack)];
  return [
    ...texts.flatMap((text) => wrap(text)),
    ...guestLines(c, mend),
    ...(both === null ? [] : bothLines(c, both)),
    ...spareSectorLines(c, searches),
    ...(searches.some(({ sets }) => sets.length > 0) ? wrap(EXPLORED) : []),
    ...openLines(searches, statesMax),
  ];
}

const EXPLORED = 'Each was explored to its end: every schedule, every image, every guarantee.';

function diskText(remedy: DiskRemedy): string {
  if (remedy.flush !== undefined)
    return 'The disk is to blame: it ignores flushes. If it did not, everything would hold as it is.';
  const fault = remedy.tags === undefined ? 'has no FUA' : 'ignores tags';
  return `The disk has its share: it ${fault}. If it ${remedy.tags === undefined ? 'had' : 'did not'}, everything would hold as it is.`;
}

/** Where the disk is not the only one to blame. */
function lyingText(c: GuestCase, { disk, stack, guest, both }: Mend): string[] {
  const mended = [stack, guest, both].some((search) => search !== null && search.sets.length > 0);
  if (c.stack.disk.flush === 'honest' || disk.length > 0 || mended) return [];
  return ['The disk ignores flushes: while it does, no flush that is sent anywhere makes a difference.'];
}

function stackText({ stack }: GuestCase, search: Mending): string {
  const modes = search.sets.flatMap(([edit]) => (edit.kind === 'mode' ? [edit.mode] : []));
  const own = resolveMode(stack);
  const open = search.undecided.flatMap(([edit]) => (edit.kind === 'mode' ? [edit.mode] : []));
  const rest = open.length === 0 ? '' : ` Not decided, since they have too many states: ${enumeration(open)}.`;
  if (modes.length > 0) return `In the stack: mode ${enumeration(modes, 'or')} in place of ${own}.${rest}`;
  return `In the stack: ${nothing(search, ` No other mode in place of ${own} makes it hold.`)}${rest}`;
}

function guestLines(c: GuestCase, { guest, stack }: Mend): string[] {
  const { sets, size, triedCount } = guest;
  if (sets.length === 0) {
    const whose = stack.sets.length === 0 ? '' : ': the stack has to';
    const what =
      triedCount === 0
        ? ' Nothing could be tried.'
        : ` No insertion of a wait, flush, fsync or barrier, no write made FUA or a barrier, and no two of these make it hold (${triedCount} tried)${whose}.`;
    return wrap(`In the guest: ${nothing(guest, what)}`);
  }
  const single = isOpen(guest) ? '' : ': no single one does';
  const count = size === 1 ? '' : ` (two changes${single})`;
  return [...wrap(`In the guest${count}, ${sets.length === 1 ? 'this' : 'one of these'}:`), ...setLines(c, sets)];
}

function bothLines(c: GuestCase, search: Mending): string[] {
  const { sets, triedCount } = search;
  if (sets.length === 0) return wrap(`With one change of each, ${triedCount} tried: ${nothing(search, '')}`);
  return [...wrap('With one change of each:'), ...setLines(c, sets)];
}

/** Sets that are shown; the others are counted. */
const SETS_SHOWN_MAX = 6;

function setLines(c: GuestCase, sets: Mending['sets']): string[] {
  const shown = sets.slice(0, SETS_SHOWN_MAX);
  const more = sets.length - shown.length;
  return [
    ...shown.flatMap((edits) => {
      const modes = edits.flatMap((edit) => (edit.kind === 'mode' ? [`mode ${edit.mode}`] : []));
      return wrap([...modes, ...threadTexts(c, edits)].join('; '), '- ');
    }),
    ...(more === 0 ? [] : wrap(`and ${more} more`, '- ')),
  ];
}

/** Where a barrier was given a sector of its own. */
function spareSectorLines(c: GuestCase, searches: readonly Mending[]): string[] {
  const payload = sparePayload(c.guests[0], c.stack.disk);
  if (payload === null) return wrap('No barrier with a payload of its own was tried: no sector is free for it.');
  const isUsed = searches.some(({ sets }) => JSON.stringify(sets).includes(JSON.stringify(payload)));
  return isUsed ? wrap(`${stepText(payload)} has a payload of its own, on a sector that nothing else uses.`) : [];
}
