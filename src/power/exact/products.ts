/**
 * The exact check for atomic unit 4096, in any destage order. The set is a
 * union of products (src/power/products.ts); within one, units choose independently, so a durability guarantee is a
 * question about the contents of single units, and an order guarantee one about pairs of units, or about one content
 * that shows both sides. No image is built. Decided anew where something has changed: for small devices.
 */
import type { History } from '../../base/history.ts';
import { GUARANTEE, GUARANTEES } from '../../contract/guarantees.ts';
import type { Program } from '../../guest/program.ts';
import type { Evidence } from '../../stack/evidence.ts';
import { type Product, imageProducts } from '../products.ts';
import type { Content } from '../layers.ts';
import { contentAt } from '../options.ts';
import { completedOps, type ExactCheck, submittedOps, takesBack } from './check.ts';
import { Directs } from './directs.ts';
import { BETWEEN, NEVER, Precedence } from './precedence.ts';
import { DURABILITIES, Promises } from './promises.ts';

/** What one content, or the contents of one unit together, may lose and show. */
interface Fate {
  /** Least rank of a direct write that may be lost; NEVER: none. */
  readonly lost: number;
  /** Greatest rank of a write that may stand; 0: none. */
  readonly stood: number;
}

export class ProductCheck implements ExactCheck {
  readonly violated: Uint8Array = new Uint8Array(GUARANTEES.length);
  readonly imageCount: null = null;
  private readonly precedence: Precedence = new Precedence();
  /** Contents are asked one by one. */
  private readonly promises: Promises = new Promises({ keyNow: () => NEVER }, this.violated);
  private readonly directs: Directs = new Directs();
  private program!: Program;
  private history!: History;
  private since = 0;
  private readonly stack: Evidence;

  constructor(stack: Evidence) {
    this.stack = stack;
  }

  begin(program: Program): void {
    this.program = program;
    this.since = 0;
    this.startOver();
  }

  step(): void {
    const { journal } = this.stack;
    if (!journal.isDirty) return;
    const { submitted, completed } = journal;
    for (let i = 0; i < submitted.count; i++) this.submit(submitted.items[i]);
    for (let i = 0; i < completed.count; i++) this.promises.completed(completed.items[i]);
    if (journal.isRewritten || takesBack(this.history, completed, this.since)) this.rebuild();
    journal.clear();
    this.since = this.stack.clock.now;
    this.decideAll();
  }

  decideNow(program: Program): void {
    this.program = program;
    this.rebuild();
    this.decideAll();
  }

  private decideAll(): void {
    this.violated.fill(0);
    for (const product of imageProducts(this.stack.disk)) this.decide(product);
  }

  private startOver(): void {
    const { history } = this.stack;
    this.history = history;
    this.violated.fill(0);
    this.precedence.begin(history, this.program);
    this.promises.begin(history, this.program);
    this.directs.begin(history, this.program);
  }

  private rebuild(): void {
    const { history } = this.stack;
    this.startOver();
    for (const op of submittedOps(history)) this.submit(op);
    for (const op of completedOps(history)) this.promises.completed(op);
  }

  private submit(op: number): void {
    const { history, directs } = this;
    this.precedence.submitted(op);
    this.promises.submitted(op);
    if (!directs.isDirect(op)) return;
    for (let x = history.sector[op]; x < history.sector[op] + history.count[op]; x++) directs.append(x, op);
  }

  private decide(product: Product): void {
    const { disk } = this.stack;
    const open = new Map(product.units.map(({ unit, options }) => [unit, options]));
    const fates: Fate[] = [];
    for (let unit = 0; unit < disk.media.unitHead.length; unit++) {
      const options = open.get(unit) ?? [contentAt(disk, product.base, unit)];
      const contents = options.map((content) => this.fateOf(unit, content));
      for (const fate of contents) this.decidePair(fate, fate);
      fates.push(contents.reduce(worse));
    }
    // Of two units, the one that may lose most and the one that may show most; where they are one, the next of each.
    const byLost = fates
      .map((_, unit) => unit)
      .sort((a, b) => fates[a].lost - fates[b].lost)
      .slice(0, 2);
    const byStood = fates
      .map((_, unit) => unit)
      .sort((a, b) => fates[b].stood - fates[a].stood)
      .slice(0, 2);
    for (const x of byLost) for (const y of byStood) if (x !== y) this.decidePair(fates[x], fates[y]);
  }

  /** What a content of a unit loses and shows; durability is decided on the way. */
  private fateOf(unit: number, content: Content): Fate {
    const { precedence, promises, directs, violated } = this;
    let fate: Fate = { lost: NEVER, stood: 0 };
    content.forEach((version, i) => {
      const x = unit * content.length + i;
      const key = precedence.keyOfVersion(version, x);
      DURABILITIES.forEach((guarantee, row) => {
        if (promises.isBroken(row, x, key)) violated[guarantee] = 1;
      });
      const entry = directs.first(x, key);
      const lost = entry === 0 ? NEVER : precedence.rank[directs.opOf(entry)];
      fate = worse(fate, { lost, stood: version < 0 ? 0 : precedence.rank[version] });
    });
    return fate;
  }

  private decidePair({ lost }: Fate, { stood }: Fate): void {
    const { violated, precedence } = this;
    if (lost >= stood) return;
    const broken = precedence.between(lost, stood);
    violated[GUARANTEE.barrierOrder] |= broken & BETWEEN.payload;
    violated[GUARANTEE.emptyBarrierOrder] |= (broken & BETWEEN.empty) >> 1;
  }
}

function worse(a: Fate, b: Fate): Fate {
  return { lost: Math.min(a.lost, b.lost), stood: Math.max(a.stood, b.stood) };
}
