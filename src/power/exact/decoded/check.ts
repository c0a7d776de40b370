/**
 * The exact check where images of the disk are decoded (a file with metadata, an image format): per product of the disk's
 * surviving set, every way in which each of the guest's sectors may come out, with what was chosen of the disk for it. A
 * violation is a question about one sector or two, and for two of them about ways that one image allows. Decided anew
 * where something has changed: for small devices.
 */
import { GUARANTEES } from '../../../contract/guarantees.ts';
import type { Decoder } from '../../../stack/backend/decoder.ts';
import type { Scope } from '../../../stack/config.ts';
import type { Evidence } from '../../../stack/evidence.ts';
import type { ExactCheck } from '../check.ts';
import { Claims } from '../witness/claims.ts';
import type { Rule } from '../witness/rules.ts';
import { cellsOf } from './cells.ts';
import { leavesOf } from './leaves.ts';
import { decodedRulesOf } from './rules.ts';
import { isBroken, Outcomes } from './pairs.ts';

export class DecodedCheck implements ExactCheck {
  readonly violated: Uint8Array = new Uint8Array(GUARANTEES.length);
  /** Images of the disk are what is counted. */
  readonly imageCount: null = null;
  private readonly stack: Evidence;
  private readonly decoder: Decoder;
  private readonly scope: Scope;
  private isBegun = false;

  constructor(stack: Evidence, decoder: Decoder, scope: Scope) {
    this.stack = stack;
    this.decoder = decoder;
    this.scope = scope;
  }

  begin(): void {
    this.isBegun = false;
  }

  step(): void {
    const { journal } = this.stack;
    if (this.isBegun && !journal.isDirty) return;
    this.isBegun = true;
    journal.clear();
    this.decideNow();
  }

  decideNow(): void {
    const { disk, history } = this.stack;
    const claims = new Claims(history);
    const rules = GUARANTEES.map((_, row) => decodedRulesOf(claims, row));
    this.violated.fill(0);
    for (const cells of cellsOf(disk, this.scope)) {
      const outcomes = new Outcomes(leavesOf(this.decoder, history.sectorCount, cells), cells.options.length);
      rules.forEach((own: readonly Rule[], row) => {
        if (this.violated[row] === 0 && own.some((rule) => isBroken(outcomes, rule))) this.violated[row] = 1;
      });
    }
  }
}
