/**
 * A second oracle, written from contract.md sentence by sentence: plain documents, definitions, nested loops, no care for
 * speed. It shares nothing with src/contract but names. With `dropped` a rule is left out, to show that the
 * comparison would notice.
 */
import type { HistoryDocument } from '../../src/contract/document.ts';
import type { Guarantee, VerdictName } from '../../src/contract/guarantees.ts';
import type { Op, Rule } from './naive-words.ts';
import { done, failed, hasPayload, isDirect, isSync, isWrite, sectorsOf, verdictOf } from './naive-words.ts';

type Version = number | string;

export class NaiveOracle {
  private readonly ops: readonly Op[];
  private readonly document: HistoryDocument;
  private readonly image: Map<number, Version>;
  private readonly dropped: Rule | undefined;

  constructor(document: HistoryDocument, dropped?: Rule) {
    this.document = document;
    this.ops = document.ops;
    this.image = new Map(document.image.map(([sector, version]) => [sector, version]));
    this.dropped = dropped;
  }

  verdict(): Record<Guarantee, VerdictName> {
    return {
      'barrier-order': this.order(true),
      'barrier-durability': this.barrierDurability(true),
      'empty-barrier-order': this.order(false),
      'empty-barrier-durability': this.barrierDurability(false),
      'flush-durability': this.flushDurability(),
      'fsync-durability': this.fsyncDurability(),
      'fua-durability': this.fuaDurability(),
      integrity: this.integrity(),
      'read-consistency': this.readConsistency(),
      liveness: this.liveness(),
      'error-honesty': this.errorHonesty(),
      protocol: 'n/a',
      'guest-promise': 'n/a',
    };
  }

  /** Whether write `w` is visible at each of its sectors. */
  isWhole(w: Op): boolean {
    return sectorsOf(w).every((x) => this.visible(w, x));
  }

  visible(w: Op, x: number): boolean {
    const held = this.at(x);
    if (held === w.id) return true;
    const holder = this.ops.find((op) => op.id === held);
    if (holder !== undefined) {
      const covers = isWrite(holder) && sectorsOf(holder).includes(x);
      if ((covers || this.drops('only-writes-to-the-sector-cover')) && !this.isOlder(holder, w)) return true;
    }
    if (held !== -1 || this.drops('discards-cover')) return false;
    return this.ops.some((d) => d.kind === 'discard' && sectorsOf(d).includes(x) && !this.isOlderDiscard(d, w));
  }

  stands(w: Op): boolean {
    return isWrite(w) && sectorsOf(w).some((x) => this.at(x) === w.id);
  }

  private drops(rule: Rule): boolean {
    return this.dropped === rule;
  }

  private isOlder(v: Op, w: Op): boolean {
    return !this.drops('older-writes-do-not-cover') && this.precedes(v, w);
  }

  private isOlderDiscard(d: Op, w: Op): boolean {
    return !this.drops('old-discards-do-not-cover') && this.precedes(d, w);
  }

  private at(x: number): Version {
    return this.image.get(x) ?? -1;
  }

  private precedes(v: Op, w: Op): boolean {
    const bufwrites = [v, w].filter((op) => op.kind === 'bufwrite').length;
    if (!this.drops('precedes-1') && v.complete !== null && v.complete < w.submit) return true;
    if (!this.drops('precedes-2') && bufwrites === 2 && v.submit < w.submit) return true;
    if (this.drops('precedes-3') || bufwrites > 0 || v.submit >= w.submit) return false;
    return this.ops.some((b) => this.orders(b) && v.submit <= b.submit && b.submit <= w.submit);
  }

  /** A barrier that did not fail. */
  private orders(b: Op): boolean {
    if (b.kind !== 'barrier') return false;
    if (this.drops('open-barriers-order') && b.complete === null) return false;
    return this.drops('failed-barriers-order-nothing') || !failed(b);
  }

  private directBefore(b: Op): Op[] {
    return this.ops.filter((w) => isDirect(w) && w.submit < b.submit);
  }

  /** Of those, the ones that B speaks of. */
  private promisedBefore(b: Op): Op[] {
    return this.directBefore(b).filter((w) => !failed(w) || this.drops('failed-writes-promise-nothing'));
  }

  private order(payload: boolean): VerdictName {
    const barriers = this.ops.filter((b) => this.orders(b) && hasPayload(b) === payload);
    const broken = barriers.some((b) => {
      const logLost = this.promisedBefore(b).some((w) => !this.isWhole(w));
      if (this.stands(b) && logLost && !this.drops('payload-stands')) return true;
      const laterStands = this.ops.some((w) => w.submit > b.submit && this.stands(w));
      if (!laterStands || this.drops('later-write-stands')) return false;
      return logLost || (payload && !this.isWhole(b) && !this.drops('own-payload'));
    });
    return verdictOf(
      broken,
      barriers.some((b) => this.directBefore(b).length > 0),
    );
  }

