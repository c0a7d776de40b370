/** What the barriers of a whole run cost, of all its guests and the host below them. */
import type { Parts } from './parts.ts';
import { addPrices, NO_PRICE, type RunPrice } from './price.ts';

/** From the next run on what barriers cost is counted. @param all the parts of every guest. */
export function countPrice(all: readonly Parts[]): void {
  for (const { transport } of all) if (transport !== null) transport.backend.price.isOn = true;
}

/** What the barriers of the run have cost so far. @param all the parts of every guest. */
export function priceOf(all: readonly Parts[]): RunPrice {
  const [{ disk, transport }] = all;
  const host = { ...NO_PRICE, flushes: disk.flushCount, drains: transport?.host.state.drainCount ?? 0 };
  return all.map(priceAbove).reduce(addPrices, host);
}

/** What is counted above the host. */
function priceAbove({ transport, queue }: Parts): RunPrice {
  const { barriers, drains, stepsWaited } = transport?.backend.price ?? NO_PRICE;
  return { barriers, flushes: 0, drains, guestDrains: queue.state.drainCount, stepsWaited };
}
