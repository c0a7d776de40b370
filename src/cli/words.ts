/** Small pieces of text that several commands print. */

/** A word as a shell takes it for itself, never for an option. */
export function shellWord(word: string): string {
  const path = word.startsWith('-') && word !== '-' ? `./${word}` : word;
  return /^[\w./,:=@%+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** `1 run`, `12 runs`. */
export function counted(count: number | bigint, noun: string): string {
  return `${count} ${noun}${BigInt(count) === 1n ? '' : 's'}`;
}

/** A number as it is, or `2^43.1`. */
export function approximately(count: bigint): string {
  if (count < 1_000_000n) return String(count);
  const bits = count.toString(2).length;
  const shift = Math.max(0, bits - 53);
  return `2^${(Math.log2(Number(count >> BigInt(shift))) + shift).toFixed(1)}`;
}
