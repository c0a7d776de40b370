/** What barriers cost, counted while somebody wants to know (runPrice.ts puts it together for a run). */
import type { Tracer } from './trace.ts';

/** The price of a run, or of several together. */
export interface RunPrice {
  /** Barriers and flushes that backends have answered. */
  readonly barriers: number;
  /** Flush commands that the disk has completed. */
  readonly flushes: number;
  /** How often a backend, or the host's queue, waited for what was in flight. */
  readonly drains: number;
  /** How often the queue of a guest did. */
  readonly guestDrains: number;
  /** Actions of anybody between the taking of a barrier by its backend and the answer, over all barriers. */
  readonly stepsWaited: number;
}

export const NO_PRICE: RunPrice = { barriers: 0, flushes: 0, drains: 0, guestDrains: 0, stepsWaited: 0 };

export function addPrices(one: RunPrice, other: RunPrice): RunPrice {
  return {
    barriers: one.barriers + other.barriers,
    flushes: one.flushes + other.flushes,
    drains: one.drains + other.drains,
    guestDrains: one.guestDrains + other.guestDrains,
    stepsWaited: one.stepsWaited + other.stepsWaited,
  };
}

export class Price {
  /** Set before a run's reset, and left alone during the run. */
  isOn = false;
  /** Barriers and flushes answered. */
  barriers = 0;
  /** Actions of anybody between their taking and their answer, over all of them. */
  stepsWaited = 0;
  /** How often the backend waited for what was in flight. */
  drains = 0;
  /** By ring id; 0: no barrier. */
  private readonly takenAt: Int32Array;
  private readonly tracer: Tracer;

  constructor(slotCount: number, tracer: Tracer) {
    this.takenAt = new Int32Array(slotCount);
    this.tracer = tracer;
  }

  reset(): void {
    this.barriers = 0;
    this.stepsWaited = 0;
    this.drains = 0;
    this.takenAt.fill(0);
  }

  taken(row: number): void {
    this.takenAt[row] = this.tracer.step;
  }

  answered(row: number): void {
    if (this.takenAt[row] === 0) return;
    this.barriers++;
    this.stepsWaited += this.tracer.step - this.takenAt[row];
    this.takenAt[row] = 0;
  }
}
