/** The times of a document. Only their order means anything, so a counter that the columns can't hold is replaced by ranks. */
import type { History } from '../base/history.ts';
import { NEVER } from './rows.ts';
import type { JsonObject } from './place.ts';
import { integerAt, objectAt, refuse } from './place.ts';

/** Fills `submit`, `complete` and `crashAt`; the operations are known to be objects. */
export function decodeTimes(ops: readonly JsonObject[], crash: unknown, history: History): void {
  const crashAt = crashTime(crash);
  const times = allTimes(ops, crashAt);
  const fits = times.length === 0 || (times[0] > 0 && times[times.length - 1] < NEVER);
  const column = (time: number): number => (fits ? time : rankOf(times, time) + 1);
  ops.forEach((op, row) => {
    history.submit[row] = column(op['submit'] as number);
    history.complete[row] = op['complete'] === null ? 0 : column(op['complete'] as number);
  });
  history.crashAt = crashAt === null ? 0 : column(crashAt);
}

function crashTime(crash: unknown): number | null {
  if (crash === null) return null;
  if (crash === undefined) refuse('crash', '{"at": time}, or null for a run without power loss');
  return integerAt(objectAt(crash, 'crash', ['at'])['at'], 'crash.at', 0, Number.MAX_SAFE_INTEGER);
}

/** Every time of the document, ascending and distinct. */
function allTimes(ops: readonly JsonObject[], crashAt: number | null): Float64Array {
  const times = new Float64Array(2 * ops.length + 1);
  let length = 0;
  ops.forEach((op, row) => {
    times[length++] = integerAt(op['submit'], `ops[${row}].submit`, 0, Number.MAX_SAFE_INTEGER);
    if (op['complete'] === null) return;
    times[length++] = integerAt(op['complete'], `ops[${row}].complete`, 0, Number.MAX_SAFE_INTEGER);
  });
  if (crashAt !== null) times[length++] = crashAt;
  const sorted = times.subarray(0, length).sort();
  for (let i = 1; i < length; i++) {
    if (sorted[i] === sorted[i - 1]) refuseRepeated(ops, sorted[i]);
  }
  return sorted;
}

function refuseRepeated(ops: readonly JsonObject[], time: number): never {
  const places = ops.flatMap((op, row) => [
    ...(op['submit'] === time ? [`ops[${row}].submit`] : []),
    ...(op['complete'] === time ? [`ops[${row}].complete`] : []),
  ]);
  // The crash is the second of the two when the operations have the time only once.
  return refuse(places[1] ?? 'crash.at', `a time of its own, ${places[0]} has the same`, time);
}

function rankOf(sorted: Float64Array, time: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
