/**
 * The state of a stack as bytes, for exploring (src/fuzz/explore): two states with the same key have the same future and
 * leave the same images. Names that mean nothing (rows, ring ids, tags, times, free lists) are left out or replaced by
 * the order in which the things themselves turn up. Each part writes its own piece.
 */

/** Smallest number that a key takes. */
const LEAST = -8;
const WIDE = 255;

/** A growing row of bytes. Small numbers take one byte, others five. */
export class KeyBytes {
  bytes: Uint8Array = new Uint8Array(1024);
  length = 0;

  put(value: number): void {
    if (this.length + 5 > this.bytes.length) this.grow();
    const shifted = value - LEAST;
    if (shifted >= 0 && shifted < WIDE) {
      this.bytes[this.length++] = shifted;
      return;
    }
    this.bytes[this.length++] = WIDE;
    for (let byte = 0; byte < 32; byte += 8) this.bytes[this.length++] = shifted >>> byte;
  }

  /** Several yes-or-no answers, at most eight. */
  putFlags(...flags: readonly boolean[]): void {
    let bits = 0;
    for (const flag of flags) bits = 2 * bits + (flag ? 1 : 0);
    this.put(bits);
  }

  private grow(): void {
    const larger = new Uint8Array(2 * this.bytes.length);
    larger.set(this.bytes);
    this.bytes = larger;
  }
}
