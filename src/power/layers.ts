/**
 * What layers can show that are laid over each other in any order: started writes to an atomic unit, or commands that a
 * host crash leaves to complete. A layer is a run of sectors with a version at each. Swept from the first sector to the
 * last: at a sector some layer is on top, which nothing else there may be known to lie over. Of what the sectors so far
 * have shown only the known orders of the layers that go on matter, and a layer that lies under another which reaches as
 * far never shows again. Where several layers hold the same version, the orders that would show it are kept together, so
 * that each content is met once: the contents are counted without being spelled out. The cost follows from how
 * many layers lie over one sector, not from how many contents there are.
 */

/** Content of a run of sectors: a version per sector. */
export type Content = readonly number[];

export interface Layer {
  readonly from: number;
  readonly versions: Content;
}

/** A layer that goes on, and those known to lie over it (indices). */
interface Seen {
  readonly layer: number;
  readonly under: readonly number[];
}
/** One thing that may be known of the layers at a sector, and everything that may be after what was shown. */
type Order = readonly Seen[];
type State = readonly Order[];

/** How many contents `sectors` (ascending, each under some layer) can be left with. */
export function layersCount(layers: readonly Layer[], sectors: readonly number[]): bigint {
  const sweep = new Sweep(layers, sectors);
  let frontier = new Map([['', { state: [[]] as State, count: 1n }]]);
  for (let at = 0; at < sectors.length; at++) {
    const next: typeof frontier = new Map();
    for (const { state, count } of frontier.values())
      for (const { key, after } of sweep.shown(state, at)) {
        const known = next.get(key);
        if (known === undefined) next.set(key, { state: after, count });
        else known.count += count;
      }
    frontier = next;
  }
  return [...frontier.values()].reduce((sum, { count }) => sum + count, 0n);
}

/** The contents themselves, each once; when there are more than `countMax`, one more than that. */
export function layersContents(
  layers: readonly Layer[],
  sectors: readonly number[],
  countMax: number = Infinity,
): Content[] {
  const sweep = new Sweep(layers, sectors);
  const contents: Content[] = [];
  const content = sectors.map(() => 0);
  const known = sectors.map(() => new Map<string, Shown[]>());
  const extend = (state: State, key: string, at: number): void => {
    if (at === sectors.length) return void contents.push([...content]);
    const shown = known[at].get(key) ?? sweep.shown(state, at);
    known[at].set(key, shown);
    for (const next of shown) {
      if (contents.length > countMax) return;
      content[at] = next.version;
      extend(next.after, next.key, at + 1);
    }
  };
  extend([[]], '', 0);
  return contents;
}

interface Shown {
  readonly version: number;
  readonly after: State;
  readonly key: string;
}

class Sweep {
  private readonly layers: readonly Layer[];
  private readonly sectors: readonly number[];

  constructor(layers: readonly Layer[], sectors: readonly number[]) {
    this.layers = layers;
    this.sectors = sectors;
  }

  /** The versions that sector number `at` may show, and what is known of the layers then. */
  shown(state: State, at: number): Shown[] {
    const byVersion = new Map<number, Map<string, Order>>();
    for (const before of state) {
      const order = this.reached(before, at);
      for (const { layer, under } of order) {
        if (under.length > 0) continue;
        const { from, versions } = this.layers[layer];
        const version = versions[this.sectors[at] - from];
        const orders = byVersion.get(version) ?? new Map<string, Order>();
        const after = this.withOnTop(order, layer);
        byVersion.set(version, orders.set(keyOf(after), after));
      }
    }
    return [...byVersion].map(([version, orders]) => ({
      version,
      after: [...orders.values()],
      key: [...orders.keys()].sort().join('|'),
    }));
  }

  /** Layers that have ended are forgotten; those that begin are under nothing yet. */
  private reached(order: Order, at: number): Order {
    const x = this.sectors[at];
    const last = at === 0 ? -1 : this.sectors[at - 1];
    const goesOn = (layer: number): boolean => this.endOf(layer) > x;
    const old = order
      .filter(({ layer }) => goesOn(layer))
      .map(({ layer, under }) => ({ layer, under: under.filter(goesOn) }));
    const fresh = this.layers.flatMap(({ from }, layer) =>
      from > last && from <= x && goesOn(layer) ? [{ layer, under: [] }] : [],
    );
    return [...old, ...fresh];
  }

  /** Of the others only those that reach further matter from here on. */
  private withOnTop(order: Order, top: number): Order {
    const end = this.endOf(top);
    const further = order.filter(({ layer }) => this.endOf(layer) > end);
    const others = further.map(({ layer, under }) => ({
      layer,
      under: [...under.filter((over) => this.endOf(over) > end), top],
    }));
    return [{ layer: top, under: [] }, ...others];
  }

  private endOf(layer: number): number {
    const { from, versions } = this.layers[layer];
    return from + versions.length;
  }
}

/** The order of the entries does not tell. */
function keyOf(order: Order): string {
  return order
    .map(({ layer, under }) => [layer, ...[...under].sort((a, b) => a - b)].join())
    .sort()
    .join(';');
}