  private barrierDurability(payload: boolean): VerdictName {
    const promises = this.ops
      .filter((b) => b.kind === 'barrier' && done(b) && hasPayload(b) === payload)
      .map((b) => [...this.promisedBefore(b), ...(payload ? [b] : [])]);
    return verdictOf(
      promises.flat().some((w) => !this.isWhole(w)),
      promises.flat().length > 0,
    );
  }

  private flushDurability(): VerdictName {
    const promised = this.ops
      .filter((f) => f.kind === 'flush' && done(f))
      .flatMap((f) => this.ops.filter((w) => isDirect(w) && done(w) && this.isFlushed(w, f)));
    return verdictOf(
      promised.some((w) => !this.isWhole(w)),
      promised.length > 0,
    );
  }

  private isFlushed(w: Op, f: Op): boolean {
    return (this.drops('flush-covers-completed') ? w.submit : w.complete!) < f.submit;
  }

  private fuaDurability(): VerdictName {
    const promised = this.ops.filter((w) => w.kind === 'fua' && done(w));
    return verdictOf(
      promised.some((w) => !this.isWhole(w)),
      promised.length > 0,
    );
  }

  private okSyncs(): Op[] {
    return this.ops.filter((f) => isSync(f) && done(f));
  }

  private coveredBy(f: Op): Op[] {
    const reports = this.ops.filter(
      (e) => isSync(e) && failed(e) && e.complete !== null && e.complete < f.submit && e.file === f.file,
    );
    return this.ops
      .filter((w) => w.kind === 'bufwrite' && (w.file === f.file || this.drops('fsync-is-per-file')))
      .filter((w) => done(w) && w.complete! < f.submit)
      .filter((w) => this.drops('reported-loss-is-excused') || !reports.some((e) => w.submit < e.submit));
  }

  private fsyncDurability(): VerdictName {
    const promised = this.okSyncs().flatMap((f) => this.coveredBy(f));
    return verdictOf(
      promised.some((w) => !this.isWhole(w)),
      promised.length > 0,
    );
  }

  private integrity(): VerdictName {
    const broken = [...this.image].some(([x, held]) => {
      if (held === -1) return false;
      return !this.ops.some((op) => op.id === held && this.isVersion(op) && sectorsOf(op).includes(x));
    });
    return verdictOf(broken, true);
  }

  private isVersion(op: Op): boolean {
    return isWrite(op) || (this.drops('discard-is-no-version') && op.kind === 'discard');
  }

  private readConsistency(): VerdictName {
    const reads = this.ops.filter((r) => r.kind === 'read' && done(r));
    const broken = reads.some((r) => sectorsOf(r).some((x, i) => !this.mayRead(r, x, r.versions![i])));
    return verdictOf(broken, reads.length > 0);
  }

  private mayRead(r: Op, x: number, version: Version): boolean {
    const writesHere = this.ops.filter((w) => isWrite(w) && sectorsOf(w).includes(x));
    const before = this.drops('read-after-completed-write')
      ? []
      : writesHere.filter((u) => done(u) && u.complete! < r.submit);
    const sources: Op[] = writesHere.filter((w) => w.id === version);
    if (version === -1) {
      if (before.length === 0) return true;
      if (this.drops('discards-are-read')) return false;
      sources.push(...this.ops.filter((d) => d.kind === 'discard' && sectorsOf(d).includes(x)));
    }
    return sources.some(
      (w) =>
        (w.submit < r.complete! || this.drops('read-before-submission')) &&
        !before.some((u) => u !== w && this.precedes(w, u)),
    );
  }

  private liveness(): VerdictName {
    const open = this.ops.some((op) => op.complete === null);
    const excused = this.document.crash !== null && !this.drops('crash-excuses-open');
    return verdictOf((open && !excused) || (this.document.twice ?? []).length > 0, true);
  }

  private errorHonesty(): VerdictName {
    const refused = this.document.refused ?? [];
    const isRefused = (op: Op): boolean => refused.some(([id, x]) => id === op.id && sectorsOf(op).includes(x));
    const lied = this.ops.some((op) => op.kind !== 'bufwrite' && done(op) && isRefused(op));
    const kept = this.okSyncs().some((f) => this.coveredBy(f).some(isRefused));
    return verdictOf(lied || (kept && !this.drops('fsync-answers-for-refused')), refused.length > 0);
  }
}
