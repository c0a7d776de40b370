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
