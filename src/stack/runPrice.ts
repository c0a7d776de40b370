/** What the barriers of a whole run cost, of all its guests and the host below them. */
import type { Lane } from './layers.ts';
import type { Parts } from './parts.ts';
import { addPrices, NO_PRICE, type RunPrice } from './price.ts';

/** From the next run on what barriers cost is counted. @param all the parts of every guest. */
export function countPrice(all: readonly Parts[]): void {
  for (const { backend } of all.flatMap(lanesOf)) backend.price.isOn = true;
}

/** What the barriers of the run have cost so far. @param all the parts of every guest. */
export function priceOf(all: readonly Parts[]): RunPrice {
  const [{ disk, transport }] = all;
  const host = { ...NO_PRICE, flushes: disk.flushCount, drains: transport?.host.state.drainCount ?? 0 };
  return all.map(priceAbove).reduce(addPrices, host);
}

/** What is counted above the host. */
function priceAbove(parts: Parts): RunPrice {
  const own = { ...NO_PRICE, guestDrains: parts.queue.state.drainCount };
  return lanesOf(parts).reduce((sum, { backend }) => {
    const { barriers, drains, stepsWaited } = backend.price;
    return addPrices(sum, { ...NO_PRICE, barriers, drains, stepsWaited });
  }, own);
}

/** The rings of a guest. */
function lanesOf({ transport }: Parts): readonly Lane[] {
  return transport === null ? [] : [transport, ...transport.lanes];
}
