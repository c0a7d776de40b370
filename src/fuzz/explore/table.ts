/** A set of byte strings, numbered as they come. Whole strings are kept and compared, so that no two are ever confused. */
import type { KeyBytes } from '../../stack/key/bytes.ts';

export class ByteTable {
  count = 0;
  /** Number + 1 of a string by its hash, open addressing; 0: empty. */
  private slots: Int32Array = new Int32Array(1 << 12);
  private hashes: Int32Array = new Int32Array(1 << 11);
  /** Where string n begins in `bytes`; entry n + 1 is where it ends. */
  private starts: Float64Array = new Float64Array((1 << 11) + 1);
  private bytes: Uint8Array = new Uint8Array(1 << 16);

  clear(): void {
    this.slots.fill(0);
    this.count = 0;
  }

  /** The number of the string, which is `count` - 1 if it is new. */
  add(key: KeyBytes): number {
    const hash = hashOf(key);
    const mask = this.slots.length - 1;
    let at = hash & mask;
    for (; this.slots[at] !== 0; at = (at + 1) & mask) {
      const number = this.slots[at] - 1;
      if (this.hashes[number] === hash && this.isAt(number, key)) return number;
    }
    return this.append(key, hash, at);
  }

  private isAt(number: number, key: KeyBytes): boolean {
    const from = this.starts[number];
    if (this.starts[number + 1] - from !== key.length) return false;
    for (let i = 0; i < key.length; i++) if (this.bytes[from + i] !== key.bytes[i]) return false;
    return true;
  }

  private append(key: KeyBytes, hash: number, at: number): number {
    const number = this.count++;
    const from = this.starts[number];
    const end = from + key.length;
    if (end > this.bytes.length) this.bytes = enlarged(this.bytes, Math.max(end, 2 * this.bytes.length));
    this.bytes.set(key.bytes.subarray(0, key.length), from);
    this.slots[at] = number + 1;
    this.hashes[number] = hash;
    this.starts[number + 1] = end;
    if (2 * this.count >= this.slots.length) this.grow();
    return number;
  }

  private grow(): void {
    const size = 2 * this.slots.length;
    const hashes = new Int32Array(size / 2);
    hashes.set(this.hashes);
    const starts = new Float64Array(size / 2 + 1);
    starts.set(this.starts);
    this.hashes = hashes;
    this.starts = starts;
    this.slots = new Int32Array(size);
    for (let number = 0; number < this.count; number++) {
      let at = hashes[number] & (size - 1);
      while (this.slots[at] !== 0) at = (at + 1) & (size - 1);
      this.slots[at] = number + 1;
    }
  }
}

/** FNV-1a with a final mix. */
function hashOf({ bytes, length }: KeyBytes): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

function enlarged(bytes: Uint8Array, length: number): Uint8Array {
  const larger = new Uint8Array(length);
  larger.set(bytes);
  return larger;
}
