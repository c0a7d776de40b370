/**
 * Judges the images of one history one after the other, where neighbours differ at few sectors. What the contract asks
 * of an image is asked of single sectors: which promised writes the version there loses, the earliest direct write that
 * it loses, the latest write that stands there. A version is asked once; a change then costs a look at what was
 * answered, not a judgement of all. Held to the oracle, which it does not replace: it names no witness, and says
 * nothing of the guarantees that no image decides (read-consistency, liveness, error-honesty, protocol).
 */
import type { History } from '../../base/history.ts';
import { GUARANTEE, GUARANTEES } from '../guarantees.ts';
import { GROUP, hasFailed, NEVER, Rows } from '../rows.ts';
import { Timeline } from '../timeline.ts';
import { Answers } from './answers.ts';
import { Least } from './least.ts';

export class ImageJudge {
  private history!: History;
  private readonly rows: Rows = new Rows();
  private readonly answers: Answers = new Answers(this.rows);
  /** Per sector the answer that its version has been given. */
  private held: Int32Array = new Int32Array(0);
  /** Per guarantee how many sectors break it, and those that some do, by bit. */
  private readonly brokenCount: Int32Array = new Int32Array(GUARANTEES.length);
  private broken = 0;
  /** Submits of the unfailed barriers with a payload, and of the empty ones. */
  private readonly barriers: Timeline = new Timeline();
  private readonly emptyBarriers: Timeline = new Timeline();
  private hasOrder = false;
  /** By sector: earliest lost submit; latest standing ones, negated. */
  private readonly lost: Least = new Least();
  private readonly stood: Least = new Least();
  private readonly stoodBarrier: Least = new Least();

  /** Takes in the history, and the image that it holds. Only the image may change until the next `begin`. */
  begin(history: History): void {
    const { sectorCount } = history;
    this.history = history;
    this.rows.prepare(history);
    this.answers.prepare(history);
    if (this.held.length < sectorCount) this.held = new Int32Array(sectorCount);
    this.collectBarriers(history);
    this.brokenCount.fill(0);
    this.broken = 0;
    if (this.hasOrder) for (const least of [this.lost, this.stood, this.stoodBarrier]) least.reset(sectorCount);
    for (let x = 0; x < sectorCount; x++) {
      this.held[x] = this.answers.of(history, x, history.image[x]);
      this.countBroken(0, this.answers.broken[this.held[x]]);
      if (this.hasOrder) this.keepOrder(x);
    }
  }

  /** The image has changed at these sectors: the first `count` of them. */
  change(sectors: Int32Array, count: number): void {
    const { history, answers, held, hasOrder } = this;
    for (let i = 0; i < count; i++) {
      const x = sectors[i];
      const before = held[x];
      const at = answers.of(history, x, history.image[x]);
      if (at === before) continue;
      held[x] = at;
      if (answers.broken[at] !== answers.broken[before]) this.countBroken(answers.broken[before], answers.broken[at]);
      if (hasOrder) this.keepOrder(x);
    }
  }

  /** What the image violates: bit g is set for guarantee g (GUARANTEE). */
  get violated(): number {
    if (!this.hasOrder) return this.broken;
    const lost = this.lost.value;
    if (lost === NEVER) return this.broken;
    const stood = -this.stood.value;
    let violated = this.broken;
    if (firstFrom(this.barriers, lost) < stood || lost < -this.stoodBarrier.value)
      violated |= 1 << GUARANTEE.barrierOrder;
    if (firstFrom(this.emptyBarriers, lost) < stood) violated |= 1 << GUARANTEE.emptyBarrierOrder;
    return violated;
  }

  private collectBarriers(history: History): void {
    const { row, start } = this.rows;
    const { barriers, emptyBarriers } = this;
    barriers.clear();
    emptyBarriers.clear();
    for (let i = start[GROUP.emptyBarrier]; i < start[GROUP.barrier + 1]; i++) {
      if (hasFailed(history, row[i])) continue;
      (i < start[GROUP.barrier] ? emptyBarriers : barriers).push(history.submit[row[i]], row[i]);
    }
    barriers.sort();
    emptyBarriers.sort();
    this.hasOrder = barriers.length + emptyBarriers.length > 0;
  }

  private countBroken(before: number, after: number): void {
    const { brokenCount } = this;
    for (let left = before ^ after; left !== 0; left &= left - 1) {
      const bit = left & -left;
      const guarantee = 31 - Math.clz32(bit);
      if ((after & bit) !== 0) {
        if (brokenCount[guarantee]++ === 0) this.broken |= bit;
      } else if (--brokenCount[guarantee] === 0) this.broken &= ~bit;
    }
  }

  private keepOrder(x: number): void {
    const { answers } = this;
    const at = this.held[x];
    this.lost.set(x, answers.lost[at]);
    this.stood.set(x, -answers.stood[at]);
    this.stoodBarrier.set(x, -answers.stoodBarrier[at]);
  }
}

/** The first time that is not before `time`; NEVER when there is none. */
function firstFrom({ time: times, length }: Timeline, time: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low === length ? NEVER : times[low];
}
