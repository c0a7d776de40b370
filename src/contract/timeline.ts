/** Events in order of time, sorted in linear time. The columns grow and are reused. */

/** Bits of a digit: few for a short list, whose cost is the counters, many for a long one, whose cost is the passes. */
const DIGIT_BITS_SHORT = 6;
const DIGIT_BITS_LONG = 11;
const SHORT = 256;

export class Timeline {
  length = 0;
  /** Times, ascending once sorted. */
  time: Int32Array = new Int32Array(64);
  /** What happens at that time: whatever the owner put there. */
  item: Int32Array = new Int32Array(64);
  private spareTime: Int32Array = new Int32Array(64);
  private spareItem: Int32Array = new Int32Array(64);
  private readonly start = new Int32Array(1 << DIGIT_BITS_LONG);
  private timeMax = 0;

  clear(): void {
    this.length = 0;
    this.timeMax = 0;
  }

  push(time: number, item: number): void {
    if (this.length === this.time.length) this.grow();
    this.time[this.length] = time;
    this.item[this.length++] = item;
    if (time > this.timeMax) this.timeMax = time;
  }

  /** Radix sort, least significant digit first: only as many passes as the latest time has digits. */
  sort(): void {
    if (this.length < 2) return;
    const bits = this.length < SHORT ? DIGIT_BITS_SHORT : DIGIT_BITS_LONG;
    for (let shift = 0; shift < 31 && this.timeMax >>> shift !== 0; shift += bits) this.sortDigit(shift, 1 << bits);
  }

  private sortDigit(shift: number, digits: number): void {
    const { length, start, time, item, spareTime, spareItem } = this;
    const mask = digits - 1;
    start.fill(0, 0, digits);
    for (let i = 0; i < length; i++) start[(time[i] >>> shift) & mask]++;
    for (let digit = 0, sum = 0; digit < digits; digit++) {
      const count = start[digit];
      start[digit] = sum;
      sum += count;
    }
    for (let i = 0; i < length; i++) {
      const to = start[(time[i] >>> shift) & mask]++;
      spareTime[to] = time[i];
      spareItem[to] = item[i];
    }
    this.time = spareTime;
    this.item = spareItem;
    this.spareTime = time;
    this.spareItem = item;
  }

  private grow(): void {
    const capacity = 2 * this.time.length;
    const { time, item } = this;
    this.time = new Int32Array(capacity);
    this.item = new Int32Array(capacity);
    this.time.set(time);
    this.item.set(item);
    this.spareTime = new Int32Array(capacity);
    this.spareItem = new Int32Array(capacity);
  }
}
