/** A set of versions, sectors or units that is emptied at no cost: what was put in since has the number of the round. */
import { VERSION } from '../base/history.ts';
import { resized } from '../stack/block/bios.ts';

/** The last round that fits a mark; a long campaign comes to it. */
const ROUND_MAX = 0x7fff_ffff;

export class Marks {
  private marks: Int32Array = new Int32Array(64);
  private round: number;

  /** @param round to start from. */
  constructor(round: number = 0) {
    this.round = round;
  }

  /** Empties the set. */
  begin(): void {
    if (this.round === ROUND_MAX) {
      this.marks.fill(0);
      this.round = 0;
    }
    this.round++;
  }

  /** 1: it is new; 0: it is in the set already. */
  add(member: number): number {
    // Codes of metadata lie below every other version.
    const at = member >= VERSION.initial ? 2 * (member + 1) : -2 * member + 1;
    if (at >= this.marks.length) this.marks = resized(this.marks, 2 * at);
    if (this.marks[at] === this.round) return 0;
    this.marks[at] = this.round;
    return 1;
  }
}
