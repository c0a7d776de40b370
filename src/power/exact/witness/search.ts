/**
 * The cheapest violation of a rule where units choose independently: one content that shows it alone, or two of
 * different units. Costs take few values, and for each of them the two best units decide: whatever pair there is, one
 * of theirs is as good.
 */
import type { Content } from '../../layers.ts';

/** A unit that is to hold a content instead of its cheapest. */
export interface Choice {
  readonly unit: number;
  readonly content: Content;
}

export interface Found {
  /** Over the image in which every unit holds its cheapest content. */
  readonly extra: number;
  readonly choices: readonly Choice[];
}

/** A choice with the least value of its unit. */
interface Leader extends Choice {
  readonly value: number;
}

/** By extra cost the two leaders of different units, the better one first. */
type Leaders = Map<number, Leader[]>;

export class Search {
  private alone: Found | null = null;
  private readonly ends: Leaders = new Map();
  /** By the negated time, so that less is better. */
  private readonly stands: Leaders = new Map();

  /** A content that a unit may hold, with what it ends and what stands in it. */
  offer(unit: number, content: Content, extra: number, end: number, stood: number): void {
    if (end < stood && (this.alone === null || extra < this.alone.extra))
      this.alone = { extra, choices: [{ unit, content }] };
    if (end < Infinity) enter(this.ends, unit, content, extra, end);
    if (stood > 0) enter(this.stands, unit, content, extra, -stood);
  }

  best(): Found | null {
    let best = this.alone;
    for (const [endExtra, ends] of this.ends)
      for (const [stoodExtra, stands] of this.stands) {
        const extra = endExtra + stoodExtra;
        if (best !== null && extra >= best.extra) continue;
        const choices = pairOf(ends, stands);
        if (choices !== null) best = { extra, choices };
      }
    return best;
  }
}

function enter(leaders: Leaders, unit: number, content: Content, extra: number, value: number): void {
  const list = leaders.get(extra);
  if (list === undefined) {
    leaders.set(extra, [{ unit, content, value }]);
    return;
  }
  const own = list.findIndex((leader) => leader.unit === unit);
  if (own >= 0 ? list[own].value <= value : list.length > 1 && list[1].value <= value) return;
  list[own >= 0 ? own : Math.min(list.length, 1)] = { unit, content, value };
  list.sort((a, b) => a.value - b.value);
}

function pairOf(ends: readonly Leader[], stands: readonly Leader[]): Choice[] | null {
  for (const end of ends)
    for (const stood of stands) if (end.unit !== stood.unit && end.value < -stood.value) return [end, stood];
  return null;
}
