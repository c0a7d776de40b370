/**
 * The exact check for scope host: what is accepted completes in any order the tags allow. There may be as many images as
 * orders, but a violation is a question about one sector or two, and which commands may be the last at two sectors is
 * soon said (witness/host.ts). Decided anew where something has changed: for short histories.
 */
import { GUARANTEES } from '../../contract/guarantees.ts';
import type { Evidence } from '../../stack/evidence.ts';
import type { ExactCheck } from './check.ts';
import { Claims } from './witness/claims.ts';
import { isViolated, lastWrites } from './witness/host.ts';
import { rulesOf } from './witness/rules.ts';

export class HostCheck implements ExactCheck {
  readonly violated: Uint8Array = new Uint8Array(GUARANTEES.length);
  readonly imageCount: null = null;
  private readonly stack: Evidence;
  /** Time of the last decision: every change of the history or of the disk takes one. */
  private decidedAt = -1;

  constructor(stack: Evidence) {
    this.stack = stack;
  }

  begin(): void {
    this.decidedAt = -1;
  }

  step(): void {
    const { journal, clock } = this.stack;
    journal.clear();
    if (clock.now !== this.decidedAt) this.decideNow();
    this.decidedAt = clock.now;
  }

  decideNow(): void {
    const { disk, history } = this.stack;
    const claims = new Claims(history);
    const lasts = lastWrites(disk);
    for (let row = 0; row < GUARANTEES.length; row++)
      this.violated[row] = isViolated(disk, lasts, rulesOf(claims, row)) ? 1 : 0;
  }
}
