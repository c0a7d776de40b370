/**
 * A guest's own promise in a run (docs/guests.md): decided at a crash point over every image that power loss could leave,
 * and judged of one image. A workload of the free mix has none, and costs nothing here.
 */
import type { History } from '../base/history.ts';
import { GUARANTEE } from '../contract/guarantees.ts';
import type { Verdict } from '../contract/verdict.ts';
import { breakPromise, type Choice } from '../guest/meaning/decide.ts';
import { type Meaning, meaningOf } from '../guest/meaning/meaning.ts';
import { countsAllowed, judgePromise } from '../guest/meaning/promise.ts';
import type { Program } from '../guest/program.ts';
import { hostCells } from '../power/host.ts';
import { imageProducts } from '../power/products.ts';
import type { Scope } from '../stack/config.ts';
import type { Disk } from '../stack/disk/disk.ts';
import type { Evidence } from '../stack/evidence.ts';

export class GuestPromise {
  private readonly stack: Evidence;
  private readonly scope: Scope;
  private program: Program | null = null;
  private meaning: Meaning | null = null;

  constructor(stack: Evidence, scope: Scope) {
    this.stack = stack;
    this.scope = scope;
  }

  /** The stack has just been reset to this program. */
  begin(program: Program): void {
    if (program === this.program) return;
    this.program = program;
    this.meaning = meaningOf(program);
  }

  /** The guest promises something. */
  get applies(): boolean {
    return this.meaning !== null;
  }

  /** Writes an image that breaks the promise if power is lost now; false: none does. */
  breaksUnder(image: Int32Array): boolean {
    const { meaning, stack, scope } = this;
    if (meaning === null) return false;
    const allowed = countsAllowed(meaning, stack.history);
    if (allowed === 0) return false;
    for (const choice of choicesOf(stack.disk, scope)) if (breakPromise(meaning, allowed, choice, image)) return true;
    return false;
  }

  /** Adds to a verdict what the image that the history holds comes to. */
  judge(history: History, verdict: Verdict): void {
    const { meaning } = this;
    const allowed = meaning === null ? 0 : countsAllowed(meaning, history);
    if (meaning === null || allowed === 0) return;
    verdict.applies(GUARANTEE.guestPromise);
    const broken = judgePromise(meaning, allowed, history.image);
    if (broken !== null) verdict.violate(GUARANTEE.guestPromise, 0, broken.by, broken.lost, broken.sector);
  }
}

/** The images that power loss could leave now, as products. */
function* choicesOf(disk: Disk, scope: Scope): Generator<Choice> {
  if (scope === 'host') {
    yield { base: disk.media.current, cells: hostCells(disk) };
    return;
  }
  const { unitSectors } = disk.media;
  const sectorsOf = (unit: number): number[] => Array.from({ length: unitSectors }, (_, i) => unit * unitSectors + i);
  for (const { base, units } of imageProducts(disk))
    yield { base, cells: units.map(({ unit, options }) => ({ sectors: sectorsOf(unit), options })) };
}
