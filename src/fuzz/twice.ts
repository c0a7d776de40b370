/** Replays the second crash of a case: recovery from the image of the first, cut short, judged by one image or by every one. */
import { BlkfuzzError } from '../base/errors.ts';
import type { Case, Crash } from '../case/case.ts';
import { GUARANTEES, type Guarantee, VERDICT, VERDICT_NAMES } from '../contract/guarantees.ts';
import { type Violation, violationsOf } from '../contract/verdict.ts';
import type { Program } from '../guest/program.ts';
import { imageCount } from '../power/count.ts';
import { layOverFloor } from '../power/enumerate.ts';
import { parseAction } from '../stack/actions.ts';
import type { Stack } from '../stack/stack.ts';
import { type Judged, layImage } from './decide.ts';
import { KEPT, SecondCrash } from './second.ts';
import { Walk, takeListed, takeNext } from './walk.ts';

export interface Twice {
  readonly judged: Judged;
  readonly second: SecondCrash;
  readonly taken: readonly number[];
}

/**
 * @param stack of the first run, with its image in the history.
 * @param first what that came to.
 * @throws BlkfuzzError bad-input: with that image there is nothing to recover, or power loss can't leave the second.
 */
export function loseTwice(c: Case, stack: Stack, program: Program, first: Judged, traced: boolean): Twice {
  const crash = c.crash!.second!;
  const second = new SecondCrash(c.stack, c.scope);
  if (traced) {
    second.stack.tracer.events = [];
    second.stack.disk.log = [];
  }
  if (!second.begin(program, stack.history, stack.history.image))
    throw new BlkfuzzError('bad-input', 'crash.second: with crash.image the guest has nothing to recover');
  const walk = new Walk();
  takeListed(second.stack, walk, crash.schedule.map(parseAction), crash.step, false);
  while (takeNext(second.stack, walk, crash.step));
  second.stack.history.crashAt = second.stack.clock.tick();
  return { judged: joined(first, judgeSecond(c, second, crash)), second, taken: walk.taken };
}

function judgeSecond(c: Case, second: SecondCrash, crash: NonNullable<Crash['second']>): Judged {
  const { stack } = second;
  const { history, disk } = stack;
  const shown = new Map<number, Violation>();
  if (crash.image !== undefined) {
    layImage(stack, c.scope, 'crash.second', crash.step, crash.image);
    for (const violation of violationsOf(second.judge(history.image)))
      shown.set(GUARANTEES.indexOf(violation.guarantee), violation);
    return judgedOf(shown, 1n);
  }
  let image: Int32Array | null = null;
  for (const row of KEPT) {
    const verdict = second.witness(row);
    if (verdict === null) continue;
    shown.set(
      row,
      violationsOf(verdict).find(({ guarantee }) => guarantee === GUARANTEES[row])!,
    );
    image ??= history.image.slice();
  }
  if (image === null) layOverFloor(disk, [], history.image);
  else history.image.set(image);
  return judgedOf(shown, imageCount(disk, c.scope));
}

/** What is kept, and nothing else. */
function judgedOf(shown: ReadonlyMap<number, Violation>, imagesDecided: bigint): Judged {
  const rows = KEPT.filter((row) => shown.has(row));
  const verdicts = rows.map((row): [Guarantee, string] => [GUARANTEES[row], VERDICT_NAMES[VERDICT.violated]]);
  return {
    verdicts: Object.fromEntries(verdicts) as Judged['verdicts'],
    violations: rows.map((row) => shown.get(row)!),
    imagesDecided,
  };
}

/** A guarantee is violated where either crash violates it; the second one's witness is shown first. */
function joined(first: Judged, second: Judged): Judged {
  const violations = GUARANTEES.flatMap((name) => {
    const isNamed = ({ guarantee }: Violation): boolean => guarantee === name;
    return second.violations.find(isNamed) ?? first.violations.find(isNamed) ?? [];
  });
  return {
    verdicts: { ...first.verdicts, ...second.verdicts },
    violations,
    imagesDecided: second.imagesDecided,
  };
}
