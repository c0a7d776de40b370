/** What is said of a run that `--check enumerate` could not decide. */
import { BlkfuzzError } from '../../base/errors.ts';
import type { Tally } from '../../campaign/tally.ts';
import { IMAGES_ENUMERATED_MAX } from '../../fuzz/decider.ts';
import type { RunPlan } from './plan.ts';

/** The first mode that was bounded out; null: none was. @param tallies one per mode. */
export function boundedOut({ modes }: RunPlan, tallies: readonly Tally[]): BlkfuzzError | null {
  const at = tallies.findIndex(({ bounded }) => bounded !== null);
  if (at < 0) return null;
  const { run, step } = tallies[at].bounded!;
  return tooManyImages(modes[at].name, run, step);
}

function tooManyImages(mode: string, run: number, step: number): BlkfuzzError {
  const where = `mode ${mode}, run ${run}: power loss after action ${step}`;
  return new BlkfuzzError(
    'bounded-out',
    `${where} can leave more than ${IMAGES_ENUMERATED_MAX} images, too many to build one by one`,
    'give --check exact, or fewer --ops',
  );
}
