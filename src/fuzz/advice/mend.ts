/**
 * The smallest sets of edits that make a workload hold: of the guest alone, of its mode alone, and of both where neither
 * does alone. Sets of one before sets of two, each decided by exploring; sets of three and more are not tried.
 */
import type { GuestCase } from '../../case/case.ts';
import type { DiskConfig } from '../../stack/config.ts';
import { guestEdits, modeEdits } from './candidates.ts';
import type { Decider } from './decider.ts';
import { type Edit, editedStack, editedWorkload, isWithin } from './edits.ts';

/** What a search came to. */
export interface Mending {
  /** All of one size, the smallest at which there are any, in the order of preference. Empty: none holds. */
  readonly sets: readonly (readonly Edit[])[];
  /** The largest size that was tried. */
  readonly size: number;
  readonly triedCount: number;
  /** Sets with more states than the bound for one. */
  readonly undecidedCount: number;
  readonly undecided: readonly (readonly Edit[])[];
  /** Sets that no states were left for. */
  readonly untriedCount: number;
}

/** A disk that would keep the promises with everything else as it is. */
export type DiskRemedy = Partial<Pick<DiskConfig, 'flush' | 'tags' | 'fua'>>;

export interface Mend {
  readonly disk: readonly DiskRemedy[];
  readonly stack: Mending;
  readonly guest: Mending;
  /** One edit of each; null where one side does alone. */
  readonly both: Mending | null;
}

export function mendOf(c: GuestCase, decider: Decider): Mend {
  const disk = diskRemedies(c).filter((remedy) => {
    const stack = { ...c.stack, disk: { ...c.stack.disk, ...remedy } };
    return decider.decide(stack, c.guests[0]) === 'holds';
  });
  const modes = modeEdits(c.stack);
  const edits = guestEdits(c.guests[0], c.stack);
  const singles = (list: readonly Edit[]): Edit[][] => list.map((edit) => [edit]);
  const stack = search(c, decider, [singles(modes)]);
  const guest = search(c, decider, [singles(edits), pairsOf(edits)]);
  if (stack.sets.length > 0 || guest.sets.length > 0) return { disk, stack, guest, both: null };
  const mixed = modes.flatMap((mode) =>
    guestEdits(c.guests[0], editedStack(c.stack, [mode])).map((edit) => [edit, mode]),
  );
  return { disk, stack, guest, both: search(c, decider, [[], mixed]) };
}

function diskRemedies({ stack: { disk } }: GuestCase): DiskRemedy[] {
  const remedies: DiskRemedy[] = [{ flush: 'honest' }, { tags: 'honoured' }, { fua: true }];
  return remedies.filter((remedy) =>
    Object.entries(remedy).some(([key, value]) => disk[key as keyof DiskRemedy] !== value),
  );
}

/** Two edits at once. At one place their order counts; of one operation there is one conversion. */
function pairsOf(edits: readonly Edit[]): Edit[][] {
  return edits.flatMap((first, i) =>
    edits.slice(i + 1).flatMap((second): Edit[][] => {
      if (first.kind === 'mode' || second.kind === 'mode') return [[first, second]];
      const isOnePlace = first.thread === second.thread && first.step === second.step;
      if (!isOnePlace || first.kind !== second.kind) return [[first, second]];
      if (first.kind === 'convert') return [];
      return [
        [first, second],
        [second, first],
      ];
    }),
  );
}

/** @param sizes sets of one edit, of two, and so on. */
function search(c: GuestCase, decider: Decider, sizes: readonly (readonly Edit[][])[]): Mending {
  const count = { holds: 0, violated: 0, undecided: 0, untried: 0 };
  const undecided: Edit[][] = [];
  let [sets, size] = [[] as Edit[][], 0];
  while (sets.length === 0 && size < sizes.length) {
    sets = sizes[size++].filter((edits) => {
      const decision = decider.decide(editedStack(c.stack, edits), editedWorkload(c.guests[0], edits));
      count[decision]++;
      if (decision === 'undecided') undecided.push(edits);
      return decision === 'holds';
    });
  }
  return {
    sets: sets.filter((set) => !sets.some((other) => other !== set && isSmaller(other, set))),
    size,
    triedCount: count.holds + count.violated + count.undecided,
    undecidedCount: count.undecided,
    undecided,
    untriedCount: count.untried,
  };
}

/** Whether a set does less than another, edit by edit. */
function isSmaller(small: readonly Edit[], large: readonly Edit[]): boolean {
  if (!small.every((edit, i) => isWithin(edit, large[i]))) return false;
  return !large.every((edit, i) => isWithin(edit, small[i]));
}
